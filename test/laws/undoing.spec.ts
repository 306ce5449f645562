import { makeDataSource } from '../../src/data-source.js';
import { createDatabase } from '../support/database.js';

/** Tables that only tell what was done, carry work, or are about who is signed in: no import takes them back. */
const APART = [
  ...[
    'audit_checks',
    'audit_entries',
    'audit_waiting',
    'budget_line_versions',
    'daily_work',
    'database_mode',
    'erasures',
    'idempotency_keys',
  ],
  ...[
    'import_writes',
    'imports',
    'measure_versions',
    'messages',
    'migrations',
    'outbox_jobs',
    'pool_changes',
    'pool_days',
  ],
  ...['retention_runs', 'second_steps', 'sessions', 'sign_in_codes', 'tries'],
];

describe('what an import writes', () => {
  it('is noted in every table that holds what people work with, so that it can be taken back', async () => {
    const source = await makeDataSource(await createDatabase()).initialize();
    const tables = await source.query<{ name: string; watched: boolean }[]>(
      `SELECT c.relname AS name, EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'import_writes') AS watched
       FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
    );
    await source.destroy();
    expect(tables.filter(({ watched }) => !watched).map(({ name }) => name)).toEqual(APART);
  });
});
