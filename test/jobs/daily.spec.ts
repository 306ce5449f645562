import type { Work } from '../../src/feature.js';
import { addDaily, dailySteps, doDaily } from '../../src/jobs/daily.js';
import { Jobs } from '../../src/jobs/jobs.js';
import { openQueues } from '../../src/jobs/queue.js';
import { eventually, Service } from '../support/service.js';

describe('the work of a day', () => {
  let service: Service;
  const done: string[] = [];
  let broken = true;
  const works: Work[] = [
    { daily: { first: () => Promise.resolve(done.push('first')) } },
    {
      daily: {
        second: () => (broken ? Promise.reject(new Error('no table')) : Promise.resolve(done.push('second'))),
        third: () => Promise.resolve(done.push('third')),
      },
    },
  ];

  beforeAll(async () => {
    service = await Service.start({ worker: false });
    service.clock.set(new Date('2026-11-12T05:00:00Z'));
  }, 60_000);
  afterAll(() => service.stop());

  const ids: string[] = [];
  const waiting = async (): Promise<string[]> => {
    const queues = openQueues(service.settings);
    const jobs = await queues.it.daily.getJobs(['waiting', 'prioritized']);
    ids.push(...jobs.map(({ id = '' }) => id));
    // Each half hour adds one where a step fails: they are not kept as long as other work that failed.
    expect(jobs.map(({ opts }) => opts.removeOnFail)).toEqual(jobs.map(() => ({ age: 86_400 })));
    const named = jobs.map(({ id = '' }) => id.replace(/-\d+$/, ''));
    await Promise.all(jobs.map((job) => job.remove()));
    await queues.close();
    return named.sort();
  };
  const sweep = (): Promise<void> => addDaily(service.db, service.app.get(Jobs, { strict: false }), works);
  const doAll = async (): Promise<void> => {
    for (const step of dailySteps(works).keys())
      await doDaily(service.db, works, step).catch(() => undefined);
  };

  it('is a job a step, put in once by however many workers', async () => {
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(await waiting()).toEqual(['first', 'second', 'third'].map((step) => `daily-2026-11-12-${step}`));
  });

  it('goes on where a step fails, which alone comes again half an hour later, as another job', async () => {
    await doAll();
    expect(done).toEqual(['first', 'third']);
    service.clock.set(new Date('2026-11-12T05:31:00Z'));
    await sweep();
    expect(await waiting()).toEqual(['daily-2026-11-12-second']);
    expect(new Set(ids).size).toBe(4);
    broken = false;
    await doAll();
    expect(done).toEqual(['first', 'third', 'second']);
    service.clock.set(new Date('2026-11-12T17:00:00Z'));
    await sweep();
    expect(await waiting()).toEqual([]);
  });

  it('is done by one worker at a time', async () => {
    const open: (() => void)[] = [];
    const slow: Work[] = [{ daily: { slow: () => new Promise<void>((end) => open.push(end)) } }];
    const first = doDaily(service.db, slow, 'slow');
    await eventually(() => Promise.resolve(open.length === 1), 'the first at work');
    await doDaily(service.db, slow, 'slow');
    expect(open).toHaveLength(1);
    open[0]?.();
    await first;
    await service.db.query(`DELETE FROM daily_work WHERE step = 'slow'`);
  });

  it('comes with the next day, also where a job of the day before is late', async () => {
    done.length = 0;
    service.clock.set(new Date('2026-11-14T05:00:00Z'));
    await doDaily(service.db, works, 'first');
    await doDaily(service.db, works, 'first');
    expect(done).toEqual(['first']);
    await sweep();
    expect(await waiting()).toEqual(['daily-2026-11-14-second', 'daily-2026-11-14-third']);
  });

  it('has no two steps of one name, and passes over one that another release knows', async () => {
    expect(() => dailySteps([...works, { daily: { first: () => Promise.resolve() } }])).toThrow('one name');
    await doDaily(service.db, works, 'of another release');
    const [{ n }] = await service.db.query<[{ n: number }]>('SELECT count(*)::int AS n FROM daily_work');
    expect(n).toBe(3);
  });
});
