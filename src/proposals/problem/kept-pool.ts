import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DateRange } from '../../calendar/dates.js';
import { Database } from '../../database/database.js';
import { identityBy } from '../../database/identity.js';
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
  /** Of which database, and when it was looked at, by the clock of that. */
  identity: string;
  at: string;
  bodies: Bodies;
  /** The active ones, in the order that breaks ties. */
  peers: readonly PoolPeer[];
  served: ReadonlyMap<string, readonly Served[]>;
  /** Worked out of these bodies. */
  bases: ProblemRows['bases'];
}

/** What was written since a version. */
interface Changes extends Pick<Version, 'snapshot' | 'identity' | 'at'> {
  /** Peers who are not as they were. */
  peers: string[];
  bodies: boolean;
  /** Whether what is known is of no use: it is of another database, or too old, or somebody is not there any more. */
  whole: boolean;
  /** Whether some of it was written by the very transaction that asks, and may never be. */
  own: boolean;
}

/** Changes are told for two days; what was not asked for half of that is read anew. */
const DAYS_TOLD = 2;
const MOST_AGE_DAYS = DAYS_TOLD / 2;

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
    const changes = await changesSince(tx, known);
    const now = known && !changes.whole ? await renew(tx, known, changes) : await readWhole(tx, changes);
    if (!changes.own) this.version = now;
    return now;
  }
}

/** What of the pool a row of changes names: challenges and references are looked up now, since others may have added to them meanwhile. */
const NAMED = `SELECT peer_id FROM told WHERE peer_id IS NOT NULL
  UNION SELECT d.peer_id FROM told JOIN peer_days d ON d.challenge_id = told.challenge_id
  UNION SELECT s.peer_id FROM told JOIN past_seats s ON s.reference = told.reference WHERE s.peer_id IS NOT NULL`;

async function changesSince(tx: EntityManager, known: Version | null): Promise<Changes> {
  // What this transaction wrote itself is seen, whatever its snapshots say; without a version that alone is of interest. Transactions that are
  // still to come are those of the server from which a copy was taken.
  const [row] = await tx.query<[Changes & { asker: string | null }]>(
    `WITH look AS (SELECT pg_current_snapshot() AS now, coalesce($1::text::pg_snapshot, pg_current_snapshot()) AS since,
         coalesce(pg_current_xact_id_if_assigned(), '0'::xid8) AS asker),
       told AS (SELECT c.* FROM pool_changes c, look WHERE c.transaction_id = asker
         OR c.transaction_id >= pg_snapshot_xmin(since) AND c.transaction_id < pg_snapshot_xmax(now) AND NOT pg_visible_in_snapshot(c.transaction_id, since))
     SELECT now::text AS snapshot, nullif(asker, '0'::xid8)::text AS asker, clock_timestamp()::text AS at, ${identityBy('pool_changes')} AS identity,
       ARRAY(${NAMED})::text[] AS peers,
       EXISTS (SELECT FROM told WHERE peer_id IS NULL AND challenge_id IS NULL AND reference IS NULL) AS bodies,
       EXISTS (SELECT FROM told WHERE whole) OR pg_snapshot_xmax(now) < pg_snapshot_xmax(since)
         OR clock_timestamp() - $2::timestamptz > make_interval(days => ${String(MOST_AGE_DAYS)}) IS TRUE AS whole,
       EXISTS (SELECT FROM told, look WHERE transaction_id = look.asker) AS own
     FROM look`,
    [known?.snapshot ?? null, known?.at ?? null],
  );
  const { asker, ...changes } = row;
  return {
    ...changes,
    whole: changes.whole || (known !== null && known.identity !== changes.identity),
    snapshot: asker === null ? changes.snapshot : asOpen(changes.snapshot, asker),
  };
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

async function readWhole(tx: EntityManager, { snapshot, identity, at }: Changes): Promise<Version> {
  const bodies = await loadBodies(tx);
  const peers = await loadPool(tx);
  const served = servedByPeer(await loadServed(tx));
  return { snapshot, identity, at, bodies, peers, served, bases: new Map() };
}

/** The next version, with what changed read anew. What is written meanwhile is told of again the next time. */
async function renew(
  tx: EntityManager,
  known: Version,
  { snapshot, identity, at, peers, bodies }: Changes,
): Promise<Version> {
  const next = { ...known, snapshot, identity, at };
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
