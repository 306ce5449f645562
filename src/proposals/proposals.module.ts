import { Module } from '@nestjs/common';
import type { Get, Work, Confirmations } from '../feature.js';
import type { Refusals } from '../web/problem.filter.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { AgreementNotices } from './agreement-notices.service.js';
import { AgreementService } from './agreement.service.js';
import { ApprovalReminders } from './approval-reminders.service.js';
import { ApprovalApi } from './approval.api.js';
import { ApprovalPages } from './approval.pages.js';
import { ConsentedTeams } from './consented-teams.service.js';
import { KeptPool } from './problem/kept-pool.js';
import { KeptTeams } from './kept-teams.service.js';
import { Objection } from './objection.entity.js';
import { ObjectionsService } from './objections.service.js';
import { PlannedTeamsService } from './planned-teams.service.js';
import { Proposal } from './proposal.entity.js';
import { AgreePages } from './agree.pages.js';
import { ProposalPages } from './proposal.pages.js';
import { ProposalsApi } from './proposals.api.js';
import { ProposalsService } from './proposals.service.js';
import { QuestionsService } from './questions.service.js';
import { RequestsApi } from './requests.api.js';
import { RequestsService } from './requests.service.js';
import { SearchService } from './search.service.js';
import { SeatAlternatives } from './seat-alternatives.service.js';
import { SeatPages } from './seat.pages.js';
import { AskAgainPages } from './ask-again.pages.js';
import { AskedAgain } from './asked-again.entity.js';
import { NotAgainService } from './not-again.service.js';
import { Sounding } from './sounding.entity.js';
import { SoundingPages } from './sounding.pages.js';
import { SoundingsService } from './soundings.service.js';
import { TeamRequest } from './team-request.entity.js';
import { TeamViews } from './team-views.service.js';
import { TeamsNow } from './teams-now.service.js';
import { TeamsPages } from './teams.pages.js';

/** Teams: asked for, proposed, compared, agreed, objected to. */
@Module({
  imports: [JobsModule, MessagesModule, ReferenceModule, KindsModule, ChallengesModule],
  controllers: [
    RequestsApi,
    ProposalsApi,
    ApprovalApi,
    ProposalPages,
    AgreePages,
    SoundingPages,
    AskAgainPages,
    SeatPages,
    TeamsPages,
    ApprovalPages,
  ],
  providers: [
    KeptTeams,
    SeatAlternatives,
    PlannedTeamsService,
    ApprovalReminders,
    RequestsService,
    ObjectionsService,
    SoundingsService,
    NotAgainService,
    QuestionsService,
    TeamViews,
    TeamsNow,
    SearchService,
    ProposalsService,
    AgreementNotices,
    AgreementService,
    ConsentedTeams,
  ],
  exports: [
    AgreementService,
    ConsentedTeams,
    KeptTeams,
    NotAgainService,
    PlannedTeamsService,
    QuestionsService,
    RequestsService,
    SearchService,
    SeatAlternatives,
    TeamViews,
  ],
})
export class ProposalsModule {
  constructor(challenges: ChallengesService, agreement: AgreementService, requests: RequestsService) {
    challenges.whenScopedAgain.push(
      (tx, { id }) => requests.endWaiting(tx, id, 'the scope was agreed anew'),
      (tx, challenge) => agreement.setAside(tx, challenge),
    );
  }

  static entities = [Proposal, Objection, TeamRequest, Sounding, AskedAgain];

  static confirmations: Confirmations = {
    agreed: {
      title: 'The team is agreed',
      next: 'Those who speak for the council have been told. They may approve the team, object to a member, or say nothing; then you invite.',
    },
    approved: {
      title: 'You have approved the team',
      next: 'Your principal adviser invites its members now. You hear when everybody has said yes.',
    },
    recorded: {
      title: 'The council’s answer is recorded',
      next: 'The council is told, and the history says who recorded it. Once everybody whose word is wanted has approved the team, you invite its members.',
    },
    'asked-again': {
      title: 'They may be asked again',
      next: 'Nothing is sent by this: they are among those who can be chosen again, and are invited like anybody else once they are in the team.',
    },
    objected: {
      title: 'Your objection is sent',
      next: 'Your principal adviser answers it, and may propose a changed team.',
    },
  };
  static refusals: Refusals = {
    team_requests_one_live: [
      'request-running',
      'A team request for this challenge is already waiting or running. Follow or cancel that one.',
    ],
  };
  static work = (get: Get): Work => {
    const answer = ({ teamRequest }: { teamRequest: string }): Promise<void> =>
      get(SearchService).answer(teamRequest);
    const fail = ({ teamRequest }: { teamRequest: string }): Promise<void> =>
      get(RequestsService).fail(teamRequest);
    return {
      handlers: { 'propose-team': answer, 'repair-team': answer },
      gaveUp: { 'propose-team': fail, 'repair-team': fail },
      daily: {
        'reminders to approve': (now) => get(ApprovalReminders).remindAll(now),
        'silence of councils': (now) => get(AgreementService).acceptSilence(now),
        'pool in memory': () => get(KeptPool).forget(),
      },
      sweeps: [(seconds) => get(RequestsService).sweep(seconds)],
    };
  };
}
