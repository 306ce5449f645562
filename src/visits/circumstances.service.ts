import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { seatWords } from '../kinds/seats.js';
import { Invitation } from '../invitations/invitation.entity.js';
import { barsMet, type Bar } from '../matching/rules/rules.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { Circumstance } from './circumstance.entity.js';
import { note } from './follow-up-change.entity.js';
import { Database } from '../database/database.js';
import { AnswersService } from '../invitations/answers.service.js';
import { QuestionsService } from '../proposals/questions.service.js';
import { notFound } from '../web/problems.js';

const SETTLED = { kept: 'the peer stays', replaced: 'another peer is looked for' } as const;

/** Peers whose circumstances have changed: what now stands against them, and whether they stay. */
@Injectable()
export class CircumstancesService {
  constructor(
    private readonly db: Database,
    private readonly questions: QuestionsService,
    private readonly answers: AnswersService,
  ) {}

  /** What waits for an answer, as far as somebody may see it. */
  async list(access: Access): Promise<Circumstance[]> {
    const rows = this.db.manager
      .createQueryBuilder(Circumstance, 'x')
      .innerJoinAndSelect('x.challenge', 'c')
      .innerJoinAndSelect('c.council', 'h')
      .innerJoinAndSelect('x.peer', 'p')
      .innerJoinAndSelect('x.change', 'y')
      .where(`x.state = 'open'`)
      .orderBy('x.createdAt')
      .take(500);
    return narrow(rows, access, { region: 'h.region' }).getMany();
  }

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Circumstance> {
    const found = await tx.findOne(Circumstance, { where: { id }, relations: { peer: true, change: true } });
    if (!found) throw notFound('change of circumstances');
    return found;
  }

  /** What now stands against the peer in the seat; empty where nothing does. Of a review without days, what holds whatever the days. */
  async bars(
    one: Pick<Circumstance, 'challengeId' | 'peerId' | 'seat' | 'visit'>,
    tx: EntityManager = this.db.manager,
  ): Promise<Bar[]> {
    const { challengeId, peerId, seat: name, visit } = one;
    const question = await this.questions.of(challengeId, { among: { positions: [], ids: [peerId] } }, tx);
    const seat = question.challenge.seats.find(({ id }) => id === name);
    const p = question.pool.find(peerId);
    // A peer who does not serve any more is not in the pool.
    if (!seat || p === undefined) return ['excluded'];
    const team = visit === 'on_site' ? await this.agreedTeam(challengeId, tx) : null;
    const window = question.challenge.windows.findIndex(({ id }) => id === team?.windowId);
    return barsMet(question, seat, p, question.stays[window] ?? null);
  }

  /** The peer stays, for a reason. */
  async keep(actor: Actor, id: string, reason: string): Promise<void> {
    await this.db.transact((tx) => this.settle(tx, actor, id, 'kept', reason));
  }

  /**
   * Somebody else is to be found: the seat comes free, and a repair that keeps everybody else is looked for; of a review to come, the
   * peer is not offered it.
   */
  async replace(actor: Actor, id: string, reason: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const { challengeId, seat, peerId, visit } = await this.get(id, tx);
      const invitations = await tx.findBy(Invitation, { challengeId, seat, peerId });
      const live = visit === 'on_site' ? invitations.find(({ isLive }) => isLive) : undefined;
      if (live) await this.answers.declineWithin(tx, actor, live.id, { reason });
      await this.settle(tx, actor, id, 'replaced', reason);
    });
  }

  agreedTeam(challengeId: string, tx: EntityManager = this.db.manager): Promise<Proposal | null> {
    return tx.findOneBy(Proposal, { challengeId, state: 'agreed' });
  }

  private async settle(
    tx: EntityManager,
    actor: Actor,
    id: string,
    state: 'kept' | 'replaced',
    reason: string,
  ): Promise<void> {
    const found = await tx.findOne(Circumstance, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!found) throw notFound('change of circumstances');
    if (found.state === state) return;
    found.settle(state, reason);
    await tx.save(found);
    const { challengeId, seat } = found;
    const what = `${seatWords(seat)}: ${SETTLED[state]} after a change of circumstances`;
    await note(tx, actor, { challengeId, subject: `circumstance:${id}`, what, reason });
    const about = { circumstance: id, state };
    await record(tx, actor, 'circumstance.settled', `challenge:${challengeId}`, about);
  }
}
