import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { startWorker } from '../../src/background.js';
import { londonDate } from '../../src/calendar/dates.js';
import { claimDatabase } from '../../src/commands/claim-database.js';
import { prepareDatabase, withSource } from '../../src/commands/prepare-database.js';
import { loadExample } from '../../src/example/load.js';
import { exampleUsers } from '../../src/example/users.js';
import { openQueues } from '../../src/jobs/queue.js';
import { readSettings } from '../../src/settings.js';

const TEMPLATE = 'migrated';
const EXAMPLE = 'example';
/** Whoever wants only the first does not wait for whoever makes the second. */
const ONE_AT_A_TIME = { [TEMPLATE]: 1, [EXAMPLE]: 2 };

/**
 * A database of the caller's own, with the register and the first policy, and the example programme where wanted; copied from one that
 * was made once for the whole run.
 */
export async function createDatabase(example = false): Promise<string> {
  const server = new Client({ connectionString: urlOf('postgres') });
  await server.connect();
  try {
    await makeOnce(server, TEMPLATE, 'template0', prepareForTests);
    if (example) await makeOnce(server, EXAMPLE, TEMPLATE, fillWithExample);
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    await copy(server, example ? EXAMPLE : TEMPLATE, name);
    return urlOf(name);
  } finally {
    await server.end();
  }
}

/** For trying out, as the processes that tests start are. */
export async function prepareForTests(url: string): Promise<void> {
  await prepareDatabase(url);
  await claimDatabase({ DATABASE_URL: url, MODE: 'example' });
  await withSource(url, forgetIdentity);
}

async function makeOnce(
  server: Client,
  name: keyof typeof ONE_AT_A_TIME,
  from: string,
  fill: (url: string) => Promise<void>,
): Promise<void> {
  await server.query('SELECT pg_advisory_lock($1)', [ONE_AT_A_TIME[name]]);
  const { rowCount } = await server.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (!rowCount) {
    await copy(server, from, name);
    await fill(urlOf(name));
  }
  await server.query('SELECT pg_advisory_unlock($1)', [ONE_AT_A_TIME[name]]);
}

/** As files: a quarter of the time that it takes page by page, where nothing is written through to the disk. */
const copy = (server: Client, from: string, name: string): Promise<unknown> =>
  server.query(`CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY FILE_COPY`);

async function fillWithExample(url: string): Promise<void> {
  await withSource(url, async (source) => {
    await loadExample(source, londonDate(new Date()));
    await exampleUsers(source);
  });
  await beginDay(url);
  await withSource(url, async (source) => {
    await forgetIdentity(source);
    // Nothing else counts the rows for the planner here.
    await source.query('ANALYZE');
  });
}

/** What is copied for each test is no restored copy. */
const forgetIdentity = (source: DataSource): Promise<unknown> =>
  source.query('UPDATE database_mode SET identity = NULL');

/** Does what comes with the day, so that no copy does it once more while somebody looks at it. */
async function beginDay(url: string): Promise<void> {
  const settings = readSettings({ DATABASE_URL: asApplication(url), LOG_LEVEL: 'silent', MODE: 'example' });
  const queues = openQueues(settings);
  const worker = await startWorker(settings, pino({ level: 'silent' }));
  try {
    // The steps of the day are put in together.
    const left = async (): Promise<number> => {
      const all = Object.values(queues.it).map((queue) =>
        queue.getJobs(['waiting', 'active', 'prioritized']),
      );
      return (await Promise.all(all)).flat().length;
    };
    const isBegun = async (): Promise<boolean> =>
      (await queues.it.daily.getJobCounts('completed')).completed !== 0;
    while (!(await isBegun()) || (await left()) > 0) await pause(50);
  } finally {
    await worker.close();
    await queues.close();
  }
}

export async function createEmptyDatabase(): Promise<string> {
  const server = new Client({ connectionString: urlOf('postgres') });
  await server.connect();
  const name = `empty_${randomUUID().replaceAll('-', '')}`;
  await server.query(`CREATE DATABASE ${name}`);
  await server.end();
  return urlOf(name);
}

/** The same database as web and worker see it: they own nothing. */
export const asApplication = (url: string): string =>
  Object.assign(new URL(url), { username: 'service', password: 'service' }).href;

function urlOf(database: string): string {
  const url = new URL(process.env.TEST_POSTGRES_URL ?? '');
  url.pathname = `/${database}`;
  return url.href;
}

/** The same rows in another database, as after a restore. Nobody may be connected to the first. */
export async function copyOf(url: string): Promise<string> {
  const server = new Client({ connectionString: urlOf('postgres') });
  await server.connect();
  const name = `copy_${randomUUID().replaceAll('-', '')}`;
  await copy(server, new URL(url).pathname.slice(1), name);
  await server.end();
  return urlOf(name);
}
