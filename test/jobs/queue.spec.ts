import type { Job } from 'bullmq';
import type { DataSource } from 'typeorm';
import { Clock } from '../../src/database/clock.js';
import { Database } from '../../src/database/database.js';
import { makeDataSource } from '../../src/data-source.js';
import { enqueue, openQueues, openWorkers, relayOutbox, type QueueSettings } from '../../src/jobs/queue.js';
import { figure, times } from '../support/figure.js';
import { createDatabase } from '../support/database.js';
import { hasRedis, startRedis, type RedisServer } from '../support/redis.js';
import { eventually } from '../support/service.js';

if (process.env.CI && !hasRedis)
  throw new Error('continuous integration needs a Redis server; .ci/run installs one');

const BACKENDS = hasRedis ? (['postgres', 'redis'] as const) : (['postgres'] as const);

describe.each(BACKENDS)('the queue on %s', (backend) => {
  let redis: RedisServer | null = null;
  let source: DataSource;
  let db: Database;
  let settings: QueueSettings;
  let closeAll: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    redis = backend === 'redis' ? await startRedis() : null;
    const url = await createDatabase();
    settings = {
      DATABASE_URL: url,
      JOB_LOCK_MS: 1000,
      JOB_CONCURRENCY: 4,
      ...(redis ? { QUEUE_URL: redis.url } : {}),
    };
    source = await makeDataSource(url).initialize();
    db = new Database(source, new Clock());
  });
  afterAll(async () => {
    for (const close of closeAll.reverse()) await close();
    await source.destroy();
    await redis?.stop();
  });

  /** Runs jobs with a handler, and on Redis the relay beside it; returns the ids of the jobs run. */
  function work(run: (job: Job) => Promise<void> = () => Promise.resolve()): string[] {
    const ran: string[] = [];
    const worker = openWorkers(settings, ['teams'], async (job) => {
      await run(job);
      ran.push(job.id ?? '');
    });
    closeAll.push(worker.close);
    if (settings.QUEUE_URL) {
      const queue = openQueues(settings);
      const timer = setInterval(() => void relayOutbox(db, queue.it).catch(() => undefined), 50);
      closeAll.push(async () => {
        clearInterval(timer);
        await queue.close();
      });
    }
    return ran;
  }

  async function stopWorking(): Promise<void> {
    for (const close of closeAll.reverse()) await close();
    closeAll = [];
  }

  const add = (id: string, fails = false, delayMs = 0): Promise<void> =>
    db.transact(async (tx) => {
      const due = new Date(Date.now() + delayMs);
      await enqueue(tx, settings.QUEUE_URL, {
        ...{ name: 'propose-team', id, payload: { teamRequest: id }, due, delayMs },
      });
      if (fails) throw new Error('rolled back');
    });

  it('runs a job of every transaction that commits, and none of one rolled back', async () => {
    const ran = work();
    const wanted = Array.from({ length: times(150, 1000) }, (_, n) => `${backend}-tx-${String(n)}`);
    for (const [n, id] of wanted.entries()) await add(id, n % 3 === 0).catch(() => undefined);
    const kept = wanted.filter((_, n) => n % 3 !== 0);
    await eventually(() => Promise.resolve(kept.every((id) => ran.includes(id))), 'every committed job');
    expect(ran.filter((id) => !kept.includes(id))).toEqual([]);
    figure(
      4,
      `${backend}: ${String(wanted.length)} transactions, ${String(kept.length)} committed, each job run, none else`,
    );
    expect(ran).toHaveLength(kept.length);
    await stopWorking();
  });

  it('takes two jobs of one id for one', async () => {
    const ran = work();
    await Promise.all(Array.from({ length: 10 }, () => add(`${backend}-same`)));
    await add(`${backend}-after`);
    await eventually(() => Promise.resolve(ran.includes(`${backend}-after`)), 'the later job');
    await add(`${backend}-same`);
    await add(`${backend}-last`);
    await eventually(() => Promise.resolve(ran.includes(`${backend}-last`)), 'the last job');
    expect(ran.filter((id) => id === `${backend}-same`)).toHaveLength(1);
    await stopWorking();
  });

  it('tries again what failed, and does not let it hold up others', async () => {
    let tries = 0;
    const ran = work(async (job) => {
      await Promise.resolve();
      if (job.id === `${backend}-poison` && ++tries < 3) throw new Error('not yet');
    });
    await add(`${backend}-poison`);
    await add(`${backend}-well`);
    await eventually(() => Promise.resolve(ran.includes(`${backend}-well`)), 'the job that is well');
    expect(ran).not.toContain(`${backend}-poison`);
    await eventually(() => Promise.resolve(ran.includes(`${backend}-poison`)), 'the third try');
    expect(tries).toBe(3);
    await stopWorking();
  });

  it('gives up after five tries, and keeps what failed', async () => {
    let tries = 0;
    work(async () => {
      tries++;
      await Promise.resolve();
      throw new Error('never');
    });
    await add(`${backend}-hopeless`);
    const queue = openQueues(settings);
    await eventually(async () => {
      const job = await queue.it.teams.getJob(`${backend}-hopeless`);
      // The pauses between tries grow; nobody waits for them here.
      await job?.promote().catch(() => undefined);
      return job?.isFailed();
    }, 'the end of its tries');
    expect(tries).toBe(5);
    await queue.close();
    await stopWorking();
  });

  it('has mail that hangs hold up no team', async () => {
    const hung: (() => void)[] = [];
    const ran: string[] = [];
    const workers = openWorkers(settings, ['teams', 'messages'], async (job) => {
      if (job.name === 'send-message') await new Promise<void>((done) => hung.push(done));
      ran.push(job.id ?? '');
    });
    const queues = openQueues(settings);
    for (let n = 0; n < 12; n++)
      await queues.it.messages.add('send-message', {}, { jobId: `${backend}-mail-${String(n)}` });
    await eventually(() => Promise.resolve(hung.length === 4), 'four senders with their hands full');
    await queues.it.teams.add('propose-team', {}, { jobId: `${backend}-team` });
    await eventually(() => Promise.resolve(ran.length > 0), 'the team');
    expect(ran).toEqual([`${backend}-team`]);
    await eventually(() => {
      for (const done of hung.splice(0)) done();
      return Promise.resolve(ran.length === 13);
    }, 'the mail');
    await workers.close();
    await queues.close();
  });

  it('does what a release before put into its one queue, also what is due later', async () => {
    const ran = work();
    const queues = openQueues(settings);
    await queues.it.work.add('send-message', {}, { jobId: `${backend}-before` });
    await queues.it.work.add('expire-hold', {}, { jobId: `${backend}-before-later`, delay: 300 });
    await eventually(() => Promise.resolve(ran.length === 2), 'both');
    expect(ran).toEqual([`${backend}-before`, `${backend}-before-later`]);
    await queues.close();
    await stopWorking();
  });

  it('passes on what another release left in the outbox, and what came after it', async () => {
    if (!settings.QUEUE_URL) return;
    const queues = openQueues(settings);
    await db.query(
      `INSERT INTO outbox_jobs (id, name, payload, due) VALUES ('${backend}-tick', 'tick', '{}', now() - interval '1 minute')`,
    );
    await add(`${backend}-after-tick`);
    expect(await relayOutbox(db, queues.it)).toBe(2);
    expect((await queues.it.work.getJob(`${backend}-tick`))?.name).toBe('tick');
    await queues.it.work.drain();
    await queues.it.teams.drain();
    await queues.close();
  });

  it('waits with a job until it is due', async () => {
    const ran = work();
    await add(`${backend}-later`, false, 700);
    await add(`${backend}-now`);
    await eventually(() => Promise.resolve(ran.includes(`${backend}-later`)), 'the delayed job');
    expect(ran).toEqual([`${backend}-now`, `${backend}-later`]);
    await stopWorking();
  });
});
