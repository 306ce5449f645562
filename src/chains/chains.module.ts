import { Module } from '@nestjs/common';
import { ChallengesModule } from '../challenges/challenges.module.js';
import type { Confirmations, Get, Work } from '../feature.js';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { ReleaseService } from '../invitations/release.service.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ProgrammeModule } from '../programme/programme.module.js';
import { ProposalsModule } from '../proposals/proposals.module.js';
import { AgreementService } from '../proposals/agreement.service.js';
import { SearchService } from '../proposals/search.service.js';
import { ChainCarrying } from './carrying.service.js';
import { Chain } from './chain.entity.js';
import { ChainNotices } from './chain-notices.service.js';
import { ChainViews } from './chain-views.service.js';
import { ChainsApi } from './chains.api.js';
import { ChainsPages } from './chains.pages.js';
import { ChainsService } from './chains.service.js';
import { ChainEnds } from './chain-ends.service.js';
import { ChainFinding } from './finding.service.js';

/** A seat that nobody is left for, filled by people who move between teams, where everybody concerned says yes. */
@Module({
  imports: [
    JobsModule,
    MessagesModule,
    ChallengesModule,
    ProposalsModule,
    InvitationsModule,
    ProgrammeModule,
  ],
  controllers: [ChainsApi, ChainsPages],
  providers: [ChainsService, ChainEnds, ChainFinding, ChainCarrying, ChainNotices, ChainViews],
})
export class ChainsModule {
  constructor(search: SearchService, agreement: AgreementService, releases: ReleaseService, ends: ChainEnds) {
    search.whenEmpty.push((tx, request) => ends.lookFor(tx, request));
    agreement.whenAgreed.push((tx, { id }) => ends.overtaken(tx, id));
    releases.whenLeft.push((tx, { id }) => ends.overtaken(tx, id));
  }

  static entities = [Chain];

  static confirmations: Confirmations = {
    'change-agreed': {
      title: 'You have agreed to the change of your team',
      next: 'It is made as soon as every council concerned has said yes; you hear either way.',
    },
    'change-refused': {
      title: 'Your team stays as it is',
      next: 'Your principal adviser has been told, and nothing is changed.',
    },
  };

  static work = (get: Get): Work => ({
    handlers: { 'find-chain': ({ teamRequest }) => get(ChainFinding).find(teamRequest) },
    daily: { 'moves between teams': (now) => get(ChainsService).endLate(now) },
  });
}
