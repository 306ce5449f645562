import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { londonDate } from '../src/calendar/dates.js';
import { claimDatabase } from '../src/commands/claim-database.js';
import { prepareDatabase, withSource } from '../src/commands/prepare-database.js';
import { startEmbedded } from '../src/trial/embedded-postgres.js';
import { loadExample } from '../src/example/load.js';
import { exampleUsers } from '../src/example/users.js';
import { percentiles } from './percentiles.js';

const ROUNDS = 60;
const PORT = 3999;

interface Ided {
  id: string;
  state: string;
}

/** Request to proposals, lists, details and memory, of real web and worker processes on the example programme. */
export async function measureService(): Promise<void> {
  await withExample(async (_, [web, worker]) => {
    await measureRequests();
    console.log(`memory: web ${String(rssOf(web.pid))} MB, worker ${String(rssOf(worker.pid))} MB`);
  });
}

/** The example programme with real web and worker processes on a database of its own, for one piece of work. */
export async function withExample(
  work: (url: string, processes: [web: ChildProcess, worker: ChildProcess]) => Promise<void>,
): Promise<void> {
  const folder = join(tmpdir(), `critical-friend-bench-${String(process.pid)}`);
  const server = await startEmbedded(folder);
  const start = performance.now();
  await prepareDatabase(server.url);
  await claimDatabase({ DATABASE_URL: server.url, MODE: 'example' });
  await withSource(server.url, async (source) => {
    await loadExample(source, londonDate(new Date()));
    await exampleUsers(source);
  });
  console.log(
    `example programme: loaded in ${((performance.now() - start) / 1000).toFixed(1)} s, migrations and register included`,
  );
  const processes: [ChildProcess, ChildProcess] = [
    await launch('main', server.url),
    await launch('worker', server.url),
  ];
  await work(server.url, processes);
  for (const child of processes) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measureRequests(): Promise<void> {
  const open = await send<Ided[]>('GET', 'challenges?state=scoped&limit=20');
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let request = await send<Ided>('POST', `challenges/${open[round % open.length]?.id ?? ''}/team-requests`);
    while (request.state !== 'done') {
      await pause(5);
      request = await send<Ided>('GET', `team-requests/${request.id}`);
    }
    times.push(performance.now() - start);
  }
  console.log(`request to proposals ready, idle worker: ${percentiles(times)}`);
  for (const path of ['challenges', 'peers', 'councils', `challenges/${open[0]?.id ?? ''}`, 'bookings'])
    console.log(`GET ${path.replace(/[0-9a-f-]{36}/, ':id')}: ${percentiles(await timed(path))}`);
}

async function timed(path: string): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < 200; n++) {
    const start = performance.now();
    await send('GET', path);
    times.push(performance.now() - start);
  }
  return times;
}

async function send<T>(method: string, path: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${String(PORT)}/api/${path}`, {
    method,
    headers: { Authorization: 'Bearer example-adviser' },
  });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${String(response.status)}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function launch(name: string, url: string): Promise<ChildProcess> {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: url,
    PORT: String(PORT),
    LOG_LEVEL: 'error',
    // What is measured is the service, not how long it makes a program wait.
    API_PER_MINUTE: '1000000',
    MODE: 'example',
  };
  const child = fork(fileURLToPath(new URL(`../src/${name}.js`, import.meta.url)), { env });
  await once(child, 'message');
  return child;
}

/** Resident memory of a process in MB; 0 where the system does not tell. */
export function rssOf(pid: number | undefined): number {
  try {
    return Math.round(
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    );
  } catch {
    return 0;
  }
}
