import request, { type Response } from 'supertest';
import { Service } from '../support/service.js';

let service: Service;
let bearer: string;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  bearer = `Bearer ${await service.token('adviser')}`;
}, 60_000);
afterAll(() => service.stop());

const get = (path: string): Promise<Response> =>
  request(service.app.getHttpServer()).get(path).set('Authorization', bearer);
const post = (type: string, body: string): Promise<Response> =>
  request(service.app.getHttpServer())
    .post('/api/challenges')
    .set('Authorization', bearer)
    .set('Content-Type', type)
    .send(body);

describe('every answer', () => {
  it.each(['/sign-in', '/api/kinds', '/health/live', '/api/nothing-there'])(
    'of %s may be kept by nobody, framed by nobody, and reaches no camera',
    async (path) => {
      const { headers } = await get(path);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['permissions-policy']).toContain('camera=()');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers).not.toHaveProperty('x-powered-by');
    },
  );

  it.each(['/sign-in', '/api/docs', '/api/kinds'])('of %s loads and leads nowhere else', async (path) => {
    const { headers } = await get(path);
    expect(headers['content-security-policy']).toContain("base-uri 'none'");
    expect(headers['content-security-policy']).toContain("object-src 'none'");
    expect(headers['strict-transport-security']).toContain('max-age=');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('to who has no token says how one is sent', async () => {
    const answer = await request(service.app.getHttpServer()).get('/api/kinds');
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      401,
      'Bearer realm="Critical Friend"',
    ]);
    expect((await get('/api/kinds')).headers).not.toHaveProperty('www-authenticate');
  });
});

describe('a body', () => {
  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'json',
  ])('of the type %s is not taken by the API, and it says which are', async (type) => {
    const refused = await post(type, '{"kind": "finance"}');
    expect([refused.status, (refused.body as { detail: string }).detail]).toEqual([
      415,
      `Found a body of the type "${type}"; allowed: application/json, and text/csv for imports.`,
    ]);
  });

  it('of ten megabytes is read from those alone whose token opens something', async () => {
    const asked = (token: string, megabytes: number): Promise<Response> =>
      request(service.app.getHttpServer())
        .post('/api/peers/import')
        .set('Authorization', token)
        .set('Content-Type', 'text/csv')
        .send('x,'.repeat(megabytes * 500_000));
    // Nobody counts what is not read.
    const stranger = await asked('Bearer made-up', 12);
    expect([stranger.status, (stranger.body as { type: string }).type]).toEqual([
      401,
      'urn:critical-friend:problem:sign-in',
    ]);
    const token = `Bearer ${await service.token('programme')}`;
    expect((await asked(token, 12)).status).toBe(413);
    expect((await asked(token, 4)).status).toBe(400);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'application/merge-patch+json'])(
    'of the type %s is read',
    async (type) => {
      expect((await post(type, '{"kind": "finance"}')).status).toBe(400);
    },
  );
});
