import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Council } from '../councils/council.entity.js';
import { councilType, thousands } from '../english/words.js';
import { seatLabel } from '../kinds/seats.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import type { Words } from '../kinds/words.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { sendProgress } from '../web/events.js';
import { Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { lastDay } from '../calendar/dates.js';
import { sayDays } from '../calendar/phrases.js';
import type { Window } from '../matching/problem/programme.js';
import { accreditWords, fallWords, relaxationWords } from '../matching/reasons/words.js';
import { RequestsService } from './requests.service.js';
import { TeamsNow } from './teams-now.service.js';
import { TeamViews } from './team-views.service.js';
import type { Proposal } from './proposal.entity.js';
import type { TeamRequest } from './team-request.entity.js';

/** Asking for teams, watching them come, and laying them side by side. */
@Controller()
export class TeamsPages {
  constructor(
    private readonly requests: RequestsService,
    private readonly challenges: ChallengesService,
    private readonly views: TeamViews,
    private readonly now: TeamsNow,
  ) {}

  @Post('challenges/:id/team-requests')
  @Allow('teams.request', 'challenge')
  async request(@Granted() { actor }: Access, @Param('id') id: string): Promise<Redirect> {
    const request = await this.requests.request(actor, id);
    return new Redirect(paths.teamRequest(request.id));
  }

  @Post('team-requests/:id/cancel')
  @Allow('teams.request', 'team request')
  async cancel(@Granted() { actor }: Access, @Param('id') id: string): Promise<Redirect> {
    const { challengeId } = await this.requests.cancel(actor, id);
    return new Redirect(paths.challenge(challengeId));
  }

  /** While it is at work, how far it is; then the teams. */
  @Get('team-requests/:id')
  @Allow('teams.read', 'team request')
  async one(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Page> {
    const request = await this.requests.get(id);
    const challenge = await this.challenges.get(request.challengeId);
    const words = await this.views.words();
    const shared = { challenge, request, kind: words.kind(challenge.kind) };
    if (request.state !== 'done') {
      const model = { title: 'Looking for teams', ...shared, running: request.isWaiting };
      return new Page('proposals/views/progress.njk', model);
    }
    const proposals = withoutUndone(await this.requests.proposalsOf(id));
    const compared = await this.views.compare(challenge, proposals, actor.role);
    const against = await this.now.against(proposals);
    const teams = compared.map((team) => ({ ...team, against: against.get(team.id) ?? '' }));
    const blocked = await this.blocked(request, challenge, words);
    const { createdAt, finishedAt } = request;
    const seconds = finishedAt ? (finishedAt.getTime() - createdAt.getTime()) / 1000 : 0;
    const found = proposals.filter(({ editedFrom }) => editedFrom === null).length;
    const seen = (teams[Number(query.team) - 1] ?? teams[0])?.id;
    const choosable = teams.some(({ state }) => state === 'proposed');
    const model = {
      title: titleOf(request, teams.length),
      ...shared,
      host: challenge.council ? hostWords(challenge.council) : '',
      teams,
      seen,
      found,
      choosable,
      blocked,
    };
    return new Page('proposals/views/compare.njk', { ...model, seconds: seconds.toFixed(1) });
  }

  /** The seats that nobody can take, each with why and what would help. */
  private async blocked(request: TeamRequest, challenge: Challenge, words: Words): Promise<object[]> {
    const named = { ...words, window: windowNames(challenge.windows) };
    const names = await this.views.names(request.blocked.flatMap(({ accredit }) => accredit?.best ?? []));
    return request.blocked.map(({ seat, falls, relaxations, accredit }) => ({
      label: seatLabel(seat),
      falls: fallWords(falls),
      relaxations: relaxations.map((one) => ({ change: relaxationWords(one, named), peers: one.peers })),
      accredit: accredit
        ? { why: accreditWords(accredit, words.kind(challenge.kind)), who: namedFrom(names, accredit.best) }
        : null,
    }));
  }

  /** How far a request is, as it goes; ends with the request. */
  @Get('team-requests/:id/events')
  @Allow('teams.read', 'team request')
  async events(@Param('id') id: string, @Res() response: Response): Promise<void> {
    await sendProgress(response, async () => {
      const request = await this.requests.get(id);
      return { phase: request.phase, done: !request.isWaiting };
    });
  }
}

/** "the visit of 8 to 11 June 2027": each window by its days. */
const windowNames =
  (windows: Window[]) =>
  (id: string): string => {
    const window = windows.find((one) => one.id === id);
    return window
      ? `the visit of ${sayDays(window.start, lastDay(window.start, window.days))}`
      : 'one of the windows';
  };

/** Changes that were taken back are not compared any more; where newer teams were found meanwhile, all that was is history. */
const withoutUndone = (proposals: Proposal[]): Proposal[] =>
  proposals.every(({ state }) => state === 'superseded')
    ? proposals
    : proposals.filter(
        ({ editedFrom, state, agreedAt }) =>
          editedFrom === null || state !== 'superseded' || agreedAt !== null,
      );

/** What matters of a host for its team: "district, Labour-led, 167,000 people". */
const hostWords = ({ type, leadingGroup, population }: Council): string =>
  [
    type && councilType(type),
    leadingGroup && `${leadingGroup}-led`,
    population && `${thousands(population)} people`,
  ]
    .filter((word) => typeof word === 'string')
    .join(', ');

/** Those of some peers who are there still, with their names. */
const namedFrom = (names: ReadonlyMap<string, string>, ids: string[]): { id: string; name: string }[] =>
  ids.flatMap((id) => {
    const name = names.get(id);
    return name === undefined ? [] : [{ id, name }];
  });

function titleOf({ cause }: TeamRequest, teams: number): string {
  if (teams === 0) return 'No team is possible';
  if (teams > 1) return `Which of these ${String(teams)} teams, and why?`;
  return cause === 'plan' ? 'The team of the plan of the year' : 'One team is possible';
}
