import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { prepareDatabase } from '../../src/database.js';

const TEMPLATE = 'migrated';
const ONE_AT_A_TIME = 1;

/** A database of the caller's own, with the register and the first policy, copied from one that was made once for the whole run. */
export async function createDatabase(): Promise<string> {
  const server = new Client({ connectionString: urlOf('postgres') });
  await server.connect();
  try {
    await server.query('SELECT pg_advisory_lock($1)', [ONE_AT_A_TIME]);
    const { rowCount } = await server.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (!rowCount) {
      await server.query(`CREATE DATABASE ${TEMPLATE}`);
      await prepareDatabase(urlOf(TEMPLATE));
    }
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    await server.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    return urlOf(name);
  } finally {
    await server.end();
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

function urlOf(database: string): string {
  const url = new URL(process.env.TEST_POSTGRES_URL ?? '');
  url.pathname = `/${database}`;
  return url.href;
}
