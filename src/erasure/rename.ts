import type { EntityManager } from 'typeorm';
import { patternOf, type TextColumn } from './columns.js';

/** Everything that refers to one row refers to another, in whatever column; then the first row goes. */
export async function rename(
  tx: EntityManager,
  columns: TextColumn[],
  table: 'peers' | 'accounts',
  from: string,
  to: string,
): Promise<void> {
  const own = `public.${table}`;
  for (const { table: at, column, type } of columns)
    if (type === 'uuid' && !(at === own && column === 'id'))
      await tx.query(`UPDATE ${at} SET ${column} = $2 WHERE ${column} = $1`, [from, to]);
  await replaceAll(tx, columns, from, to);
  await tx.query(`DELETE FROM ${own} WHERE id = $1`, [from]);
}

/** One text in place of another, in every text, list and document. */
export async function replaceAll(
  tx: EntityManager,
  columns: TextColumn[],
  from: string,
  to: string,
): Promise<void> {
  for (const { table, column, type } of columns) {
    if (type === 'uuid') continue;
    const cast = type.startsWith('_') ? `${type.slice(1)}[]` : type;
    await tx.query(
      `UPDATE ${table} SET ${column} = regexp_replace(${column}::text, $1, $2, 'gi')::${cast} WHERE ${column}::text ~* $1`,
      [patternOf(from), to],
    );
  }
}
