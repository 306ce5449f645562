import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { londonDate } from './calendar/dates.js';
import { programmeYear } from './calendar/programme-year.js';
import { Challenge } from './challenges/challenge.entity.js';
import { claimDatabase } from './commands/claim-database.js';
import { prepareDatabase, withSource } from './commands/prepare-database.js';
import { ownLogin } from './database/application-role.js';
import { startEmbedded, type EmbeddedServer } from './trial/embedded-postgres.js';
import { SHOWN_COUNCIL } from './example/challenges.js';
import { loadExample } from './example/load.js';
import { exampleUsers, type ExampleUser } from './example/users.js';
import { explain } from './operations/explain.js';
import type { TeamRequestView } from './proposals/proposals.dto.js';
import { TeamRequest } from './proposals/team-request.entity.js';
import { paths } from './web/paths.js';
import { readSettings, type Settings } from './settings.js';

/** A process of ours did not start, and has said why. */
class ChildEnded extends Error {}

const WHICH_MODE =
  'DATABASE_URL is set, so say what for: MODE=example to try out in a database that is empty, MODE=live for real use.';
const STOP_MS = 10_000;
const ANSWER_MS = 30_000;
const PLAN_SECONDS = 20;

/** Everything on one machine, for trying out: database, example programme, web and worker. Ctrl-C stops all of it. */
export async function start(): Promise<void> {
  const children: ChildProcess[] = [];
  let starting: Promise<EmbeddedServer> | null = null;
  let stopping: Promise<void> | null = null;
  const stop = (code: number): Promise<void> =>
    (stopping ??= end(children, starting).then(() => process.exit(code)));
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  try {
    const given: Record<string, string | undefined> = {
      LOG_LEVEL: 'warn',
      MODE: 'example',
      // The same for web and worker, and another at every start.
      SESSION_SECRET: randomBytes(32).toString('base64url'),
      ...process.env,
    };
    if (given.DATABASE_URL && !process.env.MODE) throw new Error(WHICH_MODE);
    readSettings({ ...given, DATABASE_URL: given.DATABASE_URL ?? 'postgres://of-our-own' }); // faults are told before anything starts
    let server: EmbeddedServer | null = null;
    if (!given.DATABASE_URL) {
      console.log('Starting a database of our own …');
      starting = startEmbedded('.data', () => {
        if (!stopping)
          console.error('The database ended by itself; its log is postgres.log beside its files.');
        void stop(1);
      });
      server = await starting;
      if (!server.folder.startsWith(process.cwd()))
        console.log(`Its files are in ${server.folder}, since its user cannot enter this folder.`);
    }
    const settings = readSettings({ ...given, ...(server ? { DATABASE_URL: server.url } : {}) });
    const users = await prepare(settings);
    const served = server ? await asOwnService(settings) : settings;
    for (const name of ['main', 'worker']) children.push(await launch(name, served));
    for (const child of children) child.once('exit', () => void (stopping ?? stop(1)));
    await introduce(settings, users);
  } catch (error) {
    if (!(error instanceof ChildEnded)) console.error(`Cannot start: ${explain(error)}`);
    await stop(1);
  }
}

async function prepare(settings: Settings): Promise<ExampleUser[]> {
  const { DATABASE_URL, MODE } = settings;
  await prepareDatabase(DATABASE_URL);
  await claimDatabase(settings);
  if (MODE === 'live') return [];
  return withSource(DATABASE_URL, async (source) => {
    if (await loadExample(source, londonDate(new Date())))
      console.log(
        'Loaded the example programme: the councils of England, an invented pool of 2,200 peers, a year of challenges.',
      );
    return exampleUsers(source);
  });
}

/** Those who serve people own no table of our own database either, as in real use. */
const asOwnService = async (settings: Settings): Promise<Settings> => ({
  ...settings,
  DATABASE_URL: await ownLogin(settings.DATABASE_URL),
});

/** A process of ours, once it says that it is ready. */
async function launch(name: string, settings: Settings): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), {
    env: { ...process.env, ...asEnvironment(settings) },
    detached: true,
  });
  await new Promise<void>((ready, failed) => {
    child.once('message', () => {
      ready();
    });
    child.once('exit', () => {
      failed(new ChildEnded());
    });
  });
  child.removeAllListeners('exit');
  return child;
}

function asEnvironment(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}

async function end(children: ChildProcess[], starting: Promise<EmbeddedServer> | null): Promise<void> {
  const exits = children
    .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
    .map(async (child) => {
      const gone = new Promise<void>((done) =>
        child.once('exit', () => {
          done();
        }),
      );
      child.kill('SIGTERM');
      await Promise.race([gone, pause(STOP_MS, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
    });
  await Promise.all(exits);
  const server = await starting?.catch(() => null);
  await server?.stop();
}

async function introduce(settings: Settings, users: ExampleUser[]): Promise<void> {
  const [local, address] = [`http://localhost:${String(settings.PORT)}`, settings.ADDRESS];
  console.log(
    `\nCritical Friend answers at ${address} (mode: ${settings.MODE})\n  The API, to read: ${address}/api/docs`,
  );
  if (settings.MODE === 'live') return;
  console.log(`  Sign in as an example user with one click: ${address}${paths.exampleUsers}`);
  console.log(`  Every message that is sent: ${address}${paths.outbox}`);
  console.log('\nThe people here are invented. The API takes them as "Authorization: Bearer …":');
  for (const { token, who } of users) console.log(`  ${token.padEnd(28)} ${who}`);
  await showFirstTeam(settings.DATABASE_URL, local);
  if (await askFirstPlan(local))
    console.log(
      `\nA plan of the year is made meanwhile, in ${String(PLAN_SECONDS)} seconds: ${address}${paths.plans}`,
    );
  console.log(
    '\nThe README shows a challenge from booking to confirmed, by clicking and by the API. Ctrl-C stops everything.',
  );
}

/** Asks for the team of the challenge that waits for one, as an adviser would, and prints the best; at a later start, the one found. */
async function showFirstTeam(url: string, address: string): Promise<void> {
  const found = await withSource(url, async ({ manager }) => {
    const challenge = await manager.findOne(Challenge, {
      where: { council: { code: SHOWN_COUNCIL } },
      order: { createdAt: 'ASC' },
      relations: { council: true },
    });
    const request =
      challenge &&
      (await manager.findOne(TeamRequest, {
        where: { challengeId: challenge.id },
        order: { createdAt: 'ASC' },
      }));
    return { challenge, request };
  });
  if (!found.challenge) return;
  const ask = async (method: string, path: string): Promise<TeamRequestView> =>
    (await (await asUser('adviser', `${address}${path}`, { method })).json()) as TeamRequestView;
  let answer = found.request
    ? await ask('GET', `/api/team-requests/${found.request.id}`)
    : await ask('POST', `/api/challenges/${found.challenge.id}/team-requests`);
  const until = Date.now() + ANSWER_MS;
  while (answer.state !== 'done' && Date.now() < until) {
    await pause(50);
    answer = await ask('GET', `/api/team-requests/${answer.id}`);
  }
  const [best] = answer.proposals;
  if (!best) return;
  console.log(
    `\nThe first team proposed, for the ${found.challenge.kind} challenge of ${found.challenge.council?.name ?? ''}, ${best.firstDay} to ${best.lastDay} (score ${String(best.score)}):`,
  );
  for (const { peer, reason } of best.seats)
    console.log(`  ${peer ? `${peer.name}, ${peer.council ?? ''}` : 'nobody'}\n    ${reason}`);
  if (best.team) console.log(`  ${best.team}`);
}

/**
 * Asks for a plan of the year once, as the programme manager would: it says whom to recruit next. It is made while people look around. Returns
 * whether it was asked for now.
 */
async function askFirstPlan(address: string): Promise<boolean> {
  const plans = `${address}/api/programmes/${String(programmeYear(londonDate(new Date())))}/plan-requests`;
  const known = (await (await asUser('programme', plans, {})).json()) as unknown[];
  if (known.length > 0) return false;
  const body = JSON.stringify({ timeLimit: PLAN_SECONDS });
  const { status } = await asUser('programme', plans, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json' },
  });
  return status === 202;
}

const asUser = (name: string, url: string, { headers, ...init }: RequestInit): Promise<Response> =>
  fetch(url, { ...init, headers: { ...headers, Authorization: `Bearer example-${name}` } });
