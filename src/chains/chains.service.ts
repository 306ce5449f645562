import { Injectable } from '@nestjs/common';
import { LessThanOrEqual, QueryFailedError, type EntityManager } from 'typeorm';
import { addWorkingDays } from '../calendar/bank-holidays.js';
import { endOfDayInLondon } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import { SYSTEM, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { consentOf, hasConsent, silentOf, speaksFor, wantedFor } from '../proposals/consents.js';
import { badField, conflict, notFound, Problem } from '../web/problems.js';
import { Chain, type Link } from './chain.entity.js';
import { ChainCarrying } from './carrying.service.js';
import { ChainEnds } from './chain-ends.service.js';
import { moversOf } from './moves.js';

/** PostgreSQL's code for two rows of which only one may be. */
const EXCLUDED = '23P01';

/** A chain as it goes from hand to hand: the adviser puts it to the councils, and the last yes carries it out. */
@Injectable()
export class ChainsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly carrying: ChainCarrying,
    private readonly ends: ChainEnds,
  ) {}

  /** Throws a 404 where there is none. */
  async get(id: string, tx: EntityManager = this.db.manager): Promise<Chain> {
    const chain = await tx.findOneBy(Chain, { id });
    if (!chain) throw notFound('chain');
    return chain;
  }

  /** All that were found for a challenge, newest first. */
  ofChallenge(challengeId: string): Promise<Chain[]> {
    return this.db.manager.find(Chain, { where: { challengeId }, order: { createdAt: 'DESC', id: 'ASC' } });
  }

  /** The chain by which the council of a challenge is asked to change its team; null where it is asked nothing. */
  async askedOf(challengeId: string, tx: EntityManager = this.db.manager): Promise<Chain | null> {
    const [row] = await tx.query<{ id: string }[]>(
      `SELECT x.id FROM chains x, jsonb_array_elements(x.links) l WHERE x.state = 'asked' AND x.answer_by > $2 AND l->>'challengeId' = $1`,
      [challengeId, this.db.now()],
    );
    return row ? this.get(row.id, tx) : null;
  }

  /**
   * The adviser puts it to the councils; `willing` are those who told them that they would move. Throws a 400 where that is not
   * everybody who would, and a 409 where a team has changed since it was found. Asking twice is asking once.
   */
  async ask(actor: Actor, id: string, willing: readonly string[]): Promise<Chain> {
    const chain = await this.db.transact(async (tx) => {
      const { chain, challenges } = await this.locked(tx, id);
      if (chain.state === 'asked') return chain;
      if (chain.state !== 'found') throw overtaken();
      if (!(await this.ends.stands(tx, chain, challenges))) return this.ends.end(tx, chain, 'changed');
      await this.requireAlone(tx, chain);
      const movers = moversOf(chain.links);
      const missing = movers.filter((peer) => !willing.includes(peer));
      if (missing.length > 0)
        throw badField(
          '/willing',
          `found ${String(movers.length - missing.length)} of ${String(movers.length)} who would move; allowed: all of them, once you have spoken with each`,
        );
      const [first] = challenges;
      if (!first) throw notFound('challenge');
      const { kind, calendar } = await this.challenges.termsOf(first, tx);
      const days = kind.objectionWorkingDays;
      const until = addWorkingDays(this.db.today(), days, calendar.addedBankHolidays);
      chain.ask(actor.id, movers, endOfDayInLondon(until));
      await tx.save(chain);
      await this.ends.asked(tx, chain);
      await record(tx, actor, 'chain.asked', `challenge:${chain.challengeId}`, { chain: id });
      return chain;
    });
    if (chain.state === 'past') throw overtaken();
    return chain;
  }

  /** The adviser lets it go; councils that were asked hear that their teams stay as they are. */
  async drop(actor: Actor, id: string): Promise<Chain> {
    return this.db.transact(async (tx) => {
      const { chain } = await this.locked(tx, id);
      if (!chain.isLive) return chain;
      await this.ends.end(tx, chain, 'changed');
      await record(tx, actor, 'chain.dropped', `challenge:${chain.challengeId}`, { chain: id });
      return chain;
    });
  }

  /**
   * A council says yes or no to the team that it would have. One no ends it; the last yes carries it out, for all challenges or for none.
   * Throws a 409 where it was answered, overtaken or is too late, or where somebody may not serve by now.
   */
  async answer(access: Access, id: string, challengeId: string, yes: boolean): Promise<Chain> {
    const chain = await this.db.transact(async (tx) => {
      const { chain, challenges } = await this.locked(tx, id);
      const link = chain.links.find((one) => one.challengeId === challengeId);
      const challenge = challenges.find((one) => one.id === challengeId);
      if (!link || !challenge) throw notFound('chain');
      if (chain.state === 'done' && yes) return chain;
      if (chain.state === 'done')
        throw conflict(
          'chain-overtaken',
          'The teams have changed already, with the consent of everybody concerned.',
        );
      if (chain.state !== 'asked' || !chain.answerBy || this.db.now() >= chain.answerBy) throw overtaken();
      if (!(await this.ends.stands(tx, chain, challenges))) return this.ends.end(tx, chain, 'changed');
      await this.requireWanted(tx, access, challenge);
      await record(tx, access.actor, yes ? 'chain.approved' : 'chain.refused', `challenge:${challengeId}`, {
        chain: id,
      });
      if (!yes) return this.ends.end(tx, chain, 'refused');
      this.consent(access, chain, link, challenge);
      await tx.save(chain);
      return (await this.isWhole(tx, chain, challenges)) ? this.carryOut(tx, chain) : chain;
    });
    if (chain.state === 'past') throw overtaken();
    return chain;
  }

  /** The daily look: what not every council has said yes to in time ends, and nothing changes. Returns how many. */
  async endLate(now: Date): Promise<number> {
    const late = await this.db.manager.findBy(Chain, { state: 'asked', answerBy: LessThanOrEqual(now) });
    for (const { id } of late)
      await this.db.transact(async (tx) => {
        const { chain } = await this.locked(tx, id);
        if (chain.state === 'asked') await this.ends.end(tx, chain, 'late');
      });
    return late.length;
  }

  private consent({ actor }: Access, chain: Chain, link: Link, challenge: Challenge): void {
    const [by, of] = [consentOf(actor.role), speaksFor(actor, challenge)];
    if (hasConsent(link.approvals, by, of)) return;
    const approval = {
      by,
      ...(of === undefined ? {} : { of }),
      actor: actor.id,
      at: this.db.now().toISOString(),
    };
    chain.links = chain.links.map((one) =>
      one.challengeId === link.challengeId ? { ...one, approvals: [...one.approvals, approval] } : one,
    );
  }

  private async isWhole(tx: EntityManager, chain: Chain, challenges: readonly Challenge[]): Promise<boolean> {
    for (const challenge of challenges) {
      const link = chain.links.find(({ challengeId }) => challengeId === challenge.id);
      const wanted = wantedFor(challenge, await this.challenges.kindOf(challenge, tx));
      if (silentOf(link?.approvals ?? [], wanted).length > 0) return false;
    }
    return true;
  }

  /** All of it; or, where somebody cannot serve after all, nothing, and then it is over. */
  private async carryOut(tx: EntityManager, chain: Chain): Promise<Chain> {
    try {
      // A savepoint: what was done before the refusal is undone, and that it was refused is kept.
      await tx.transaction((within) => this.carrying.carry(within, SYSTEM, chain));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return this.ends.end(tx, chain, 'changed');
    }
    return this.ends.end(tx, chain, 'done');
  }

  /** Throws a 409 where a council of it is asked about another chain: two answers could not both be had. */
  private async requireAlone(tx: EntityManager, { id, links }: Chain): Promise<void> {
    const [other] = await tx.query<object[]>(
      `SELECT FROM chains x, jsonb_array_elements(x.links) l WHERE x.state = 'asked' AND x.id <> $1 AND l->>'challengeId' = ANY($2) LIMIT 1`,
      [id, links.map(({ challengeId }) => challengeId)],
    );
    if (other)
      throw conflict(
        'chain-waiting',
        'One of these teams is asked about for another move already. Wait for that answer, or let that one go first.',
      );
  }

  /** Throws a 409 for a second approver of a kind that wants none. */
  private async requireWanted(tx: EntityManager, { actor }: Access, challenge: Challenge): Promise<void> {
    const { secondApproval } = await this.challenges.kindOf(challenge, tx);
    if (consentOf(actor.role) === 'second' && !secondApproval)
      throw conflict('no-second-approval', 'No second approval is asked for here; the council answers.');
  }

  /** A chain with its challenges, kept from others until the transaction ends: always in the same order, so that two never wait for each other. */
  private async locked(tx: EntityManager, id: string): Promise<{ chain: Chain; challenges: Challenge[] }> {
    const { links } = await this.get(id, tx);
    const byId = new Map<string, Challenge>();
    for (const challengeId of links.map((link) => link.challengeId).sort())
      byId.set(challengeId, await this.challenges.lock(tx, challengeId));
    const chain = await tx.findOne(Chain, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!chain) throw notFound('chain');
    return { chain, challenges: chain.links.flatMap(({ challengeId }) => byId.get(challengeId) ?? []) };
  }
}

/** A rule of ours, or of the database that nobody is booked twice, stands against it. */
const isRefusal = (error: unknown): boolean =>
  (error instanceof Problem && error.status === 409) ||
  (error instanceof QueryFailedError && (error.driverError as { code?: string }).code === EXCLUDED);

const overtaken = () =>
  conflict(
    'chain-overtaken',
    'Something has changed since this was put together: a team is another one now, it was refused, or its time has passed. Every team stays as it is.',
  );
