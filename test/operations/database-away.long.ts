import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Account } from '../../src/people/account.entity.js';
import { makeDataSource } from '../../src/data-source.js';
import { figure, times } from '../support/figure.js';
import type { Ided } from '../support/given.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { PageSession } from '../support/page-session.js';
import { Processes } from '../support/processes.js';
import { eventually } from '../support/service.js';

const KILLS = times(1, 15);
const AWAY_MS = times(1500, 60_000);
const CLIENTS = 6;

let database: OwnPostgres;
let service: Processes;
let council: string;

beforeAll(async () => {
  database = await OwnPostgres.start();
  service = await Processes.start(database.url, { LOG_LEVEL: 'warn', JOB_LOCK_MS: '1000' }).catch(
    async (error: unknown) => {
      await database.stop();
      throw error;
    },
  );
  council = (await service.done<Ided[]>('adviser', 'GET', '/api/councils?limit=1'))[0]?.id ?? '';
}, 60_000);
afterAll(async () => {
  await service.stop();
  await database.stop();
}, 60_000);

/** What clients were told to be done, while they go on asking for more. */
class Load {
  readonly peers: string[] = [];
  readonly requests: string[] = [];
  readonly statuses = new Map<number, number>();
  private going = true;
  private readonly clients = Array.from({ length: CLIENTS }, (_, n) => this.work(n % 2 === 0));

  /** Each client sends one thing after the other, and the same again until it hears that it is done. */
  private async work(onPeers: boolean): Promise<void> {
    while (this.going) await (onPeers ? this.addPeer() : this.askForTeam()).catch(() => this.count(0)); // nobody answered
  }

  private async addPeer(): Promise<void> {
    const name = `Peer ${randomUUID()}`;
    const body = { name, class: 'officer', positions: ['s151'] };
    if (await this.until('/api/peers', body)) this.peers.push(name);
  }

  private async askForTeam(): Promise<void> {
    const challenge = await this.until('/api/challenges', {
      councilId: council,
      kind: 'finance',
      windows: [{ start: '2027-06-08', days: 3 }],
    });
    if (!challenge) return;
    if (!(await this.until(`/api/challenges/${challenge}/scope`, { reason: 'agreed by telephone' }))) return;
    const request = await this.until(`/api/challenges/${challenge}/team-requests`, {});
    if (request) this.requests.push(request);
  }

  /** Sends with one key until there is an answer that is none of an outage; gives the id of what was made. */
  private async until(path: string, body: object): Promise<string | null> {
    const key = randomUUID();
    while (this.going) {
      const answer = await service
        .ask('programme', 'POST', path, body, { 'Idempotency-Key': key })
        .catch(() => null);
      this.count(answer?.status ?? 0);
      if (answer?.ok) return ((await answer.json()) as Ided).id;
      await answer?.text();
      await new Promise((next) => setTimeout(next, 50));
    }
    return null;
  }

  private count(status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  async stop(): Promise<void> {
    this.going = false;
    await Promise.all(this.clients);
  }
}

const isReady = async (): Promise<boolean> =>
  (await fetch(`${service.address}/health/ready`).catch(() => null))?.status === 200;

describe('a database that is killed while everybody works', () => {
  it(`loses nothing that was acknowledged, ${String(KILLS)} times, and the service goes on by itself`, async () => {
    const load = new Load();
    const readyAfter: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const enough = load.peers.length + 10;
      await eventually(() => Promise.resolve(load.peers.length >= enough), 'some load');
      await database.kill();
      await database.again();
      const back = Date.now();
      await eventually(isReady, 'a service that is ready again');
      readyAfter.push(Date.now() - back);
    }
    await load.stop();
    const source = await makeDataSource(database.url).initialize();
    const kept = await source.query<{ name: string }[]>('SELECT name FROM peers');
    const names = kept.map(({ name }) => name);
    const lost = load.peers.filter((name) => !names.includes(name));
    await eventually(
      async () => (await requests(source, `state IN ('queued', 'running')`)) === 0,
      'all teams',
    );
    const asked = await source.query<Ided[]>('SELECT id FROM team_requests');
    const gone = load.requests.filter((id) => !asked.some((request) => request.id === id));
    const idle = await requests(source, `state <> 'done'`);
    const doubled = names.length - new Set(names).size;
    await source.destroy();
    figure(
      3,
      `${String(KILLS)} kills: ${String(load.peers.length)} peers and ${String(load.requests.length)} requests acknowledged, ${String(lost.length + gone.length)} lost, ${String(doubled)} doubled, ${String(idle)} requests without an answer; ready after ${String(Math.max(...readyAfter))} ms at most`,
    );
    expect({ lost, gone, idle, doubled }).toEqual({ lost: [], gone: [], idle: 0, doubled: 0 });
    expect([...load.statuses.keys()].sort()).not.toContain(500);
    expect(Math.max(...readyAfter)).toBeLessThan(5000);
  }, 1_200_000);
});

describe('a database that is away', () => {
  it(`for ${String(AWAY_MS / 1000)} seconds: every page and address says so, readiness too, and all is well after`, async () => {
    const person = await new PageSession(service.address).be(await anAdviser());
    await database.kill();
    const seen = new Set<string>();
    for (const until = Date.now() + AWAY_MS; Date.now() < until;) {
      for (const path of ['/', '/sign-in', '/challenges', '/peers', '/i/unknown', '/health/ready']) {
        const { status, text } = await person.get(path);
        seen.add(`${path} ${String(status)} ${/try again|does not answer/i.test(text) ? 'said' : text}`);
      }
      const answer = await service.ask('adviser', 'GET', '/api/challenges');
      seen.add(`/api/challenges ${String(answer.status)} ${answer.headers.get('content-type') ?? ''}`);
    }
    await database.again();
    await eventually(isReady, 'a service that is ready again');
    const after = await service.ask('adviser', 'GET', '/api/challenges');
    figure(
      21,
      `database away ${String(AWAY_MS / 1000)} s: ${[...seen].sort().join('; ')}; then ${String(after.status)}`,
    );
    expect([...seen].filter((line) => / 5(?!03)/.test(line))).toEqual([]);
    expect([...seen].sort()).toEqual([
      '/ 503 said',
      '/api/challenges 503 application/problem+json; charset=utf-8',
      '/challenges 503 said',
      '/health/ready 503 said',
      '/i/unknown 503 said',
      '/peers 503 said',
      '/sign-in 503 said',
    ]);
    expect(after.status).toBe(200);
    expect([service.web?.exitCode, service.worker?.exitCode]).toEqual([null, null]);
    // The log says so in words, the worker's once and not all the while.
    expect(
      service.log.filter((line) => line.includes('The database cannot be reached')).length,
    ).toBeGreaterThan(0);
    expect(service.log.filter((line) => line.includes('the queue does not answer')).length).toBeLessThan(
      KILLS + 5,
    );
  }, 1_200_000);
});

async function anAdviser(): Promise<string> {
  const source = await makeDataSource(database.url).initialize();
  const { id } = await source.manager.save(Account, {
    email: 'adviser@away.example',
    name: 'Ann Adviser',
    role: 'adviser',
    example: true,
  });
  await source.destroy();
  return id;
}

async function requests(source: DataSource, condition: string): Promise<number> {
  const [row] = await source.query<{ count: string }[]>(
    `SELECT count(*) FROM team_requests WHERE ${condition}`,
  );
  return Number(row?.count);
}
