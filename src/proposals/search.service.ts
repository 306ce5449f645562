import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { paths } from '../web/paths.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import type { TeamsAnswer } from '../matching/files/teams-answer.js';
import type { Question } from '../matching/problem/question.js';
import { pinsFit, type Pins } from '../matching/rules/pins.js';
import { MessagesService } from '../messages/messages.service.js';
import { SYSTEM } from '../people/access.js';
import { record } from '../people/audit.js';
import { addressOf, advisersOf } from '../people/recipients.js';
import { isWaiting } from './request-states.js';
import { toPins } from './problem/question.js';
import { Proposal, supersede } from './proposal.entity.js';
import { QuestionsService } from './questions.service.js';
import { CHOOSING, lockRequest, toCome } from './requests.service.js';
import { searchTeams } from './search-thread.js';
import type { RequestPins, TeamRequest } from './team-request.entity.js';

const PROPOSALS = 3;

/** The job that answers a team request: reads the pool, asks the engine, writes the proposals down and tells whoever asked. */
@Injectable()
export class SearchService {
  /** What follows where a seat stays empty, in the transaction that writes the answer down; features that build on it add theirs. */
  readonly whenEmpty: ((tx: EntityManager, request: TeamRequest) => Promise<void>)[] = [];

  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly questions: QuestionsService,
    private readonly messages: MessagesService,
  ) {}

  /** Does nothing where the request is answered, cancelled or gone, so that it may run any number of times. */
  async answer(id: string): Promise<void> {
    const request = await this.tell(id, 'reading the pool');
    if (!request) return;
    const { windows } = await this.challenges.get(request.challengeId);
    const question = await this.questions.of(request.challengeId, {
      without: request.without,
      windows: toCome(windows, this.db.today()),
    });
    await this.tell(id, `searching among ${String(question.pool.size)} peers`);
    const found = await searchTeams(question, PROPOSALS, (one) => heldPins(one, request.pins));
    // A team of nobody is no team.
    const teams = found.teams.filter(({ seats }) => Object.values(seats).some((peer) => peer !== null));
    await this.db.transact((tx) => this.store(tx, id, question, { ...found, teams }));
  }

  /** Says how far it is; null where nobody waits for it any more. */
  private tell(id: string, phase: string): Promise<TeamRequest | null> {
    return this.db.transact(async (tx) => {
      const request = await lockRequest(tx, id);
      if (!request || !isWaiting(request.state)) return null;
      request.run(phase);
      return tx.save(request);
    });
  }

  private async store(tx: EntityManager, id: string, question: Question, answer: TeamsAnswer): Promise<void> {
    const challenge = await this.challenges.lock(tx, question.challenge.id);
    const request = await lockRequest(tx, id);
    if (request?.state !== 'running') return;
    await supersede(tx, challenge.id, 'proposed');
    const proposals = await tx.save(proposalsOf(tx, request, question, answer));
    const best = `done: the ${String(proposals.length)} best teams, proven`;
    request.blocked = answer.blocked;
    request.end('done', proposals.length === 0 ? 'done: no team is possible' : best, this.db.now());
    await tx.save(request);
    await this.tellAsker(tx, request, challenge, proposals.length);
    if (answer.blocked.length > 0) for (const follow of this.whenEmpty) await follow(tx, request);
    await record(tx, SYSTEM, 'team.proposed', `challenge:${challenge.id}`, {
      request: id,
      proposals: proposals.length,
    });
    if (proposals.length > 0 && CHOOSING.includes(challenge.state))
      await this.challenges.stepIn(tx, SYSTEM, challenge, 'team_proposed', 'teams are proposed');
  }

  /** Whoever asked hears that the answer is there; of a replacement, the region's advisers. */
  private async tellAsker(
    tx: EntityManager,
    { id, actor, cause }: TeamRequest,
    challenge: Challenge,
    teams: number,
  ): Promise<void> {
    const { region, about, ...facts } = await this.challenges.about(tx, challenge);
    // A first team for a follow-up, or a team for other days, keeps people too and replaces nobody.
    const repair = cause === 'repair' && !CHOOSING.includes(challenge.state);
    const to = repair ? await advisersOf(tx, region, this.db.today()) : [await addressOf(tx, actor)];
    // What was asked for stands on a page of its own; a replacement is one of the things to do.
    const page = repair ? facts.page : this.messages.address(paths.teamRequest(id));
    const data = { ...facts, page, teams, repair };
    await this.messages.post(tx, { template: 'teams-ready', data, to, cause: `teams-${id}`, about });
  }
}

/**
 * Pins that can be held: the dates where they are still offered, and of the people all whom nothing bars; one who may not serve any more
 * lets nobody else go.
 */
function heldPins(question: Question, wanted: RequestPins): Pins {
  const pins = toPins(question, wanted);
  const dates: Pins =
    pins.window === undefined ? { seats: new Map() } : { window: pins.window, seats: new Map() };
  return [...pins.seats].reduce((held, [seat, p]): Pins => {
    const more = { ...held, seats: new Map([...held.seats, [seat, p]]) };
    return pinsFit(question, more) ? more : held;
  }, dates);
}

function proposalsOf(
  tx: EntityManager,
  { id: requestId, challengeId }: TeamRequest,
  question: Question,
  answer: TeamsAnswer,
): Proposal[] {
  const windows = new Map(question.challenge.windows.map((window) => [window.id, window]));
  return answer.teams.map(({ window: windowId, ...team }) => {
    const { start: firstDay, days } = windows.get(windowId) ?? { start: '', days: 0 };
    return tx.create(Proposal, {
      ...team,
      requestId,
      challengeId,
      windowId,
      firstDay,
      days,
      state: 'proposed',
      approvals: [],
    });
  });
}
