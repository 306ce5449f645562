import request from 'supertest';
import { Account } from '../../src/people/account.entity.js';
import { POLICY, ROLES, scopeOf, type Action, type Role } from '../../src/people/permissions.js';
import type { TokenFor } from '../../src/people/tokens.js';
import { isApiPath } from '../../src/web/pages.js';
import { pictureObjects } from '../support/pictures.js';
import { programmeObjects } from '../support/programme.js';
import { followUpObjects } from '../support/follow-up.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';
import { routesOf, type Route } from '../support/routes.js';

/** Not even the shape of a real one, and an id that nothing has. */
const GONE = '00000000-0000-4000-8000-000000000000';

const AT_ONCE = 6;

let service: Service;
/** Two of each kind of object: `own` lies in every scope of the tokens below, `other` in none. */
let own: Record<string, string>;
let other: Record<string, string>;
let tokens: Record<Role, string>;
let routes: Route[];
/** The same people, signed in with a browser; `null` for nobody. */
let browsers: Record<Role, PageSession>;

/** What stands in the addresses of pages besides ids. */
const PARTS: Record<string, string> = {
  seat: 'finance-officer',
  monday: '2026-11-23',
  kind: 'finance',
  account: 'new',
  token: 'x',
  attempt: GONE,
  step: 'report',
  year: '2026',
  figure: 'full-team',
  list: 'supports',
  review: GONE,
  day: GONE,
  region: 'west-midlands',
};

beforeAll(async () => {
  service = await Service.start();
  routes = routesOf(service.app);
  const given = new Given(service);
  await given.financePool(4);
  own = await objects(given, 'E08000028', 'Labour');
  other = await objects(given, 'E08000001', 'Green');
  const council = await given.council('E08000028');
  const scopes: Partial<Record<Role, Omit<TokenFor, 'name' | 'role' | 'expiresAt'>>> = {
    adviser: { region: council.region ?? '' },
    council: { councilId: council.id },
    approver: { councilId: council.id },
    peer: { peerId: own.peer ?? '' },
    group: { party: 'Labour' },
    lead: { party: 'Labour' },
  };
  const made = await Promise.all(
    ROLES.map(async (role) => [role, await service.token(role, scopes[role])] as const),
  );
  tokens = Object.fromEntries(made) as Record<Role, string>;
  const signedIn = ROLES.map(
    async (role) => [role, await new PageSession(service.app).be(await account(role, scopes[role]))] as const,
  );
  browsers = Object.fromEntries(await Promise.all(signedIn)) as Record<Role, PageSession>;
});
afterAll(() => service.stop());

async function account(
  role: Role,
  { region = null, councilId = null, peerId = null, party = null }: Partial<Account> = {},
): Promise<string> {
  const facts = {
    email: `${role}@access.example`,
    name: role,
    role,
    region,
    councilId,
    peerId,
    party,
    example: true,
  };
  return (await service.source.manager.save(Account, facts)).id;
}

/** A council with everything that can hang on it, and a peer of it who is invited. */
async function objects(given: Given, code: string, party: string): Promise<Record<string, string>> {
  const council = await given.council(code);
  const { id: peer } = await given.peer({
    class: 'member',
    positions: ['leader'],
    party,
    councilId: council.id,
  });
  const { challenge, proposal } = await given.approved(code);
  const [invitation] = await service.done<{ id: string }[]>(
    'adviser',
    'post',
    `/api/challenges/${challenge.id}/invitations`,
  );
  const insert = async (sql: string, values: unknown[]): Promise<string> =>
    (await service.source.query<{ id: string }[]>(sql, values))[0]?.id ?? '';
  const objection = await insert(
    `INSERT INTO objections (challenge_id, proposal_id, seat, reason, actor, state) VALUES ($1, $2, 'x', 'x', 'x', 'dismissed') RETURNING id`,
    [challenge.id, proposal.id],
  );
  const teamRequest = await insert('SELECT request_id AS id FROM proposals WHERE id = $1', [proposal.id]);
  const planRequest = await insert(
    `INSERT INTO plan_requests (year, challenge_ids, gap, time_limit, state, phase, actor) VALUES (2027, '{}', 0, 1, 'done', 'x', 'x') RETURNING id`,
    [],
  );
  await service.source.query('UPDATE invitations SET peer_id = $1 WHERE id = $2', [peer, invitation?.id]);
  await service.source.query('UPDATE bookings SET peer_id = $1 WHERE invitation_id = $2', [
    peer,
    invitation?.id,
  ]);
  const links = [
    {
      challengeId: challenge.id,
      proposalId: proposal.id,
      firstDay: '2027-06-08',
      lastDay: '2027-06-10',
      before: {},
      seats: {},
      approvals: [],
    },
  ];
  // One that is over, and one about which the council is asked.
  const [chain] = await Promise.all(
    ['past', 'asked'].map((state) =>
      insert(
        `INSERT INTO chains (challenge_id, state, links, asked_by, answer_by, version) VALUES ($1, $2, $3, 'x', now() + interval '9 days', 1) RETURNING id`,
        [challenge.id, state, JSON.stringify(links)],
      ),
    ),
  );
  const visit = await insert(
    `INSERT INTO visits (challenge_id, type, state, first_day, last_day) VALUES ($1, 'on_site', 'dated', '2027-06-08', '2027-06-10') RETURNING id`,
    [challenge.id],
  );
  const message = await insert(
    `INSERT INTO messages (cause, template, about, recipient, subject, state) VALUES ($1, 'confirmed', $1, 'ann@access.example', 'x', 'sent') RETURNING id`,
    [`challenge:${challenge.id}`],
  );
  const picture = await pictureObjects(service.source, council.id);
  const watched = await programmeObjects(service.source);
  const afterwards = await followUpObjects(service.source, challenge.id, peer);
  return {
    council: council.id,
    peer,
    challenge: challenge.id,
    'team request': teamRequest,
    chain: chain ?? '',
    proposal: proposal.id,
    objection,
    invitation: invitation?.id ?? '',
    'served challenge': challenge.id,
    visit,
    document: afterwards.documents,
    recommendation: afterwards.recommendations,
    circumstance: afterwards.circumstances,
    message,
    'plan request': planRequest,
    application: watched.applications,
    event: watched.events,
    inspection: picture.inspections,
    support: picture.support,
    signal: picture.signals,
    'helper of a region': picture['region-people'],
    measure: watched.measures,
    report: watched.reports,
    'report action': watched['report-actions'],
    'budget line': watched['budget-lines'],
  };
}

/** How a route answers a role, or nobody: by token for the API, by a sign-in for pages. */
async function answer(route: Route, role: Role | null, id: string): Promise<number> {
  const path = route.path.replace(':id', id).replace(/:(\w+)/g, (_, part: string) => PARTS[part] ?? part);
  if (!isApiPath(path)) {
    const browser = role === null ? new PageSession(service.app) : browsers[role];
    return (
      await (route.method === 'get' ? browser.get(path) : browser.post(path, { nothing: 'of the kind' }))
    ).status;
  }
  const token = role && tokens[role];
  const sent = request(service.app.getHttpServer())[route.method](path).set('Accept-Encoding', 'identity');
  if (token !== null) sent.set('Authorization', `Bearer ${token}`);
  // A body that no route takes: whoever gets past the guard is told so, and nothing changes.
  return (await (route.method === 'get' ? sent : sent.send({ nothing: 'of the kind' }))).status;
}

describe('every route, for every role and scope', () => {
  it('names an action of the policy table', () => {
    expect(routes.length).toBeGreaterThan(180);
    const actions = new Set(routes.flatMap(({ rule }) => rule?.action ?? []));
    expect([...actions].sort()).toEqual((Object.keys(POLICY) as Action[]).sort());
  });

  it('asks an anonymous caller to sign in', async () => {
    for (const route of routes.filter(({ rule }) => rule))
      expect([route.path, await answer(route, null, own.challenge ?? '')]).toEqual([
        route.path,
        isApiPath(route.path) ? 401 : 303,
      ]);
  });

  it.each(ROLES)('lets %s do what the table says, and nothing more', async (role) => {
    // Several at once: none of these requests changes anything.
    for (let at = 0; at < routes.length; at += AT_ONCE)
      await Promise.all(routes.slice(at, at + AT_ONCE).map((route) => tried(role, route)));
  });

  async function tried(role: Role, { rule, ...route }: Route): Promise<void> {
    if (!rule) return;
    const said = scopeOf(role, rule.action);
    // In confidence: to the region's adviser; nobody here is named a senior.
    const scope = said === 'confided' && role !== 'adviser' ? undefined : said;
    // Pages that are closed, or the same for all who may open them, are opened by everybody where it is tried that a GET changes nothing.
    const isPage = route.method === 'get' && !isApiPath(route.path);
    if (isPage && role !== 'admin' && (!scope || scope === 'all')) return;
    const name = `${route.method} ${route.path} as ${role}`;
    const mine = await answer({ rule, ...route }, role, own[rule.resource ?? ''] ?? GONE);
    if (!scope) {
      expect([name, mine]).toEqual([name, 403]);
      return;
    }
    if (!rule.resource) {
      expect([name, [401, 403, 500].includes(mine)]).toEqual([name, false]);
      return;
    }
    // What comes after the guard may refuse for the state of things, but never for the caller.
    expect([name, 'own', [401, 403, 404, 500].includes(mine)]).toEqual([name, 'own', false]);
    // What is not there is not there for everybody of a scope alike.
    if (role === ROLES.find((one) => scopeOf(one, rule.action) === said))
      expect([name, 'gone', await answer({ rule, ...route }, role, GONE)]).toEqual([name, 'gone', 404]);
    // What is no id at all is nobody's, before anybody is asked who they are.
    if (role === 'admin')
      expect([name, 'no id', await answer({ rule, ...route }, role, 'x')]).toEqual([name, 'no id', 404]);
    if (scope !== 'all')
      expect([name, 'other', await answer({ rule, ...route }, role, other[rule.resource] ?? '')]).toEqual([
        name,
        'other',
        404,
      ]);
  }

  it('gives lists no longer than the scope', async () => {
    const ids = async (role: Role, path: string): Promise<string[]> =>
      (await service.done<{ id: string }[]>({ token: tokens[role] }, 'get', path)).map(({ id }) => id);
    for (const role of ['adviser', 'council', 'approver'] as const) {
      const seen = await ids(role, '/api/challenges');
      expect(seen).toContain(own.challenge);
      expect(seen).not.toContain(other.challenge);
    }
    expect(await ids('peer', '/api/peers')).toEqual([own.peer]);
    const ofGroup = await ids('group', '/api/peers?limit=200');
    expect(ofGroup).toContain(own.peer);
    expect(ofGroup).not.toContain(other.peer);
  });

  it('refuses a booking for another council, and a token that was revoked', async () => {
    const body = { councilId: other.council, kind: 'finance', windows: [{ start: '2027-06-08', days: 3 }] };
    expect((await service.send({ token: tokens.council }, 'post', '/api/challenges', body)).status).toBe(404);
    await service.source.query(`UPDATE api_tokens SET revoked_at = now() WHERE role = 'board'`);
    expect((await service.send({ token: tokens.board }, 'get', '/api/councils')).status).toBe(401);
  });

  it('shows a party to advisers, to the group office of it and to the peer only', async () => {
    const parties = await Promise.all(
      (['adviser', 'group', 'lead', 'peer', 'manager', 'programme', 'admin'] as const).map(async (role) => {
        const body = await service.done({ token: tokens[role] }, 'get', `/api/peers/${own.peer ?? ''}`);
        return [role, body.party];
      }),
    );
    expect(parties).toEqual([
      ['adviser', 'Labour'],
      ['group', 'Labour'],
      ['lead', 'Labour'],
      ['peer', 'Labour'],
      ['manager', undefined],
      ['programme', undefined],
      ['admin', undefined],
    ]);
    const team = await service.done(
      { token: tokens.council },
      'get',
      `/api/challenges/${own.challenge ?? ''}/team-approval`,
    );
    expect(JSON.stringify(team)).not.toMatch(/party|Labour/);
  });
});
