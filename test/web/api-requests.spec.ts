import request, { type Response } from 'supertest';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const METRICS = 'a-token-for-the-metrics';

let service: Service;

beforeAll(async () => {
  service = await Service.start({
    worker: false,
    environment: {
      API_PER_MINUTE: '3',
      METRICS_TOKEN: METRICS,
      SECURITY_CONTACT: 'mailto:security@cf.example',
    },
  });
});
afterAll(() => service.stop());

const http = () => request(service.app.getHttpServer());
const ask = async (
  role: 'board' | 'admin' | 'adviser',
  headers: Record<string, string> = {},
): Promise<Response> =>
  http()
    .get('/api/kinds')
    .set({ Authorization: `Bearer ${await service.token(role)}`, ...headers });

describe('the API', () => {
  it('says how much is left, and refuses one more with when to come again: each token for itself', async () => {
    const answers = [await ask('board'), await ask('board'), await ask('board'), await ask('board')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.ratelimit as string)).toEqual([
      expect.stringMatching(/^"token";r=2;t=\d+$/),
      expect.stringMatching(/^"token";r=1;t=\d+$/),
      expect.stringMatching(/^"token";r=0;t=\d+$/),
      expect.stringMatching(/^"token";r=0;t=\d+$/),
    ]);
    expect(answers[0]?.headers['ratelimit-policy']).toBe('"token";q=3;w=60');
    expect(Number(answers[3]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers[3]?.body).toMatchObject({
      type: 'urn:critical-friend:problem:too-many-requests',
      detail: expect.stringMatching(
        /^Found more than 3 requests in a minute; come again in \d+ seconds\.$/,
      ) as unknown,
    });
    expect((await ask('admin')).status).toBe(200);
    // Pages and health have limits of their own.
    expect((await http().get('/health/live')).headers).not.toHaveProperty('ratelimit');
    expect((await http().get('/sign-in')).headers).not.toHaveProperty('ratelimit');
  });

  it('counts a token however it is written, and whoever sends another each time by where they come from', async () => {
    const token = await service.token('board', { name: 'spelt' } as object);
    const spelt = ['Bearer', 'bearer', 'BEARER ', 'bEARER'].map((word) => `${word} ${token}`);
    const statuses: number[] = [];
    for (const said of spelt)
      statuses.push((await http().get('/api/kinds').set('Authorization', said)).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('is the API in other letters too, and opens to no session', async () => {
    const admin = await signedIn(service, 'admin');
    for (const path of ['/API/kinds', '/Api/tokens']) {
      const { status, headers } = await admin.get(path);
      expect([path, status, headers['api-version'], 'ratelimit' in headers]).toEqual([path, 401, '1', true]);
    }
    expect((await admin.get('/METRICS')).status).toBe(404);
  });

  it('says its version, and takes a request for no other', async () => {
    const [known, named, unknown] = [
      await ask('adviser'),
      await ask('adviser', { 'API-Version': '1' }),
      await ask('adviser', { 'API-Version': '2' }),
    ];
    expect([known, named, unknown].map(({ status, headers }) => [status, headers['api-version']])).toEqual([
      [200, '1'],
      [200, '1'],
      [400, '1'],
    ]);
    expect((unknown.body as { detail: string }).detail).toBe('Found the version "2" of the API; allowed: 1.');
  });

  it.each([
    ['delete', '/api/challenges', 'GET, HEAD, POST'],
    ['put', '/health/live', 'GET, HEAD'],
    ['patch', '/api/audit', 'GET, HEAD'],
  ] as const)('answers %s %s with what is allowed', async (method, path, allowed) => {
    const whoever = { Authorization: `Bearer for-${path}` };
    const answer = await http()[method](path).set(whoever);
    expect([answer.status, answer.headers.allow]).toEqual([405, allowed]);
    expect((answer.body as { detail: string }).detail).toBe(
      `Found ${method.toUpperCase()}; allowed: ${allowed}.`,
    );
    expect((await http()[method](`${path}-of-nobody`).set(whoever)).status).toBe(404);
  });
});

describe('the metrics', () => {
  it('are for whoever has the token', async () => {
    const statuses = await Promise.all(
      [undefined, 'Bearer wrong', METRICS, `Bearer ${METRICS}`].map(async (said) => {
        const sent = http().get('/metrics');
        return (await (said ? sent.set('Authorization', said) : sent)).status;
      }),
    );
    expect(statuses).toEqual([404, 404, 404, 200]);
  });
});

it('whoever finds a weakness is told where to tell of it', async () => {
  const { text, type } = await http().get('/.well-known/security.txt');
  expect(type).toBe('text/plain');
  expect(text).toMatch(
    /^Contact: mailto:security@cf\.example\nExpires: \d{4}-\d\d-\d\dT00:00:00Z\nPreferred-Languages: en\nCanonical: http:\S+\/\.well-known\/security\.txt\n$/,
  );
  const days = (Date.parse(/Expires: (\S+)/.exec(text)?.[1] ?? '') - Date.now()) / 86_400_000;
  expect(days > 150 && days < 365).toBe(true);
});
