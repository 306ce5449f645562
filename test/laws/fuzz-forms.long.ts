import { Random } from '../../src/matching/problem/random.js';
import { ROLES, type Role } from '../../src/people/permissions.js';
import { isApiPath } from '../../src/web/pages.js';
import { figure, times } from '../support/figure.js';
import { followUpObjects } from '../support/follow-up.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { pictureObjects } from '../support/pictures.js';
import { programmeObjects } from '../support/programme.js';
import { routesOf, type Route } from '../support/routes.js';
import { Service } from '../support/service.js';

const REQUESTS = times(500, 8000);
const NASTY: unknown[] = [
  '',
  ' ',
  'x',
  'x'.repeat(20_000),
  '\u0000',
  'a\u0000b',
  '%00',
  '🏛️',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '31 February 2027',
  '2027-02-31',
  '0000-00-00',
  '9999-12-31',
  '2027-06-08',
  '8 June 2027',
  '-1',
  '1e400',
  '999999999999999999999',
  'NaN',
  'someone@council.example',
  '00000000-0000-4000-8000-000000000000',
  ['a', 'b'],
  { a: 'b' },
  { toString: 'x' },
  '../../etc/passwd',
  'https://calendar.example/x.ics',
];

let service: Service;
let forms: Route[];
/** Ids by the first word of the paths that they fit. */
let ids: Record<string, string>;
const people = new Map<Role, PageSession>();
let stranger: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  const given = new Given(service);
  const host = await given.council('E08000028');
  const { id: peer } = await given.peer({ class: 'officer', positions: ['s151'] });
  const { id: challenge } = await given.scoped('E08000028');
  const { id: request } = await service.done<Ided>(
    'adviser',
    'post',
    `/api/challenges/${challenge}/team-requests`,
  );
  ids = {
    ...(await followUpObjects(service.source, challenge, peer)),
    ...(await programmeObjects(service.source)),
    ...(await pictureObjects(service.source, host.id)),
    ...{ challenges: challenge, councils: host.id, peers: peer, 'team-requests': request },
  };
  for (const role of ROLES)
    people.set(
      role,
      await signedIn(service, role, {
        region: host.region,
        councilId: host.id,
        peerId: peer,
        party: 'Labour',
      }),
    );
  stranger = new PageSession(service.app);
  // Whoever signs out is gone for all that follows.
  const ends = ['/sign-out', '/account/sessions/end', '/example-users/:id'];
  forms = routesOf(service.app)
    .filter(({ method, path }) => method === 'post' && !isApiPath(path) && !ends.includes(path))
    .sort((a, b) => a.path.localeCompare(b.path));
}, 60_000);
afterAll(() => service.stop());

/** Now and then what fits, so that what lies behind the first check is reached too. */
function bodyFor(random: Random, { fields }: Route): object {
  const body: Record<string, unknown> = {};
  for (const [name, choices] of Object.entries(fields)) {
    const dice = random.next();
    if (dice < 0.15) continue;
    body[name] = dice < 0.7 && choices.length > 0 ? random.pick(choices) : random.pick(NASTY);
  }
  return random.next() < 0.03 ? { ...body, '__proto__[admin]': '1', more: 'x' } : body;
}

const addressOf = (random: Random, path: string): string =>
  path
    .split('/')
    .map((part, n, all) => {
      if (!part.startsWith(':')) return part;
      const own = ids[all[n - 1] ?? ''] ?? ids[all[1] ?? ''];
      return encodeURIComponent(
        random.next() < 0.8 && own
          ? own
          : random.pick(['x', '2026', 'finance', 'report', '%', '\u0000', 'new']),
      );
    })
    .join('/');

it(`no form makes the service fail, over ${String(REQUESTS)} that nobody filled in with care`, async () => {
  const random = new Random(2028);
  const statuses: Record<number, number> = {};
  for (let n = 0; n < REQUESTS; n++) {
    const route = forms[n % forms.length];
    if (!route) continue;
    const [path, body] = [addressOf(random, route.path), bodyFor(random, route)];
    const who = random.next() < 0.05 ? stranger : people.get(random.pick([...ROLES]));
    const { status, text } = (await who?.post(path, body)) ?? { status: 0, text: '' };
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status >= 500)
      throw new Error(`${path} ${JSON.stringify(body).slice(0, 600)} answered ${String(status)}`);
    expect(text).not.toMatch(/node_modules|\.ts:\d|QueryFailed/);
  }
  figure(15, `${String(REQUESTS)} forms of pages, answers by status: ${JSON.stringify(statuses)}`);
  expect(statuses[303]).toBeGreaterThan(10);
  expect(statuses[400]).toBeGreaterThan(50);
}, 1_200_000);
