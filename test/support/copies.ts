import type { DataSource } from 'typeorm';

/** Every row of every table, ours and the queue's, as text: read by a way of its own, so that what searches can be checked by it. */
export async function everyRow(source: DataSource): Promise<{ table: string; row: string }[]> {
  const tables = await source.query<{ name: string }[]>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'bullmq')`,
  );
  const rows = await Promise.all(
    tables.map(async ({ name }) => {
      const found = await source.query<{ row: string }[]>(`SELECT t::text AS row FROM ${name} t`);
      return found.map(({ row }) => ({ table: name, row }));
    }),
  );
  return rows.flat();
}
