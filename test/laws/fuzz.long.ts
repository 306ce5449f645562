import request, { type Response } from 'supertest';
import { Random } from '../../src/matching/problem/random.js';
import { ROLES } from '../../src/people/permissions.js';
import { figure, times } from '../support/figure.js';
import { Given } from '../support/given.js';
import { followUpObjects } from '../support/follow-up.js';
import { Service } from '../support/service.js';

interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown[];
  format?: string;
}
interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
type Method = 'get' | 'post' | 'put' | 'patch';

const REQUESTS = times(1500, 20_000);
const NASTY: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  2 ** 53,
  '',
  ' ',
  'x',
  'x'.repeat(5000),
  '\u0000',
  'a\u0000b',
  '\ud800',
  '🏛️',
  '<script>',
  '=1+1',
  '../../etc',
  "' OR 1=1 --",
  '2027-02-31',
  '0000-00-00',
  '9999-12-31',
  '0001-01-01',
  '2027-06-08',
  '00000000-0000-4000-8000-000000000000',
  [],
  [null],
  [[]],
  {},
  { toString: 1 },
  JSON.parse('{"__proto__": {"x": 1}, "constructor": 1}'),
  'eyJhIjoxfQ',
  'WyIxIiwiMiJd',
  'WyJ4Il0',
  'W10',
];
const CSVS = [
  '',
  '\uFEFF',
  'a,b\n1',
  '"',
  'code\n',
  'code,code\nA,B\n',
  `${'x,'.repeat(3000)}\n`,
  'name,class\n=cmd,member\n',
  'peer,from,to,state\nx,2027-02-31,y,z\n',
  'code,name,body\n\u0000,x,council\n',
  'id;name\n1;2\n',
];

let service: Service;
let operations: { method: Method; path: string; operation: Operation }[];
let schemas: Record<string, Schema>;
let ids: string[];
/** Ids by the first word of the paths that they fit. */
let fitting: Record<string, string[]>;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  const document = (await request(service.app.getHttpServer()).get('/api/openapi.json')).body as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema> };
  };
  schemas = document.components.schemas;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method as Method, path, operation })),
  );
  // The same requests whatever the order in which modules declare them.
  operations.sort((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`));
  const given = new Given(service);
  const council = await given.council('E08000028');
  const { id: peer } = await given.peer({ class: 'officer', positions: ['s151'] });
  const ended = (await given.scoped('E08000028')).id;
  fitting = {
    councils: [council.id],
    peers: [peer],
    challenges: [(await given.scoped('E08000028')).id, ended],
    ...(await visited(ended, peer)),
  };
  ids = [
    ...Object.values(fitting).flat(),
    'weights',
    'calendar',
    'skills',
    'kind:finance',
    'kind:%00',
    '%F0%9F%98%80',
    'x',
  ];
}, 30_000);
afterAll(() => service.stop());

/** A challenge whose visit has ended, and what hangs on it. */
async function visited(challenge: string, peer: string): Promise<Record<string, string[]>> {
  await service.source.query(
    `UPDATE challenges SET state = 'reporting', first_day = '2026-06-02', last_day = '2026-06-04' WHERE id = $1`,
    [challenge],
  );
  const visits = await service.source.query<{ id: string }[]>(
    `INSERT INTO visits (challenge_id, type, state, first_day, last_day) VALUES ($1, 'on_site', 'dated', '2026-06-02', '2026-06-04') RETURNING id`,
    [challenge],
  );
  const objects = Object.entries(await followUpObjects(service.source, challenge, peer));
  return {
    visits: visits.map(({ id }) => id),
    ...Object.fromEntries(objects.map(([name, id]) => [name, [id]])),
  };
}

/** Now and then something fitting, mostly something nasty, so that what lies behind the first check is reached too. */
function value(random: Random, schema: Schema, odd: number, depth = 0): unknown {
  if (depth > 4 || random.chance(odd)) return random.pick(NASTY);
  if (schema.$ref) return value(random, schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, odd, depth);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (schema.enum) return random.pick(schema.enum);
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(schema.properties ?? { finance: { type: 'integer' } }).flatMap(([key, of]) =>
        random.chance(0.97) ? [[key, value(random, of, odd, depth + 1)]] : [],
      ),
    );
  if (type === 'array')
    return Array.from({ length: random.int(0, 3) }, () => value(random, schema.items ?? {}, odd, depth + 1));
  if (type === 'integer' || type === 'number') return random.int(1, 4);
  if (type === 'boolean') return random.chance(0.5);
  if (schema.format === 'date')
    return random.pick(['2026-06-02', '2027-06-08', '2027-06-15', '2027-07-06', '9999-12-30', '0001-01-02']);
  if (schema.format === 'uri')
    return random.pick(['https://council.example/report', 'http://127.0.0.1/', 'https://x']);
  return schema.format === 'uuid'
    ? random.pick(ids)
    : random.pick(['finance', 'E08000028', 'corporate', 'lead-member', 'finance-officer', '09:30', '11:00']);
}

async function send(random: Random): Promise<[string, Response]> {
  const { method, path, operation } = random.pick(operations);
  const query = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query' && random.chance(0.4))
    .map(
      ({ name }) =>
        `${name}${random.pick(['', '[]', '[a]', '=1&' + name])}=${encodeURIComponent(String(random.pick(NASTY.filter((one) => typeof one !== 'object' && one !== '\ud800'))))}`,
    );
  const near = fitting[path.split('/')[2] ?? ''] ?? ids;
  const address = `${path.replace('{id}', random.pick(random.chance(0.6) ? near : ids))}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  const role = random.chance(0.6) ? 'admin' : random.pick(ROLES);
  const scope =
    {
      council: { councilId: ids[0] ?? '' },
      approver: { councilId: ids[0] ?? '' },
      peer: { peerId: ids[1] ?? '' },
      group: { party: 'Labour' },
      lead: { party: 'Labour' },
    }[role as string] ?? {};
  const http = request(service.app.getHttpServer());
  const sent = http[method](address).set('Authorization', `Bearer ${await service.token(role, scope)}`);
  if (random.chance(0.5)) sent.set('If-Match', random.pick(['"1"', '"2"', '*', 'W/"1"', '"99999999999"']));
  if (random.chance(0.2)) sent.set('Idempotency-Key', random.pick(['a', 'b', 'c', '', 'x'.repeat(300)]));
  const content = operation.requestBody?.content ?? {};
  const name = `${method} ${address}`;
  if (content['text/csv']) return [name, await sent.type('text/csv').send(random.pick(CSVS))];
  const schema = content['application/json']?.schema;
  if (!schema) return [name, await sent];
  const body = value(random, schema, random.pick([0, 0, 0.04, 0.3]));
  return [
    `${name} ${JSON.stringify(body).slice(0, 400)}`,
    await sent.type('application/json').send(JSON.stringify(body)),
  ];
}

describe('nothing that is sent', () => {
  it(`makes the service fail, over ${String(REQUESTS)} odd requests; every refusal is a problem that says what to do`, async () => {
    const random = new Random(2040);
    const statuses: Record<number, number> = {};
    for (let n = 0; n < REQUESTS; n++) {
      const [name, response] = await send(random);
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      if (response.status >= 500)
        throw new Error(`${name} answered ${String(response.status)}: ${response.text}`);
      if (response.status < 400) continue;
      expect([name, response.type]).toEqual([name, 'application/problem+json']);
      expect(response.body).toMatchObject({
        type: expect.stringMatching(/^urn:critical-friend:problem:/) as unknown,
        status: response.status,
        detail: expect.any(String) as unknown,
      });
      expect(response.text).not.toMatch(/node_modules|\.ts:\d|QueryFailed/);
    }
    figure(15, `${String(REQUESTS)} requests to the API, answers by status: ${JSON.stringify(statuses)}`);
    expect(statuses[200]).toBeGreaterThan(40);
    expect(statuses[201]).toBeGreaterThan(2);
    expect(statuses[400]).toBeGreaterThan(150);
  }, 1_200_000);
});
