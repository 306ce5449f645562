import type { DataSource } from 'typeorm';
import { prepareDatabase } from '../../src/commands/prepare-database.js';
import { makeDataSource } from '../../src/data-source.js';
import { createDatabase } from '../support/database.js';
import { figure, times } from '../support/figure.js';

const ROWS = times(2000, 100_000);
const STEPS = 13;
const CLIENTS = 4;
/** Tables that the steps change, or that everybody reads and writes all the time. */
const BUSY = ['peers', 'messages', 'accounts', 'audit_entries'];

/** So many rows more, each as one that is there but for what is told. */
async function fill(source: DataSource): Promise<void> {
  const more = (table: string, changed: string): Promise<unknown> =>
    source.query(
      `WITH one AS (SELECT t FROM ${table} t LIMIT 1)
       INSERT INTO ${table} SELECT (jsonb_populate_record(t, ${changed})).* FROM one, generate_series(1, ${String(ROWS)}) n`,
    );
  await more('peers', `jsonb_build_object('id', gen_random_uuid(), 'name', 'Peer ' || n, 'email', NULL)`);
  await more(
    'accounts',
    `jsonb_build_object('id', gen_random_uuid(), 'email', 'account' || n || '@load.example')`,
  );
  await more('audit_entries', `jsonb_build_object('id', 1000000 + n, 'hash', n::text)`);
  await source.query(`
    INSERT INTO messages (recipient, subject, body, cause, about, template, state)
    SELECT 'peer' || n || '@load.example', 'subject', 'text', 'load-' || n, 'peer:' || n, 'challenge-scoped', 'sent' FROM generate_series(1, ${String(ROWS)}) n`);
  await source.query('ANALYZE');
}

/** Reads and writes as the version before does, until told to stop; gives the longest wait in milliseconds. */
async function work(source: DataSource, goes: () => boolean): Promise<{ longest: number; done: number }> {
  let [longest, done] = [0, 0];
  while (goes()) {
    const began = performance.now();
    await source.transaction(async (tx) => {
      await tx.query(
        `UPDATE peers SET name = name WHERE id = (SELECT id FROM peers OFFSET ${String(done % 50)} LIMIT 1)`,
      );
      await tx.query(
        `UPDATE messages SET subject = subject WHERE cause = 'load-${String((done % ROWS) + 1)}'`,
      );
      await tx.query('SELECT count(*) FROM (SELECT FROM accounts LIMIT 100) a');
      await tx.query('SELECT FROM audit_entries ORDER BY id DESC LIMIT 10');
    });
    longest = Math.max(longest, performance.now() - began);
    done++;
  }
  return { longest, done };
}

it(`the newest steps of the schema, over ${String(ROWS)} rows in ${BUSY.join(', ')}, let nobody who works meanwhile wait for two seconds`, async () => {
  const url = await createDatabase(true);
  const [tool, clients] = [makeDataSource(url), makeDataSource(url)];
  await Promise.all([tool.initialize(), clients.initialize()]);
  for (let step = 0; step < STEPS; step++) await tool.undoLastMigration();
  await fill(tool);
  let going = true;
  const working = Array.from({ length: CLIENTS }, () => work(clients, () => going));
  const began = performance.now();
  await prepareDatabase(url).finally(() => (going = false));
  const took = performance.now() - began;
  const waits = await Promise.all(working);
  const longest = Math.max(...waits.map((one) => one.longest));
  const done = waits.reduce((sum, one) => sum + one.done, 0);
  figure(
    24,
    `${String(STEPS)} steps over ${String(ROWS)} rows a table in ${(took / 1000).toFixed(1)} s, ${String(done)} transactions beside them, the longest ${longest.toFixed(0)} ms`,
  );
  expect(await tool.showMigrations()).toBe(false); // none is left to be done
  expect(done).toBeGreaterThan(0);
  expect(longest).toBeLessThan(2000);
  await Promise.all([tool.destroy(), clients.destroy()]);
}, 600_000);
