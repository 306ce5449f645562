import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState } from '../challenges/states.js';
import { enqueue } from '../jobs/queue.js';
import type { TeamSeats } from '../matching/problem/programme.js';
import type { Question } from '../matching/problem/question.js';
import { teamReasons } from '../matching/reasons/reasons.js';
import { total } from '../matching/rules/score.js';
import { pinsFit } from '../matching/rules/pins.js';
import { answerChallenge, type TeamsAnswer } from '../matching/files/teams-answer.js';
import { MessagesService } from '../messages/messages.service.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { addressOf, advisersOf } from '../people/recipients.js';
import { PolicyService } from '../policy/policy.service.js';
import { Settings } from '../settings.js';
import { badField, conflict, notFound } from '../web/problems.js';
import { transact } from '../web/transactions.js';
import { Proposal } from './proposal.entity.js';
import { loadProblem, toPins, type Among, type ProblemPolicy } from './team-problem.js';
import { TeamRequest } from './team-request.entity.js';
import { weigh } from './weigh.js';

const PROPOSALS = 3;
/** States in which a challenge may get proposals. */
export const PROPOSABLE: Challenge['state'][] = ['scoped', 'team_proposed', 'team_agreed', 'postponed'];
/** Where newer proposals are the ones to choose among. An agreed team stands, with its approval, until another is chosen. */
export const CHOOSING: Challenge['state'][] = PROPOSABLE.filter((state) => state !== 'team_agreed');

/** Team requests and the proposals that answer them. */
@Injectable()
export class ProposalsService {
  constructor(
    private readonly source: DataSource,
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
    private readonly settings: Settings,
    private readonly messages: MessagesService,
  ) {}

  /** Where jobs go, for those that follow from a team. */
  get queueUrl(): string | undefined {
    return this.settings.QUEUE_URL;
  }

  /** Asks for teams. While a request of the challenge waits or runs, asking again gives that one. */
  async request(actor: Actor, challengeId: string): Promise<TeamRequest> {
    return transact(this.source, async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      requireState(challenge.state, PROPOSABLE, 'asking for a team');
      if (challenge.windows.length === 0) throw conflict('no-window', 'The challenge has no window; offer at least one first.');
      if (challenge.seats.length === 0) throw conflict('no-seat', 'The challenge has no seat; add at least one first.');
      return this.enqueueRequest(tx, actor, challengeId, { cause: 'request', pins: { seats: {} }, without: [] });
    });
  }

  /** The same from inside a transaction that holds the challenge: for repairs too. */
  async enqueueRequest(
    tx: EntityManager,
    actor: Actor,
    challengeId: string,
    wanted: Pick<TeamRequest, 'cause' | 'pins' | 'without'>,
  ): Promise<TeamRequest> {
    const { cause, pins, without } = wanted;
    const live = await tx.findOne(TeamRequest, {
      where: [
        { challengeId, state: 'queued' },
        { challengeId, state: 'running' },
      ],
    });
    if (live && cause === 'request') return live;
    // What a repair knows is newer than what a request at work has read.
    if (live)
      await tx.update(TeamRequest, { id: live.id }, { state: 'cancelled', phase: 'replaced by a newer request', finishedAt: new Date() });
    const request = await tx.save(
      tx.create(TeamRequest, {
        challengeId,
        cause,
        pins,
        without,
        state: 'queued',
        phase: 'waiting for a worker',
        actor: actor.id,
        blocked: [],
        finishedAt: null,
      }),
    );
    const name = cause === 'repair' ? 'repair-team' : 'propose-team';
    await enqueue(tx, this.queueUrl, name, `${name}-${request.id}`, { teamRequest: request.id });
    await record(tx, actor, 'team.requested', `challenge:${challengeId}`, { request: request.id, cause });
    return request;
  }

  async getRequest(id: string): Promise<TeamRequest> {
    const request = await this.source.manager.findOneBy(TeamRequest, { id });
    if (!request) throw notFound('team request');
    return request;
  }

  async cancel(actor: Actor, id: string): Promise<TeamRequest> {
    await this.source.transaction(async (tx) => {
      const request = await tx.findOne(TeamRequest, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (request?.state === 'cancelled') return;
      if (request?.state !== 'queued' && request?.state !== 'running')
        throw conflict('wrong-state', `The request is ${request?.state ?? 'gone'}; only one that waits or runs can be cancelled.`);
      await tx.update(TeamRequest, { id }, { state: 'cancelled', phase: 'cancelled', finishedAt: new Date() });
      await record(tx, actor, 'team.cancelled', `challenge:${request.challengeId}`, { request: id });
    });
    return this.getRequest(id);
  }

  /** The job: answers a request. Does nothing where it is answered, cancelled or gone, so that it may run any number of times. */
  async answer(id: string): Promise<void> {
    const claimed = await this.source.manager.update(
      TeamRequest,
      [
        { id, state: 'queued' },
        { id, state: 'running' },
      ],
      { state: 'running', phase: 'reading the pool' },
    );
    if (claimed.affected === 0) return;
    const request = await this.getRequest(id);
    const question = await this.question(request.challengeId, request.without);
    await this.source.manager.update(
      TeamRequest,
      { id, state: 'running' },
      { phase: `searching among ${String(question.pool.size)} peers` },
    );
    const pins = toPins(question, request.pins);
    // Pins that no window can hold any more are let go: people first, then the dates.
    const held = [pins, { seats: pins.seats }, { seats: new Map<number, number>() }].find((option) => pinsFit(question, option)) ?? {
      seats: new Map<number, number>(),
    };
    const answer = answerChallenge(question, PROPOSALS, held);
    await transact(this.source, (tx) => this.store(tx, id, question, answer));
  }

  /** The last try of the job has failed: the request says so, and whoever asked can ask again. */
  async fail(id: string): Promise<void> {
    await this.source.manager.update(
      TeamRequest,
      [
        { id, state: 'queued' },
        { id, state: 'running' },
      ],
      { state: 'failed', phase: 'failed; ask again', finishedAt: new Date() },
    );
  }

  /** Requests that wait without a job, as after an accident of the queue, are given one anew. Returns how many wait too long. */
  async sweep(olderThanSeconds: number): Promise<number> {
    const waiting = await this.source.manager
      .createQueryBuilder(TeamRequest, 't')
      .where(`t.state IN ('queued', 'running') AND t.created_at < now() - make_interval(secs => :secs)`, { secs: olderThanSeconds })
      .getMany();
    for (const { id, cause } of waiting) {
      const name = cause === 'repair' ? 'repair-team' : 'propose-team';
      // The id says the try: within one minute several sweepers add one job.
      await this.source.transaction((tx) =>
        enqueue(tx, this.queueUrl, name, `${name}-${id}-swept-${String(Math.floor(Date.now() / 60_000))}`, { teamRequest: id }),
      );
    }
    return waiting.length;
  }

  async get(id: string, tx: EntityManager = this.source.manager): Promise<Proposal> {
    const proposal = await tx.findOneBy(Proposal, { id });
    if (!proposal) throw notFound('proposal');
    return proposal;
  }

  ofRequest(requestId: string): Promise<Proposal[]> {
    return this.source.manager.find(Proposal, { where: { requestId }, order: { rank: 'ASC' } });
  }

  /**
   * A proposal with some seats changed, checked and scored anew, beside the one it came from. Throws a 409 that names every bar
   * met and the seat.
   */
  async edit(actor: Actor, id: string, seats: TeamSeats): Promise<Proposal> {
    return transact(this.source, async (tx) => {
      const from = await this.get(id, tx);
      const challenge = await this.challenges.lock(tx, from.challengeId);
      requireState(challenge.state, ['team_proposed', 'team_agreed', 'inviting'], 'editing a team');
      const question = await this.question(from.challengeId, [], tx);
      const unknown = Object.keys(seats).filter((seat) => !challenge.seats.some((known) => known.id === seat));
      if (unknown.length > 0)
        throw badField('/seats', `found ${unknown.join(', ')}; allowed: ${challenge.seats.map((seat) => seat.id).join(', ')}`);
      const edited = { ...from.seats, ...seats };
      const { team, window, terms } = weigh(question, edited, from.windowId);
      await tx.findOne(TeamRequest, { where: { id: from.requestId }, lock: { mode: 'pessimistic_write' } });
      const rank = ((await tx.maximum(Proposal, 'rank', { requestId: from.requestId })) ?? 0) + 1;
      const reasons = teamReasons(question, team, window);
      const { requestId, challengeId, windowId, firstDay, days, reserves } = from;
      const saved = await tx.save(
        tx.create(Proposal, {
          requestId,
          challengeId,
          windowId,
          firstDay,
          days,
          rank,
          score: total(terms),
          seats: edited,
          terms,
          reasons,
          state: 'proposed',
          editedFrom: id,
          reserves,
          approvals: [],
        }),
      );
      await record(tx, actor, 'proposal.edited', `challenge:${challengeId}`, { proposal: saved.id, from: id });
      return saved;
    });
  }

  /** Names who is asked next for a seat, should its peer decline; naming the same one twice is naming once. */
  async nameReserve(actor: Actor, id: string, seat: string, peerId: string): Promise<void> {
    await this.source.transaction(async (tx) => {
      const { challengeId } = await this.get(id, tx);
      await this.challenges.lock(tx, challengeId);
      const proposal = await this.get(id, tx);
      if (!(seat in proposal.seats)) throw badField('/seat', `found "${seat}"; allowed: ${Object.keys(proposal.seats).join(', ')}`);
      proposal.reserves = { ...proposal.reserves, [seat]: peerId };
      await tx.save(proposal);
      await record(tx, actor, 'reserve.named', `challenge:${challengeId}`, { proposal: id, seat });
    });
  }

  /** The question of a challenge as it stands now. */
  async question(
    challengeId: string,
    without: readonly string[],
    tx: EntityManager = this.source.manager,
    among: Among | null = null,
  ): Promise<Question> {
    const challenge = await this.challenges.get(challengeId, tx);
    const policy: ProblemPolicy = {
      weights: await this.policy.get('weights', tx),
      kind: await this.policy.kind(challenge.kind, tx),
      calendar: await this.policy.get('calendar', tx),
    };
    return loadProblem(tx, challenge, policy, without, among);
  }

  private async store(tx: EntityManager, id: string, question: Question, answer: TeamsAnswer): Promise<void> {
    const { challengeId } = await tx.findOneByOrFail(TeamRequest, { id });
    const challenge = await this.challenges.lock(tx, challengeId);
    const request = await tx.findOne(TeamRequest, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (request?.state !== 'running') return;
    const windows = new Map(question.challenge.windows.map((window) => [window.id, window]));
    const proposals = answer.teams.map(({ rank, score, window, seats, terms, reasons }) => {
      const { start, days } = windows.get(window) ?? { start: '', days: 0 };
      return tx.create(Proposal, {
        requestId: id,
        challengeId,
        rank,
        score,
        windowId: window,
        firstDay: start,
        days,
        seats,
        terms,
        reasons,
        state: 'proposed',
        approvals: [],
      });
    });
    await tx.update(Proposal, { challengeId, state: 'proposed' }, { state: 'superseded' });
    await tx.save(proposals);
    const phase = proposals.length === 0 ? 'done: no team is possible' : `done: the ${String(proposals.length)} best teams, proven`;
    await tx.update(TeamRequest, { id }, { state: 'done', phase, blocked: answer.blocked, finishedAt: new Date() });
    await this.tellAsker(tx, request, challenge, proposals.length);
    await record(tx, SYSTEM, 'team.proposed', `challenge:${challengeId}`, { request: id, proposals: proposals.length });
    if (proposals.length > 0 && CHOOSING.includes(challenge.state))
      await this.challenges.stepIn(tx, SYSTEM, challenge, 'team_proposed', 'the engine answered');
  }

  /** Whoever asked hears that the answer is there; of a replacement, the region's advisers. */
  private async tellAsker(tx: EntityManager, { id, actor, cause }: TeamRequest, challenge: Challenge, teams: number): Promise<void> {
    const { region, about, ...facts } = await this.challenges.about(tx, challenge);
    // A first team for a follow-up keeps people too, and replaces nobody.
    const repair = cause === 'repair' && challenge.state !== 'scoped';
    const to = repair ? await advisersOf(tx, region) : [await addressOf(tx, actor)];
    const data = { ...facts, teams, repair };
    await this.messages.post(tx, { template: 'teams-ready', data, to, cause: `teams-${id}`, about });
  }
}
