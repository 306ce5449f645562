import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThanOrEqual, type EntityManager } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import { BEFORE_ON_SITE } from '../challenges/states.js';
import { Succession } from '../councils/succession.entity.js';
import { Database } from '../database/database.js';
import { Account } from '../people/account.entity.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { PeerChanges } from '../peers/peer-changes.service.js';
import { Peer } from '../peers/peer.entity.js';
import { Handover, type Whereabouts } from './handover.entity.js';
import { Placement, type Subject } from './placement.entity.js';
import { afterDay, goesTo, peerGoesTo, type Parting, type PlacedAt } from './where-to.js';

/** The day of a reorganisation: peers, accounts and challenges to come go to the bodies that follow. Before it nothing moves. */
@Injectable()
export class HandoverService {
  constructor(
    private readonly db: Database,
    private readonly changes: PeerChanges,
  ) {}

  /** The daily look. Any number of times: what was moved is not moved again. */
  async moveDue(): Promise<void> {
    await this.db.transact((tx) => this.applyDue(tx, SYSTEM));
  }

  /** Everything whose day has come. */
  async applyDue(tx: EntityManager, actor: Actor): Promise<void> {
    const due = await tx.find(Succession, {
      where: { appliedAt: IsNull(), startsOn: LessThanOrEqual(this.db.today()) },
      order: { predecessorId: 'ASC', successorId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    for (const predecessorId of new Set(due.map((one) => one.predecessorId))) {
      const mine = due.filter((one) => one.predecessorId === predecessorId);
      await tx.update(Succession, mine.map(keyOf), { appliedAt: this.db.now() });
      await this.moveLeft(tx, actor, predecessorId);
      for (const { successorId } of mine) {
        await inheritNeighbours(tx, predecessorId, successorId);
        await record(tx, actor, 'council.succeeded', `council:${successorId}`, {
          predecessor: predecessorId,
        });
      }
    }
  }

  /** Moves what still belongs to a body whose day has come, as far as it is known where to. */
  async moveLeft(tx: EntityManager, actor: Actor, predecessorId: string): Promise<void> {
    const followed = await tx.findBy(Succession, { predecessorId });
    const begun = followed.filter(({ appliedAt }) => appliedAt !== null);
    const [first] = begun;
    if (!first) return;
    const parting: Parting = {
      predecessorId,
      successorIds: begun.map(({ successorId }) => successorId),
      startsOn: first.startsOn,
      ends: begun.some(({ ends }) => ends),
    };
    const placements = await tx.findBy(Placement, { predecessorId });
    const placed = (kind: Subject, id: string): string | null | undefined =>
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
      Object.assign(peer, afterDay(peer, parting, to));
      await this.changes.note(tx, actor, before, await tx.save(peer));
      await keep(tx, {
        predecessorId: left,
        kind: 'peer',
        subjectId: peer.id,
        before: { councilId, homes, positions },
        after: whereabouts(peer),
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
        after: { councilId: to },
      });
    }
  }

  /** Those whose days are all to come; a visit that began stays where it is. */
  private async moveChallenges(tx: EntityManager, parting: Parting, placed: PlacedAt): Promise<void> {
    const { predecessorId: left, startsOn } = parting;
    const open = await tx.find(Challenge, {
      where: { councilId: left, state: In([...BEFORE_ON_SITE]) },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    for (const challenge of open) {
      const to = goesTo(parting, placed('challenge', challenge.id));
      if (to === undefined || to === null || !isAfter(challenge, startsOn)) continue;
      challenge.councilId = to;
      await tx.save(challenge);
      await keep(tx, {
        predecessorId: left,
        kind: 'challenge',
        subjectId: challenge.id,
        before: { councilId: left },
        after: { councilId: to },
      });
    }
  }

  /** Gives back what went to one successor, where it is still as it was left there. */
  async giveBack(tx: EntityManager, predecessorId: string, successorId: string): Promise<void> {
    const kept = await tx.findBy(Handover, { predecessorId });
    for (const one of kept.filter(
      ({ after }) => after.councilId === successorId || after.councilId === null,
    )) {
      const { subjectId: id, before, after } = one;
      if (one.kind === 'peer') await giveBackPeer(tx, id, before, after);
      if (one.kind === 'account')
        await tx.update(Account, { id, councilId: successorId }, { councilId: predecessorId });
      if (one.kind === 'challenge')
        await tx.update(Challenge, { id, councilId: successorId }, { councilId: predecessorId });
      await tx.remove(one);
    }
  }
}

const keep = (tx: EntityManager, moved: Omit<Handover, 'at'>): Promise<unknown> =>
  tx.upsert(Handover, moved, ['predecessorId', 'kind', 'subjectId']);

const keyOf = ({ predecessorId, successorId }: Succession): Partial<Succession> => ({
  predecessorId,
  successorId,
});

const whereabouts = ({ councilId, homes, positions }: Peer): Whereabouts => ({ councilId, homes, positions });

/** Whether all days of a challenge, agreed or offered, lie on a day or after it; one without days is still to come. */
const isAfter = ({ firstDay, windows }: Challenge, day: string): boolean =>
  firstDay === null ? windows.every(({ start }) => start >= day) : firstDay >= day;

async function giveBackPeer(
  tx: EntityManager,
  id: string,
  before: Whereabouts,
  after: Whereabouts,
): Promise<void> {
  const peer = await tx.findOneBy(Peer, { id });
  if (peer?.councilId !== after.councilId) return;
  const isChanged = JSON.stringify(peer.positions) !== JSON.stringify(after.positions);
  Object.assign(peer, { councilId: before.councilId, homes: before.homes ?? [] });
  if (!isChanged) peer.positions = before.positions ?? [];
  await tx.save(peer);
}

/** Who adjoined the one before, and is no part of the new one, adjoins the new one. */
async function inheritNeighbours(
  tx: EntityManager,
  predecessorId: string,
  successorId: string,
): Promise<void> {
  await tx.query(
    `INSERT INTO council_links (council_id, other_id, relation, rank)
     SELECT x.one, x.other, 'neighbour', 0 FROM (
       SELECT $2::uuid AS one, other_id AS other FROM council_links WHERE council_id = $1 AND relation = 'neighbour'
       UNION SELECT other_id, $2::uuid FROM council_links WHERE council_id = $1 AND relation = 'neighbour') x
     WHERE x.one <> x.other AND NOT EXISTS (SELECT FROM successions s WHERE s.successor_id = $2 AND s.ends AND s.predecessor_id IN (x.one, x.other))
     ON CONFLICT DO NOTHING`,
    [predecessorId, successorId],
  );
}
