import { Injectable } from '@nestjs/common';
import { ArrayContains, In, IsNull, LessThanOrEqual, Not, type EntityManager } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import { BEFORE_ON_SITE } from '../challenges/states.js';
import { Houses } from '../councils/houses.js';
import { Succession } from '../councils/succession.entity.js';
import { Database } from '../database/database.js';
import { Account } from '../people/account.entity.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { PeerChanges } from '../peers/peer-changes.service.js';
import { Peer } from '../peers/peer.entity.js';
import { Handover } from './handover.entity.js';
import { Placement } from './placement.entity.js';
import {
  afterDay,
  goesTo,
  lastDayBefore,
  peerGoesTo,
  takenBack,
  type Parting,
  type PlacedAt,
} from './where-to.js';

/** The day of a reorganisation: peers, accounts and challenges to come go to the bodies that follow. Before it nothing moves. */
@Injectable()
export class HandoverService {
  constructor(
    private readonly db: Database,
    private readonly changes: PeerChanges,
  ) {}

  /** The daily look. Any number of times: what was moved is not moved again. */
  async moveDue(): Promise<void> {
    await this.db.transact(async (tx) => {
      await takeTurns(tx);
      await this.applyDue(tx, SYSTEM);
    });
  }

  /** Everything whose day has come; where one follows the next on one day, the first first. */
  async applyDue(tx: EntityManager, actor: Actor): Promise<void> {
    const due = await tx.find(Succession, {
      where: { appliedAt: IsNull(), startsOn: LessThanOrEqual(this.db.today()) },
      order: { predecessorId: 'ASC', successorId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    const houses = new Houses([], due, null);
    const ids = [...new Set(due.map((one) => one.predecessorId))];
    for (const predecessorId of ids.sort((a, b) => houses.originsOf(a).size - houses.originsOf(b).size)) {
      const mine = due.filter((one) => one.predecessorId === predecessorId);
      await tx.update(Succession, mine.map(keyOf), { appliedAt: this.db.now() });
      await this.moveLeft(tx, actor, predecessorId);
      for (const { successorId } of mine)
        await record(tx, actor, 'council.succeeded', `council:${successorId}`, {
          predecessor: predecessorId,
        });
    }
  }

  /** Moves what still belongs to a body whose day has come, as far as it is known where to. */
  async moveLeft(tx: EntityManager, actor: Actor, predecessorId: string): Promise<void> {
    const ways = await tx.findBy(Succession, { predecessorId, appliedAt: Not(IsNull()) });
    if (ways.length === 0) return;
    const parting: Parting = { predecessorId, ways };
    const placements = await tx.findBy(Placement, { predecessorId });
    const placed: PlacedAt = (kind, id) =>
      placements.find((one) => one.kind === kind && one.subjectId === id)?.successorId;
    await this.movePeers(tx, actor, parting, placed);
    await this.moveAccounts(tx, parting, placed);
    await this.moveChallenges(tx, parting, placed);
  }

  private async movePeers(
    tx: EntityManager,
    actor: Actor,
    parting: Parting,
    placed: PlacedAt,
  ): Promise<void> {
    const { predecessorId: left } = parting;
    const peers = await tx
      .createQueryBuilder(Peer, 'p')
      .where('p.council_id = :left OR p.homes @> :home', {
        left,
        home: JSON.stringify([{ councilId: left, to: null }]),
      })
      .orderBy('p.id')
      .setLock('pessimistic_write')
      .getMany();
    for (const peer of peers) {
      const to = peerGoesTo(parting, peer, placed('peer', peer.id));
      if (to === undefined) continue;
      const before = { ...peer };
      const { councilId, homes, positions } = peer;
      const after = afterDay(peer, parting, to);
      Object.assign(peer, after);
      await this.changes.note(tx, actor, before, await tx.save(peer));
      await keep(tx, {
        predecessorId: left,
        kind: 'peer',
        subjectId: peer.id,
        before: { councilId, homes, positions },
        after: { ...after, to },
      });
    }
  }

  private async moveAccounts(tx: EntityManager, parting: Parting, placed: PlacedAt): Promise<void> {
    const { predecessorId: left } = parting;
    for (const account of await tx.find(Account, { where: { councilId: left }, order: { id: 'ASC' } })) {
      const to = goesTo(parting, placed('account', account.id));
      // An account without a body would see nothing: one that ends is closed by a person.
      if (to === undefined || to === null) continue;
      account.councilId = to;
      await tx.save(account);
      await keep(tx, {
        predecessorId: left,
        kind: 'account',
        subjectId: account.id,
        before: { councilId: left },
        after: { councilId: to, to },
      });
    }
  }

  /** Those whose days are all to come; a visit that began stays where it is. */
  private async moveChallenges(tx: EntityManager, parting: Parting, placed: PlacedAt): Promise<void> {
    const { predecessorId: left } = parting;
    const open = await tx.find(Challenge, {
      where: [
        { councilId: left, state: In([...BEFORE_ON_SITE]) },
        { partnerIds: ArrayContains([left]), state: In([...BEFORE_ON_SITE]) },
      ],
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    for (const challenge of open) {
      const to = goesTo(parting, placed('challenge', challenge.id));
      if (to === undefined || to === null || !isToCome(challenge, lastDayBefore(parting, to))) continue;
      const before = { councilId: challenge.councilId, partnerIds: challenge.partnerIds };
      moveHost(challenge, left, to);
      await tx.save(challenge);
      await keep(tx, {
        predecessorId: left,
        kind: 'challenge',
        subjectId: challenge.id,
        before,
        after: { councilId: challenge.councilId, to },
      });
    }
  }

  /**
   * Gives back what went to one successor, where it is still as it was left there; posts that ended with the body come back once nothing
   * ends it any more.
   */
  async giveBack(tx: EntityManager, predecessorId: string, successorId: string): Promise<void> {
    const left = await tx.findBy(Succession, { predecessorId, ends: true, successorId: Not(successorId) });
    const goesBack = ({ after: { to } }: Handover): boolean =>
      to === successorId || (to === null && left.length === 0);
    for (const one of (await tx.findBy(Handover, { predecessorId })).filter(goesBack)) {
      const { subjectId: id } = one;
      if (one.kind === 'peer') await this.giveBackPeer(tx, one);
      if (one.kind === 'account')
        await tx.update(Account, { id, councilId: successorId }, { councilId: predecessorId });
      if (one.kind === 'challenge') await giveBackChallenge(tx, one, successorId);
      await tx.remove(one);
    }
  }

  private async giveBackPeer(tx: EntityManager, moved: Handover): Promise<void> {
    const peer = await tx.findOne(Peer, {
      where: { id: moved.subjectId },
      lock: { mode: 'pessimistic_write' },
    });
    const back = peer && takenBack(peer, moved.predecessorId, moved);
    if (back) await tx.save(Object.assign(peer, back));
  }
}

/** A challenge of a body becomes one of another, which it may be of already. */
function moveHost(challenge: Challenge, from: string, to: string): void {
  if (challenge.councilId === from) challenge.councilId = to;
  const partners = challenge.partnerIds.map((id) => (id === from ? to : id));
  challenge.partnerIds = [...new Set(partners)].filter((id) => id !== challenge.councilId);
}

async function giveBackChallenge(
  tx: EntityManager,
  { subjectId: id, predecessorId, before }: Handover,
  successorId: string,
): Promise<void> {
  const challenge = await tx.findOne(Challenge, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!challenge) return;
  const { partnerIds = [] } = before;
  if (before.councilId === predecessorId && challenge.councilId === successorId)
    challenge.councilId = predecessorId;
  if (partnerIds.includes(predecessorId)) {
    const others = challenge.partnerIds.filter((one) => one !== successorId || partnerIds.includes(one));
    challenge.partnerIds = [...new Set([...others, predecessorId])];
  }
  await tx.save(challenge);
}

const keep = (tx: EntityManager, moved: Omit<Handover, 'at'>): Promise<unknown> =>
  tx.upsert(Handover, moved, ['predecessorId', 'kind', 'subjectId']);

const keyOf = ({ predecessorId, successorId }: Succession): Partial<Succession> => ({
  predecessorId,
  successorId,
});

/** One reorganisation at a time: what follows what is looked at as a whole. */
export const takeTurns = (tx: EntityManager): Promise<unknown> =>
  tx.query(`SELECT pg_advisory_xact_lock(hashtext('successions'))`);

/** Whether the days of a challenge come after one; where none is agreed, it is still to come. */
const isToCome = ({ firstDay }: Challenge, day: string): boolean => firstDay === null || firstDay > day;
