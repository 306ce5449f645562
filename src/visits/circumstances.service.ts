import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { seatWords } from '../kinds/seats.js';
import { Invitation } from '../invitations/invitation.entity.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { Circumstance } from './circumstance.entity.js';
import { note } from './follow-up-change.entity.js';
import { Database } from '../database/database.js';
import { AnswersService } from '../invitations/answers.service.js';
import { QuestionsService } from '../proposals/questions.service.js';
import { CompletionService } from '../invitations/completion.service.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { daysBetween } from '../calendar/dates.js';
import { standingWords, whateverTheDays, type StandingBar } from '../proposals/standing.js';
import { conflict, notFound } from '../web/problems.js';

const nothingHeld = (): Error =>
  conflict(
    'nothing-held',
    'The peer is not asked or booked for this challenge any more, so there is nothing left to decide.',
  );

/** What a seat wishes for, and a person may do without; everything else bars for good. */
const MAY_BE_KEPT: readonly StandingBar[] = ['position', 'party', 'skill'];

const SETTLED = { kept: 'the peer stays', replaced: 'another peer is looked for' } as const;

/** Peers whose circumstances have changed: what now stands against them, and whether they stay. */
@Injectable()
export class CircumstancesService {
  constructor(
    private readonly db: Database,
    private readonly questions: QuestionsService,
    private readonly answers: AnswersService,
    private readonly completion: CompletionService,
  ) {}

  /** What waits for an answer, as far as somebody may see it. */
  async list(access: Access): Promise<Circumstance[]> {
    const rows = this.db.manager
      .createQueryBuilder(Circumstance, 'x')
      .innerJoinAndSelect('x.challenge', 'c')
      .innerJoinAndSelect('c.council', 'h')
      .innerJoinAndSelect('x.peer', 'p')
      .leftJoinAndSelect('x.change', 'y')
      .where(`x.state = 'open'`)
      // Where the days were given back meanwhile, nothing is left to decide.
      .andWhere(
        `(x.visit <> 'on_site' OR EXISTS (SELECT FROM bookings b WHERE b.challenge_id = x.challenge_id AND b.peer_id = x.peer_id AND b.live))`,
      )
      .orderBy('x.createdAt')
      .take(500);
    return narrow(rows, access, { region: 'h.region' }).getMany();
  }

  /** Changes of peers were taken back: nothing is asked about them any more, nor will be. */
  async takeBack(tx: EntityManager, changeIds: readonly string[]): Promise<void> {
    const asked = await tx.find(Circumstance, {
      where: { changeId: In(changeIds), state: 'open' },
      lock: { mode: 'pessimistic_write' },
    });
    for (const one of asked) one.settle('kept', 'What was changed was taken back.');
    await tx.save(asked);
    await tx.query(
      'DELETE FROM peer_changes c WHERE id = ANY($1) AND NOT EXISTS (SELECT FROM circumstances x WHERE x.change_id = c.id)',
      [changeIds],
    );
  }

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Circumstance> {
    const found = await tx.findOne(Circumstance, { where: { id }, relations: { peer: true, change: true } });
    if (!found) throw notFound('change of circumstances');
    return found;
  }

  /**
   * What now stands against the peer in the seat; empty where nothing does. Of a review without days, what holds whatever the days. How
   * free they are is their own word.
   */
  async bars(
    one: Pick<Circumstance, 'challengeId' | 'peerId' | 'seat' | 'visit'>,
    tx: EntityManager = this.db.manager,
  ): Promise<StandingBar[]> {
    const { challengeId, peerId, seat, visit } = one;
    const team = visit === 'on_site' ? await this.agreedTeam(challengeId, tx) : null;
    const { firstDay, days } = team ?? (await this.lastWindow(challengeId, tx));
    const seats = visit === 'on_site' && team ? team.seats : { [seat]: peerId };
    const barred = await this.questions.barred(tx, { challengeId, seats, firstDay, days });
    return whateverTheDays(barred).find((found) => found.peerId === peerId)?.bars ?? [];
  }

  /** The days by which a visit is judged that has none of its own yet: those of the challenge. */
  private async lastWindow(
    challengeId: string,
    tx: EntityManager,
  ): Promise<{ firstDay: string; days: number }> {
    const { firstDay, lastDay, windows } = await tx.findOneByOrFail(Challenge, { id: challengeId });
    if (firstDay && lastDay) return { firstDay, days: daysBetween(firstDay, lastDay) + 1 };
    const last = windows.at(-1);
    return { firstDay: last?.start ?? this.db.today(), days: last?.days ?? 1 };
  }

  /**
   * The peer stays, for a reason, in spite of what the seat wished for. Throws a 409 where something stands against them that nobody may
   * overrule. A team that waited for this is confirmed.
   */
  async keep(actor: Actor, id: string, reason: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const one = await this.get(id, tx);
      await this.completion.hold(tx, one.challengeId);
      await this.requireHeld(tx, one);
      const bars = await this.bars(one, tx);
      const never = bars.filter((bar) => !MAY_BE_KEPT.includes(bar));
      if (never.length > 0)
        throw conflict(
          'barred',
          `${one.peer?.name ?? 'The peer'}: ${standingWords(never)}. Nobody may overrule that; choose who comes instead.`,
        );
      await this.settle(tx, actor, id, 'kept', { reason, bars });
      await this.completion.confirmAfter(tx, one.challengeId);
    });
  }

  /**
   * Somebody else is to be found: the seat comes free, and a repair that keeps everybody else is looked for; of a review to come, the
   * peer is not offered it.
   */
  async replace(actor: Actor, id: string, reason: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const { challengeId, seat, peerId, visit } = await this.get(id, tx);
      await this.completion.hold(tx, challengeId);
      const invitations = await tx.findBy(Invitation, { challengeId, seat, peerId });
      const live = visit === 'on_site' ? invitations.find(({ isLive }) => isLive) : undefined;
      if (visit === 'on_site' && !live) throw nothingHeld();
      if (live) await this.answers.releaseWithin(tx, actor, live.id, reason);
      await this.settle(tx, actor, id, 'replaced', { reason });
    });
  }

  private async requireHeld(tx: EntityManager, { visit, challengeId, peerId }: Circumstance): Promise<void> {
    const rows = await tx.query<object[]>(
      'SELECT FROM bookings WHERE challenge_id = $1 AND peer_id = $2 AND live',
      [challengeId, peerId],
    );
    if (visit === 'on_site' && rows.length === 0) throw nothingHeld();
  }

  agreedTeam(challengeId: string, tx: EntityManager = this.db.manager): Promise<Proposal | null> {
    return tx.findOneBy(Proposal, { challengeId, state: 'agreed' });
  }

  private async settle(
    tx: EntityManager,
    actor: Actor,
    id: string,
    state: 'kept' | 'replaced',
    { reason, bars = [] }: { reason: string; bars?: StandingBar[] },
  ): Promise<void> {
    const found = await tx.findOne(Circumstance, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!found) throw notFound('change of circumstances');
    if (found.state === state) return;
    found.settle(state, reason);
    found.bars = bars;
    await tx.save(found);
    const { challengeId, seat } = found;
    const what = `${seatWords(seat)}: ${SETTLED[state]} after a change of circumstances`;
    await note(tx, actor, { challengeId, subject: `circumstance:${id}`, what, reason });
    const about = { circumstance: id, state };
    await record(tx, actor, 'circumstance.settled', `challenge:${challengeId}`, about);
  }
}
