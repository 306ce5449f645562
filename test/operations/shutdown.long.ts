import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { createDatabase } from '../support/database.js';
import { figure, times } from '../support/figure.js';
import { Given } from '../support/given.js';
import { startWorkerProcess } from '../support/kills.js';
import { freePort } from '../support/ports.js';
import { ended } from '../support/processes.js';
import { eventually, Service } from '../support/service.js';

let web: ChildProcess | null = null;
afterEach(() => {
  web?.kill('SIGKILL');
  web = null;
});

async function started(): Promise<{ process: ChildProcess; port: number }> {
  const port = await freePort();
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'silent', MODE: 'example', PORT: String(port) };
  web = fork(new URL('../../src/main.js', import.meta.url).pathname, {
    env: { ...env, DATABASE_URL: await createDatabase() },
    execArgv: [],
  });
  await once(web, 'message');
  return { process: web, port };
}

function ask(port: number, agent: Agent, path = '/sign-in'): Promise<number> {
  return new Promise((done, failed) => {
    const request = get({ port, host: '127.0.0.1', path, agent }, (response) => {
      response.resume().on('end', () => {
        done(response.statusCode ?? 0);
      });
    }).on('error', () => {
      // A connection that was new had not been taken yet.
      failed(new Error(request.reusedSocket ? 'cut' : 'refused'));
    });
  });
}

const CLIENTS = 8;

describe('the web process that is told to end', () => {
  it('does so in time, cuts no answer of clients that keep their connections, and does not wait for one that says nothing', async () => {
    const { process: server, port } = await started();
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    silent.write('GET /health/live HTTP/1.1\r\nHost: x\r\n');
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    const exit = once(server, 'exit');
    const answers: number[] = [];
    const faults: string[] = [];
    const goOnAsking = async (): Promise<void> => {
      while (server.exitCode === null)
        await ask(port, agent).then(
          (answer) => answers.push(answer),
          (error: unknown) => faults.push((error as Error).message),
        );
    };
    const ready: number[] = [];
    const lookWhetherReady = async (): Promise<void> => {
      while (server.exitCode === null)
        await ask(port, agent, '/health/ready').then(
          (answer) => ready.push(answer),
          () => undefined,
        );
    };
    const asking = Promise.all([...Array.from({ length: CLIENTS }, goOnAsking), lookWhetherReady()]);
    while (answers.length < 20) await ask(port, agent);
    const told = Date.now();
    server.kill('SIGTERM');
    await exit;
    await asking;
    const took = Date.now() - told;
    figure(
      20,
      `web: ended after ${String(took)} ms, ${String(answers.length)} answers, ${String(faults.filter((one) => one === 'cut').length)} cut`,
    );
    expect(took).toBeLessThan(10_000);
    expect(new Set(answers)).toEqual(new Set([200]));
    // Whoever sends people here hears first that others should be asked.
    expect(new Set(ready)).toEqual(new Set([200, 503]));
    // Whoever comes when it is gone is refused; nobody's answer was cut.
    expect(faults).not.toContain('cut');
    agent.destroy();
    silent.destroy();
  }, 30_000);
});

const ENDS = times(1, 20);

describe('a worker that is told to end', () => {
  it(`with its hands full ends in time; the next worker has every team, once, ${String(ENDS)} times`, async () => {
    const service = await Service.start({ worker: false });
    const given = new Given(service);
    await given.financePool(5);
    const challenges = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        given.scoped(`E080000${String(25 + n)}`, [{ start: '2027-06-08', days: 3 }]),
      ),
    );
    const took: number[] = [];
    const codes = new Set<number | null>();
    for (let round = 0; round < ENDS; round++) {
      const worker = await startWorkerProcess(service);
      for (const { id } of challenges)
        await service.done('adviser', 'post', `/api/challenges/${id}/team-requests`);
      await eventually(async () => (await requests(service, `state = 'running'`)) > 0, 'a job in hand');
      took.push(await ended(worker));
      codes.add(worker.exitCode);
    }
    const next = await startWorkerProcess(service);
    await eventually(async () => (await requests(service, `state <> 'done'`)) === 0, 'every team');
    await ended(next);
    const wrong = await requests(
      service,
      `(SELECT array_agg(rank ORDER BY rank) FROM proposals p WHERE p.request_id = team_requests.id) IS DISTINCT FROM ARRAY[1, 2, 3]::smallint[]`,
    );
    figure(
      20,
      `worker with jobs in hand: ended ${String(ENDS)} times after ${String(Math.max(...took))} ms at most, ${String(await requests(service, 'true'))} requests answered, ${String(wrong)} other than once`,
    );
    expect([Math.max(...took) < 10_000, [...codes], wrong]).toEqual([true, [0], 0]);
    await service.stop();
  }, 300_000);
});

async function requests(service: Service, condition: string): Promise<number> {
  const [row] = await service.source.query<{ count: string }[]>(
    `SELECT count(*) FROM team_requests WHERE ${condition}`,
  );
  return Number(row?.count);
}
