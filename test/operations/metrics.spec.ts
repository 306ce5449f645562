import { serveMetrics } from '../../src/operations/metrics-port.js';
import { openQueues } from '../../src/jobs/queue.js';
import { readSettings } from '../../src/settings.js';
import { Given } from '../support/given.js';
import { eventually, Service } from '../support/service.js';

const TOKEN = 'a-token-of-whoever-measures';

/** The value of a line of metrics; undefined where there is none. */
const valueOf = (text: string, line: string): number | undefined => {
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length));
};

describe('what is measured', () => {
  let service: Service;
  const read = async (): Promise<string> => (await fetch(`${service.settings.ADDRESS}/metrics`)).text();

  beforeAll(async () => {
    service = await Service.start();
  }, 60_000);
  afterAll(() => service.stop());

  it('is requests by route as declared, and never by address', async () => {
    const { id } = await new Given(service).council('E07000041');
    await service.done('programme', 'get', `/api/councils/${id}`);
    const text = await read();
    expect(
      valueOf(
        text,
        'http_request_duration_seconds_count{method="GET",route="/api/councils/:id",status="200"}',
      ),
    ).toBeGreaterThan(0);
    expect(text).not.toContain(id);
  });

  it('is jobs by queue and by name, messages by state, and when each step of the day was last done', async () => {
    await eventually(
      async () => valueOf(await read(), 'daily_step_age_seconds{step="audit trail"}') !== undefined,
      'the work of the day',
    );
    const queues = openQueues(service.settings);
    await queues.it.messages.pause();
    await queues.it.messages.add(
      'send-message',
      { message: 'x' },
      { jobId: 'one-that-waits', delay: 60_000 },
    );
    await service.source.query(
      `INSERT INTO messages (template, recipient, subject, body, cause, about, state) VALUES ('step-reminder', 'a@b.example', 's', 'b', 'c', 'challenge:x', 'parked')`,
    );
    const text = await read();
    expect(valueOf(text, 'queue_jobs{queue="messages",state="delayed"}')).toBe(1);
    expect(valueOf(text, 'queue_jobs{queue="teams",state="failed"}')).toBe(0);
    expect(valueOf(text, 'messages{state="parked"}')).toBe(1);
    expect(valueOf(text, 'database_up')).toBe(1);
    expect(valueOf(text, 'job_duration_seconds_count{name="daily-step",outcome="done"}')).toBeGreaterThan(0);
    expect(text).not.toContain('a@b.example');
    await queues.close();
  });

  it('of a worker is read at a port of its own, with the token', async () => {
    const settings = readSettings({
      ...{ DATABASE_URL: service.settings.DATABASE_URL, MODE: 'live' },
      ...{ METRICS_PORT: '0', METRICS_TOKEN: TOKEN },
    });
    const served = await serveMetrics(settings, service.db);
    const get = (path: string, token = ''): Promise<Response> =>
      fetch(`http://127.0.0.1:${String(served.port)}${path}`, {
        headers: { Authorization: `Bearer ${token}` },
      });
    expect((await get('/metrics')).status).toBe(404);
    expect((await get('/', TOKEN)).status).toBe(404);
    expect(await (await get('/metrics', TOKEN)).text()).toMatch(/^process_cpu_seconds_total \d/m);
    served.close();
    await expect(get('/metrics', TOKEN)).rejects.toThrow();
  });

  it('is the process alone where the database does not answer', async () => {
    const settings = readSettings({
      ...{ DATABASE_URL: 'postgres://x:y@127.0.0.1:1/z', MODE: 'example', METRICS_PORT: '0' },
    });
    const served = await serveMetrics(settings, service.db);
    const text = await (await fetch(`http://127.0.0.1:${String(served.port)}/metrics`)).text();
    expect(valueOf(text, 'database_up')).toBe(0);
    expect(text).toMatch(/^process_cpu_seconds_total \d/m);
    expect(text).not.toContain('queue_jobs{');
    served.close();
  });
});
