import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Actor } from './access.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditWaiting } from './audit-waiting.entity.js';
import { afterCommit, type Database } from '../database/database.js';

const FIRST_HASH = '0'.repeat(64);
const AUDIT_LOCK = 4_201;
const MOST_AT_ONCE = 1000;
const FORGOTTEN = 'audit.forgotten';

/**
 * Adds to the audit trail in the transaction of the change: both are there, or neither. Details are ids, states and dates, never
 * names or texts. The entry takes its place in the chain as soon as the change is committed.
 */
export async function record(
  tx: EntityManager,
  actor: Actor,
  action: string,
  subject: string,
  details: object = {},
): Promise<void> {
  await tx.insert(AuditWaiting, { actor: actor.id, action, subject, details });
  afterCommit(tx, chainWaiting);
}

/** What the trail says of a thing. */
export type Told = Pick<AuditEntry, 'at' | 'actor' | 'action'> & { details: Record<string, unknown> };

/** All that the trail says of a thing, such as `challenge:…`, in order; what waits for its place in the chain too. */
export function toldOf(db: Database, subject: string): Promise<Told[]> {
  return db.query<Told[]>(
    `SELECT at, actor, action, details FROM (
       SELECT 0 AS part, id::bigint AS id, at, actor, action, details FROM audit_entries WHERE subject = $1
       UNION ALL SELECT 1, id::bigint, at, actor, action, details FROM audit_waiting WHERE subject = $1
     ) told ORDER BY part, id`,
    [subject],
  );
}

/** Gives the entries that wait their places in the chain, in the order in which they were written. One writer at a time does it. */
export async function chainWaiting(tx: EntityManager): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
  const waiting = await tx.find(AuditWaiting, { order: { id: 'ASC' }, take: MOST_AT_ONCE });
  if (waiting.length === 0) return;
  const [last] = await tx.find(AuditEntry, { order: { id: 'DESC' }, take: 1 });
  let [id, previousHash] = [Number(last?.id ?? 0), last?.hash ?? FIRST_HASH];
  const entries = waiting.map(({ id: _, ...entry }) => {
    const linked = { ...entry, id: String(++id), previousHash };
    previousHash = hashOf(linked);
    return { ...linked, hash: previousHash };
  });
  await tx.insert(AuditEntry, entries);
  const [row] = await tx.query<{ gone: string }[]>('SELECT forget_chained($1) AS gone', [
    waiting.map((entry) => entry.id),
  ]);
  if (Number(row?.gone) !== entries.length)
    throw new Error('entries that have their place in the audit trail would get another one');
}

/**
 * Takes ids of people out of the trail. An entry that named one keeps its place and its hash, and cannot be proved by its content any
 * more; so a new entry says which ones that are.
 */
export async function forgetInAudit(tx: EntityManager, actor: Actor, ids: string[]): Promise<void> {
  await chainWaiting(tx);
  const touched = new Set<string>();
  for (const id of ids) {
    const [row] = await tx.query<{ entries: string[] }[]>('SELECT forget_in_audit($1) AS entries', [id]);
    for (const entry of row?.entries ?? []) touched.add(entry);
  }
  await record(tx, actor, FORGOTTEN, 'audit', { entries: [...touched] });
}

/** The id of the first entry that does not follow from the one before it, or whose content was changed; null where all is whole. */
export async function firstBroken(db: Database): Promise<string | null> {
  let [after, previousHash] = ['0', FIRST_HASH];
  const erased = new Set<string>();
  for (;;) {
    const rows = await db.manager
      .createQueryBuilder(AuditEntry, 'a')
      .where('a.id > :after', { after })
      .orderBy('a.id')
      .take(1000)
      .getMany();
    for (const row of rows) {
      if (Number(row.id) !== Number(after) + 1 || row.previousHash !== previousHash) return row.id;
      if (row.erased) erased.add(row.id);
      else if (hashOf(row) !== row.hash) return row.id;
      else if (row.action === FORGOTTEN)
        for (const entry of (row.details as { entries: string[] }).entries) erased.delete(entry);
      [after, previousHash] = [row.id, row.hash];
    }
    // One that is said to be erased, and that no later entry says so of, was changed by somebody else.
    if (rows.length < 1000) return [...erased][0] ?? null;
  }
}

function hashOf({
  id,
  at,
  actor,
  action,
  subject,
  details,
  previousHash,
}: Omit<AuditEntry, 'hash' | 'erased'>): string {
  return createHash('sha256')
    .update(JSON.stringify([id, at.toISOString(), actor, action, subject, sorted(details), previousHash]))
    .digest('hex');
}

/** Keys in one order, whatever order the database gives them back in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const plain = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(plain)
      .sort()
      .map((key) => [key, sorted(plain[key])]),
  );
}
