import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DateRange } from '../../calendar/dates.js';
import { Database } from '../../database/database.js';
import { Houses } from '../../councils/houses.js';
import {
  loadBodies,
  loadOrder,
  loadPool,
  loadServed,
  servedByPeer,
  type Bodies,
  type PoolPeer,
  type ProblemRows,
  type Served,
} from './rows.js';

/** What of the pool was true for one look at the database. Never changed: who has it goes on with it. */
interface Version {
  /** Which transactions it knows. */
  snapshot: string;
  /** When that was, by the clock of this process, in ms. */
  at: number;
  bodies: Bodies;
  /** The active ones, in the order that breaks ties. */
  peers: readonly PoolPeer[];
  served: ReadonlyMap<string, readonly Served[]>;
  /** Worked out of these bodies. */
  bases: ProblemRows['bases'];
}

/** What was written since a version. */
interface Changes {
  snapshot: string;
  /** Peers who are not as they were. */
  peers: string[];
  bodies: boolean;
  /** Somebody is not there any more. */
  whole: boolean;
  /** Whether some of it was written by the very transaction that asks, and may never be. */
  own: boolean;
  /** The database is an older one than that of the version, as after a copy was put back. */
  older: boolean;
}

/** Changes are told for two days; what was not asked for half of that is read anew. */
const DAYS_TOLD = 2;
const MOST_AGE_MS = (DAYS_TOLD / 2) * 86_400_000;

/**
 * The pool, kept in memory from one question to the next: to read thousands of peers takes longer than to search among them. Every question
 * asks which transactions changed anything since, which tell of it themselves, and reads that anew; so no question is answered from
 * what was, in whichever process it is asked.
 */
@Injectable()
export class KeptPool {
  private version: Version | null = null;

  constructor(private readonly db: Database) {}

  /** The pool as it is for a transaction, with which bodies are one house on some day of a range. */
  async rows(tx: EntityManager, days: DateRange): Promise<ProblemRows> {
    const { bodies, peers, served, bases } = await this.at(tx);
    const { councils, links, belongings, followings } = bodies;
    return { councils, links, houses: new Houses(belongings, followings, days), peers, served, bases };
  }

  /** Forgets what every process has heard of, or will read whole. Does nothing the second time. */
  async forget(): Promise<void> {
    await this.db.query(
      `DELETE FROM pool_changes WHERE at < now() - make_interval(days => ${String(DAYS_TOLD)})`,
    );
  }

  private async at(tx: EntityManager): Promise<Version> {
    const known = this.version;
    const changes = await changesSince(tx, known?.snapshot ?? null);
    if (!known || changes.older || changes.whole || performance.now() - known.at > MOST_AGE_MS) {
      const whole = await readWhole(tx, changes.snapshot);
      return changes.own ? whole : (this.version = whole);
    }
    const now = await renew(tx, known, changes);
    return changes.own ? now : (this.version = now);
  }
}

async function changesSince(tx: EntityManager, snapshot: string | null): Promise<Changes> {
  // Without a version only what this transaction wrote itself is of interest: that alone is seen, and in no snapshot.
  const since = 'coalesce($1::text::pg_snapshot, pg_current_snapshot())';
  const [changes] = await tx.query<[Changes & { asker: string | null }]>(
    `SELECT pg_current_snapshot()::text AS snapshot, pg_current_xact_id_if_assigned()::text AS asker, coalesce(bool_or(peer_id IS NULL), false) AS bodies, coalesce(bool_or(whole), false) AS whole,
       coalesce(array_agg(DISTINCT peer_id::text) FILTER (WHERE peer_id IS NOT NULL), '{}') AS peers,
       coalesce(bool_or(transaction_id = pg_current_xact_id_if_assigned()), false) AS own,
       pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(${since}) AS older
     FROM pool_changes WHERE transaction_id >= pg_snapshot_xmin(${since}) AND NOT pg_visible_in_snapshot(transaction_id, ${since})`,
    [snapshot],
  );
  const { asker } = changes;
  return asker === null ? changes : { ...changes, snapshot: asOpen(changes.snapshot, asker) };
}

/**
 * A snapshot in which a transaction is still open: PostgreSQL leaves the one that asks out of its own, where it would stand for one that has
 * ended, so that what it writes afterwards would never be heard of.
 */
function asOpen(snapshot: string, transaction: string): string {
  const [first = '', end = '', open = ''] = snapshot.split(':');
  const id = BigInt(transaction);
  if (id >= BigInt(end)) return snapshot;
  const others = open === '' ? [] : open.split(',').map(BigInt);
  const all = [...others.filter((one) => one !== id), id].sort((a, b) => (a < b ? -1 : 1));
  return `${String(id < BigInt(first) ? id : BigInt(first))}:${end}:${all.join(',')}`;
}

async function readWhole(tx: EntityManager, snapshot: string): Promise<Version> {
  const bodies = await loadBodies(tx);
  const peers = await loadPool(tx);
  return {
    snapshot,
    at: performance.now(),
    bodies,
    peers,
    served: servedByPeer(await loadServed(tx)),
    bases: new Map(),
  };
}

/** The next version, with what changed read anew. What is written meanwhile is told of again the next time. */
async function renew(
  tx: EntityManager,
  known: Version,
  { snapshot, peers, bodies }: Changes,
): Promise<Version> {
  const next = { ...known, snapshot, at: performance.now() };
  if (bodies) Object.assign(next, { bodies: await loadBodies(tx), bases: new Map() });
  if (peers.length === 0) return next;
  const changed = new Map((await loadPool(tx, peers)).map((peer) => [peer.id, peer]));
  const served = new Map(known.served);
  for (const id of peers) served.delete(id);
  for (const [id, theirs] of servedByPeer(await loadServed(tx, peers))) served.set(id, theirs);
  return { ...next, served, peers: await inPlace(tx, known.peers, peers, changed) };
}

/** The peers with those changed who are there still; where somebody came, went or has another name, in the order of the database. */
async function inPlace(
  tx: EntityManager,
  known: readonly PoolPeer[],
  ids: readonly string[],
  changed: ReadonlyMap<string, PoolPeer>,
): Promise<readonly PoolPeer[]> {
  const asked = new Set(ids);
  const before = known.filter(({ id }) => asked.has(id));
  const isSame =
    before.length === changed.size && before.every(({ id, name }) => changed.get(id)?.name === name);
  if (isSame) return known.map((peer) => changed.get(peer.id) ?? peer);
  const byId = new Map([
    ...known.filter(({ id }) => !asked.has(id)).map((peer): [string, PoolPeer] => [peer.id, peer]),
    ...changed,
  ]);
  return (await loadOrder(tx)).flatMap((id) => byId.get(id) ?? []);
}
