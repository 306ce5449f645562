import { Writable } from 'node:stream';
import express from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { frameworkLog, logRequests } from '../../src/operations/log.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;

beforeAll(async () => {
  service = await Service.start({ worker: false });
}, 60_000);
afterAll(() => service.stop());

const get = (path: string) => request(service.app.getHttpServer()).get(path);

describe('whether the service runs', () => {
  it('is told to whoever asks, and names nothing of what it holds', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      const answer = await get(path);
      expect([path, answer.status, answer.body]).toEqual([path, 200, { status: 'ok' }]);
    }
    const { status, text } = await get('/metrics');
    expect(status).toBe(200);
    expect(text).toMatch(/^process_cpu_seconds_total \d/m);
  });

  it('is shown to the office with what waits and what failed, and to nobody else', async () => {
    await service.source.query(
      `INSERT INTO messages (template, recipient, subject, body, cause, about, state) VALUES ('step-reminder', 'a@b.example', 's', 'b', 'c', 'challenge:x', 'failed')`,
    );
    const office = await signedIn(service, 'programme');
    const { status, text } = await office.get('/queue');
    expect(status).toBe(200);
    expect(saidOn(text)).toMatch(/Messages failed: 1 .*Nothing has failed\./);
    expect(text).not.toContain('a@b.example');
    const council = await signedIn(service, 'council');
    expect((await council.get('/queue')).status).toBe(403);
  });
});

describe('the log', () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'debug' },
    new Writable({
      write(chunk: Buffer, _, done) {
        lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
        done();
      },
    }),
  );

  it('has a line for each request that names the route, never the address as sent', async () => {
    const app = express();
    app.use(logRequests(log));
    app.get('/i/:token', (_, response) => {
      response.sendStatus(204);
    });
    const { headers } = await request(app)
      .get('/i/a-secret?email=ann@council.example')
      .set('User-Agent', 'secret');
    const line = lines.at(-1);
    expect(line).toMatchObject({ method: 'GET', route: '/i/:token', status: 204 });
    expect(line?.request).toBe(headers['x-request-id']);
    expect(JSON.stringify(line)).not.toMatch(/secret|ann@/);
    await request(app).get('/nowhere/ann@council.example');
    expect(lines.at(-1)).toMatchObject({ route: 'no route', status: 404 });
    expect(JSON.stringify(lines.at(-1))).not.toContain('ann@');
  });

  it('takes in what the framework says, at its level', () => {
    const said = frameworkLog(log);
    said.warn('look here');
    said.error('it broke');
    said.log('started');
    expect(lines.slice(-3).map(({ level, msg }) => [level, msg])).toEqual([
      [40, 'look here'],
      [50, 'it broke'],
      [20, 'started'],
    ]);
  });
});
