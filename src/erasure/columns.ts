import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';

/** A column that can hold an id, a name or an address. */
export interface TextColumn {
  table: string;
  column: string;
  type: 'uuid' | '_uuid' | 'text' | '_text' | 'json' | 'jsonb';
}

/** Told by name: the trail is only ever added to, and what an erasure still looks for names whom it looks for. */
const APART = ['audit_entries', 'audit_waiting', 'audit_checks', 'erasures', 'migrations'];

/**
 * Every column of ours, and with `queue` of the queue's too, as the database itself lists them: so that a table which is added later is
 * not forgotten.
 */
export async function textColumns(
  tx: EntityManager,
  { queue = false, trail = false } = {},
): Promise<TextColumn[]> {
  return tx.query<TextColumn[]>(
    `SELECT format('%I.%I', c.table_schema, c.table_name) AS table, format('%I', c.column_name) AS column, c.udt_name AS type
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE t.table_type = 'BASE TABLE' AND c.table_schema = ANY($1) AND c.table_name <> ALL($2)
       AND c.udt_name IN ('uuid', '_uuid', 'text', '_text', 'json', 'jsonb') AND c.is_generated = 'NEVER'
     ORDER BY 1, 2`,
    [
      queue ? ['public', 'bullmq'] : ['public'],
      trail ? APART.filter((table) => !table.startsWith('audit')) : APART,
    ],
  );
}

/** The columns in which one of some texts is found, such as "public.messages.recipient". */
export async function tracesOf(tx: EntityManager, wanted: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  if (wanted.length === 0) return found;
  for (const { table, column } of await textColumns(tx, { queue: true, trail: true })) {
    const [row] = await tx.query<{ found: boolean }[]>(
      `SELECT EXISTS (SELECT FROM ${table} WHERE ${column}::text ~* ANY($1)) AS found`,
      [wanted.map(patternOf)],
    );
    if (row?.found) found.push(`${table}.${column}`);
  }
  return found;
}

/** A text as a whole: an address within a longer one is another, and so is a number within a longer one. An id is one anywhere. */
export const patternOf = (text: string): string =>
  isUUID(text) ? text : `(?<![\\w.+@-])${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w@-]|\\.\\w)`;
