import { Module } from '@nestjs/common';
import { ChallengesModule } from '../challenges/challenges.module.js';
import type { Confirmations, Get, Work } from '../feature.js';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { Jobs } from '../jobs/jobs.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ProgrammeModule } from '../programme/programme.module.js';
import { ProposalsModule } from '../proposals/proposals.module.js';
import { SearchService } from '../proposals/search.service.js';
import { ChainCarrying } from './carrying.service.js';
import { Chain } from './chain.entity.js';
import { ChainNotices } from './chain-notices.service.js';
import { ChainViews } from './chain-views.service.js';
import { ChainsApi } from './chains.api.js';
import { ChainsPages } from './chains.pages.js';
import { ChainsService } from './chains.service.js';
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
  providers: [ChainsService, ChainFinding, ChainCarrying, ChainNotices, ChainViews],
})
export class ChainsModule {
  constructor(search: SearchService, jobs: Jobs) {
    search.whenEmpty.push(async (tx, { id, cause }) => {
      if (cause === 'repair') await jobs.add(tx, 'find-chain', `find-chain-${id}`, { teamRequest: id });
    });
  }

  static entities = [Chain];

  static confirmations: Confirmations = {
    'change-agreed': {
      title: 'You have agreed to the change of your team',
      next: 'It is made once every council concerned has said yes; you hear either way. Until then your team is as it was.',
    },
    'change-refused': {
      title: 'Your team stays as it is',
      next: 'Your principal adviser has been told, and nothing is changed.',
    },
  };

  static work = (get: Get): Work => ({
    handlers: { 'find-chain': ({ teamRequest }) => get(ChainFinding).find(teamRequest) },
    daily: [(now) => get(ChainsService).endLate(now)],
  });
}
