import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Waiver } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState, type ChallengeState } from '../challenges/states.js';
import { Database } from '../database/database.js';
import type { TeamSeats } from '../matching/problem/programme.js';
import { teamReasons } from '../matching/reasons/reasons.js';
import { total } from '../matching/rules/score.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { Peer } from '../peers/peer.entity.js';
import { badField, conflict, notFound } from '../web/problems.js';
import { Proposal } from './proposal.entity.js';
import { QuestionsService } from './questions.service.js';
import { TeamRequest } from './team-request.entity.js';
import { refuseBarred } from './standing.js';
import { weigh } from './weigh.js';

/** States in which the seats of a team may be changed. */
export const EDITABLE: readonly ChallengeState[] = ['team_proposed', 'team_agreed', 'inviting'];

/** Teams that were proposed: read, changed, given reserves. */
@Injectable()
export class ProposalsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly questions: QuestionsService,
  ) {}

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Proposal> {
    const proposal = await tx.findOneBy(Proposal, { id });
    if (!proposal) throw notFound('proposal');
    return proposal;
  }

  /**
   * A proposal with some seats changed and scored anew, beside the one it came from. Throws a 409 that names every bar of whoever is
   * put into a seat.
   */
  async edit(actor: Actor, id: string, seats: TeamSeats): Promise<Proposal> {
    return this.db.transact((tx) => this.editWithin(tx, actor, id, seats));
  }

  /**
   * Sets aside a changed team that nobody has chosen, and gives the one that it was made from; taking back twice is taking back once. Throws
   * a 409 for a team that was found, not made by a change.
   */
  async undo(actor: Actor, id: string): Promise<Proposal> {
    return this.db.transact(async (tx) => {
      const { challengeId } = await this.get(id, tx);
      const challenge = await this.challenges.lock(tx, challengeId);
      requireState(challenge.state, EDITABLE, 'editing a team');
      const proposal = await this.get(id, tx);
      if (proposal.editedFrom === null || proposal.state === 'agreed')
        throw conflict('no-change', 'Found a team that is no change that could be taken back.');
      if (proposal.state === 'proposed') {
        proposal.supersede();
        await tx.save(proposal);
        await record(tx, actor, 'proposal.undone', `challenge:${challengeId}`, { proposal: id });
      }
      return this.before(tx, proposal);
    });
  }

  /** The team that was found, from which a changed one was made by one change or several. */
  async found(proposal: Proposal): Promise<Proposal> {
    return proposal.editedFrom === null ? proposal : this.found(await this.get(proposal.editedFrom));
  }

  /** The team that a changed one was made from; where that change was taken back too, the one before it. */
  private async before(tx: EntityManager, { editedFrom }: Proposal): Promise<Proposal> {
    const from = await this.get(editedFrom ?? '', tx);
    return from.editedFrom !== null && from.state === 'superseded' ? this.before(tx, from) : from;
  }

  /** A penalty of whoever sits in a seat is waived by a named person, and the team scored anew without it. */
  async waive(actor: Actor, id: string, seat: string, waiver: Omit<Waiver, 'peerId'>): Promise<Proposal> {
    return this.db.transact(async (tx) => {
      const { challengeId, seats } = await this.get(id, tx);
      const peerId = seats[seat];
      if (!peerId) throw notFound('member in this seat');
      await this.challenges.waive(tx, actor, challengeId, { ...waiver, peerId });
      return this.editWithin(tx, actor, id, {});
    });
  }

  /**
   * Names who is asked next for a seat, should its peer decline; naming the same one twice is naming once. Throws a 409 where something
   * stands against them.
   */
  async nameReserve(actor: Actor, id: string, seat: string, peerId: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const { challengeId } = await this.get(id, tx);
      await this.challenges.lock(tx, challengeId);
      const proposal = await this.get(id, tx);
      if (!(seat in proposal.seats))
        throw badField('/seat', `found "${seat}"; allowed: ${Object.keys(proposal.seats).join(', ')}`);
      if (!(await tx.existsBy(Peer, { id: peerId, state: 'active' })))
        throw badField('/peer', `found "${peerId}"; allowed: the id of an active peer`);
      const team = { ...proposal, seats: { ...proposal.seats, [seat]: peerId } };
      const barred = await this.questions.barred(tx, team);
      await refuseBarred(
        tx,
        proposal,
        barred.filter((one) => one.peerId === peerId),
      );
      proposal.reserves = { ...proposal.reserves, [seat]: peerId };
      await tx.save(proposal);
      await record(tx, actor, 'reserve.named', `challenge:${challengeId}`, { proposal: id, seat });
    });
  }

  private async editWithin(tx: EntityManager, actor: Actor, id: string, seats: TeamSeats): Promise<Proposal> {
    const from = await this.get(id, tx);
    const { challengeId, requestId } = from;
    const challenge = await this.challenges.lock(tx, challengeId);
    requireState(challenge.state, EDITABLE, 'editing a team');
    requireSeats(
      challenge.seats.map((seat) => seat.id),
      seats,
    );
    const question = await this.questions.of(challengeId, {}, tx);
    const edited = { ...from.seats, ...seats };
    const { team, window, terms, barred } = weigh(question, edited, from.windowId);
    // Those who stay are looked at when the team is agreed: one seat after the other may be changed.
    await refuseBarred(
      tx,
      from,
      barred.filter(({ seat }) => seat in seats),
    );
    await tx.findOne(TeamRequest, { where: { id: requestId }, lock: { mode: 'pessimistic_write' } });
    const { windowId, firstDay, days, reserves } = from;
    const saved = await tx.save(
      tx.create(Proposal, {
        requestId,
        challengeId,
        windowId,
        firstDay,
        days,
        reserves,
        terms,
        rank: ((await tx.maximum(Proposal, 'rank', { requestId })) ?? 0) + 1,
        score: total(terms),
        seats: edited,
        reasons: teamReasons(question, team, window),
        state: 'proposed',
        editedFrom: id,
        approvals: [],
      }),
    );
    await record(tx, actor, 'proposal.edited', `challenge:${challengeId}`, { proposal: saved.id, from: id });
    return saved;
  }
}

function requireSeats(known: string[], seats: TeamSeats): void {
  const unknown = Object.keys(seats).filter((seat) => !known.includes(seat));
  if (unknown.length > 0)
    throw badField('/seats', `found ${unknown.join(', ')}; allowed: ${known.join(', ')}`);
}
