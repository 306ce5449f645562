import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { Actor } from './access.js';
import { AuditEntry } from './audit-entry.entity.js';

const FIRST_HASH = '0'.repeat(64);
const AUDIT_LOCK = 4_201;

/**
 * Adds to the audit trail in the transaction of the change. Details are ids, states and dates, never names or texts. Writers take
 * turns from here to the end of their transaction, so call it last.
 */
export async function record(tx: EntityManager, actor: Actor, action: string, subject: string, details: object = {}): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
  const [last] = await tx.find(AuditEntry, { order: { id: 'DESC' }, take: 1 });
  const entry = {
    id: String(Number(last?.id ?? 0) + 1),
    at: new Date(),
    actor: actor.id,
    action,
    subject,
    details,
    previousHash: last?.hash ?? FIRST_HASH,
  };
  await tx.insert(AuditEntry, { ...entry, hash: hashOf(entry) });
}

/** The id of the first entry that does not follow from the one before it, or whose content was changed; null where all is whole. */
export async function firstBroken(source: DataSource): Promise<string | null> {
  let [after, previousHash] = ['0', FIRST_HASH];
  for (;;) {
    const rows = await source.manager
      .createQueryBuilder(AuditEntry, 'a')
      .where('a.id > :after', { after })
      .orderBy('a.id')
      .take(1000)
      .getMany();
    for (const row of rows) {
      if (Number(row.id) !== Number(after) + 1 || row.previousHash !== previousHash || hashOf(row) !== row.hash) return row.id;
      [after, previousHash] = [row.id, row.hash];
    }
    if (rows.length < 1000) return null;
  }
}

function hashOf({ id, at, actor, action, subject, details, previousHash }: Omit<AuditEntry, 'hash'>): string {
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
