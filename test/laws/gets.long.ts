import request from 'supertest';
import { Account } from '../../src/people/account.entity.js';
import { PEER_FIELDS, ROLES, scopeOf, seesOfPeer, type Role } from '../../src/people/permissions.js';
import { isApiPath } from '../../src/web/pages.js';
import { markPeers, PARTY, partsIn, peersIn, textOfArchive, type Part } from '../support/told-of-peers.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { followUpObjects } from '../support/follow-up.js';
import { pictureObjects } from '../support/pictures.js';
import { programmeObjects } from '../support/programme.js';
import { routesOf, type Route } from '../support/routes.js';
import { eventually, Service } from '../support/service.js';
import { snapshot } from '../support/snapshot.js';

let service: Service;
let known: { ids: Record<string, string>; council: string; peerId: string };
/** Where somebody of a role was told something of a peer. */
const told: { role: Role; part: Part; where: string }[] = [];
/** Where a peer was told how to reach another. */
const toldOfOthers: string[] = [];

function note(role: Role, where: string, said: string): void {
  // What is measured is a figure, and may be any.
  const text = where === '/metrics' ? said.replace(/ [\d.e+-]+$/gm, '') : said;
  told.push(...partsIn(text).map((part) => ({ role, part, where })));
  if (role === 'peer')
    toldOfOthers.push(
      ...peersIn(text)
        .filter((id) => !known.peerId.startsWith(id))
        .map(() => where),
    );
}

beforeAll(async () => {
  service = await Service.start();
  await new Given(service).staff();
  known = await objects();
}, 60_000);
afterAll(() => service.stop());

const browser = (): PageSession => new PageSession(service.app);

type Way = { method: 'get' | 'post'; path: string };

/** Where the links and forms of a page lead, within the service. */
function waysFrom(html: string, page: string): Way[] {
  const links = [...html.matchAll(/<a [^>]*href="(\/[^"#?]*)/g)].map(([, path = '']): Way => ({
    method: 'get',
    path,
  }));
  const forms = [...html.matchAll(/<form [^>]*method="post"[^>]*>/g)].map(([form]): Way => {
    return { method: 'post', path: /action="([^"?]*)/.exec(form)?.[1] ?? page };
  });
  return [...links, ...forms];
}

/** Those of them that are closed to a role by the policy table. */
function closedTo(role: Role, ways: Way[]): string[] {
  const routes = routesOf(service.app).map((route) => ({
    ...route,
    at: new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`),
  }));
  const closed = ways.filter(({ method, path }) => {
    const action = routes.find((route) => route.method === method && route.at.test(path))?.rule?.action;
    return action !== undefined && scopeOf(role, action) === undefined;
  });
  return [...new Set(closed.map(({ path }) => path))];
}

/** An object of each kind, so that pages have something to show. */
async function objects(): Promise<{ ids: Record<string, string>; council: string; peerId: string }> {
  const given = new Given(service);
  await given.financePool(3);
  await markPeers(service.source);
  const { challenge, proposal } = await given.approved('E08000028');
  const invitations = await service.done<{ id: string; peerId: string; seat: string }[]>(
    'adviser',
    'post',
    `/api/challenges/${challenge.id}/invitations`,
  );
  // Only of a councillor a party is known.
  const invitation = invitations.find(({ seat }) => seat === 'lead-member');
  const council = await given.council('E08000028');
  const [{ requestId }] = await service.source.query<[{ requestId: string }]>(
    'SELECT request_id AS "requestId" FROM proposals WHERE id = $1',
    [proposal.id],
  );
  const ids: Record<string, string> = {
    ...(await followUpObjects(service.source, challenge.id, invitation?.peerId ?? '')),
    ...(await programmeObjects(service.source)),
    ...(await pictureObjects(service.source, council.id)),
    challenges: challenge.id,
    visits: challenge.id,
    proposals: proposal.id,
    'team-requests': requestId,
    invitations: invitation?.id ?? '',
    councils: council.id,
    peers: invitation?.peerId ?? '',
  };
  return { ids, council: council.id, peerId: invitation?.peerId ?? '' };
}

/** Nothing is on its way any more. */
async function quiet(): Promise<void> {
  await eventually(
    async () =>
      (
        await service.source.query<[{ n: string }]>(
          `SELECT count(*) AS n FROM messages WHERE state = 'waiting'`,
        )
      )[0].n === '0',
    'quiet',
  );
}

function addressOf(path: string, ids: Record<string, string>): string {
  const [first = ''] = path.replace(/^\/(api\/)?/, '').split('/');
  return path
    .replace(':id', ids[first] ?? 'x')
    .replace(':seat', 'finance-officer')
    .replace(':kind', 'finance')
    .replace(':monday', '2026-11-23')
    .replace(':step', 'report')
    .replace(':year', '2026')
    .replace(':figure', 'first-ask')
    .replace(':list', 'supports')
    .replace(':region', 'west-midlands')
    .replace(/:\w+/g, 'x');
}

describe('a GET', () => {
  it('changes nothing on a page, whoever opens it, and leads nowhere that they may not go', async () => {
    const { ids, council, peerId } = known;
    const people = await Promise.all(
      ROLES.map(async (role) => {
        const { id } = await service.source.manager.save(Account, {
          email: `${role}@opens.example`,
          name: role,
          role,
          councilId: council,
          peerId,
          party: PARTY,
          example: true,
        });
        return { role, session: await browser().be(id) };
      }),
    );
    await quiet();
    const before = await snapshot(service.source);
    const pages = routesOf(service.app).filter(({ method, path }) => method === 'get' && !isApiPath(path));
    const astray = new Set<string>();
    const spaced = new Set<string>();
    const open = async (person: PageSession, { path, rule }: Route, role: Role | null): Promise<void> => {
      const at = addressOf(path, ids);
      const answer = await person.get(at);
      const { status, text, type } = answer;
      expect([path, status < 500]).toEqual([path, true]);
      if (role && rule && !rule.action.startsWith('signals.'))
        expect([path, role, status === 403]).toEqual([path, role, !scopeOf(role, rule.action)]);
      if (role) note(role, path, Buffer.isBuffer(answer.body) ? textOfArchive(answer.body) : text);
      // Where a template is laid out anew, a space may come to stand before a comma.
      if (type === 'text/html' && / [,;]/.test(text.replace(/<[^>]+>/g, ''))) spaced.add(at);
      if (role && status === 200)
        for (const way of closedTo(role, waysFrom(text, at))) astray.add(`${path} leads ${role} to ${way}`);
    };
    for (const page of pages)
      await Promise.all([
        ...people.map(({ session, role }) => open(session, page, role)),
        open(browser(), page, null),
      ]);
    expect([...astray]).toEqual([]);
    expect([...spaced]).toEqual([]);
    expect(await snapshot(service.source)).toEqual(before);
  }, 300_000);

  it('changes nothing by the API, whoever asks', async () => {
    const { ids, council, peerId } = known;
    await quiet();
    const tokens = await Promise.all(
      ROLES.map((role) =>
        service.token(role, {
          ...(role === 'council' || role === 'approver' ? { councilId: council } : {}),
          ...(role === 'peer' ? { peerId } : {}),
          ...(role === 'group' || role === 'lead' ? { party: PARTY } : {}),
        }),
      ),
    );
    const before = await snapshot(service.source);
    const paths = routesOf(service.app).filter(({ method, path }) => method === 'get' && isApiPath(path));
    expect(paths.length).toBeGreaterThan(30);
    const answered = new Set<string>();
    for (const { path } of paths) {
      const at = addressOf(path, ids);
      const answers = await Promise.all(
        tokens.map((token) =>
          request(service.app.getHttpServer())
            .get(at)
            .set({ Authorization: `Bearer ${token}` }),
        ),
      );
      for (const [n, { status, text }] of answers.entries()) {
        expect([path, status < 500]).toEqual([path, true]);
        note(ROLES[n] ?? 'board', path, text);
        if (status === 200) answered.add(path);
      }
    }
    // Else the ids lead nowhere, and nothing was tried.
    expect(answered.size).toBeGreaterThan(paths.length * 0.7);
    expect(await snapshot(service.source)).toEqual(before);
  }, 300_000);
});

/**
 * What stands in these places is not told of a peer: the party of an office that signs in, the parties that one chooses from, the columns
 * of an empty file, and what the example alone has.
 */
const OF_NO_PEER: Partial<Record<Part, string[]>> = {
  party: ['/accounts', '/api/tokens', '/apply', '/example-users'],
  rating: ['/api/peers/template'],
  contact: ['/outbox'],
};
/** The only place where people read how they were rated: what they have a right to ask for. */
const HELD_OF_ONESELF = '/peers/:id/record.json';

describe('what is told of a peer', () => {
  it('is told to those whom the table says, and to nobody else, on every page, in every file and answer', () => {
    const beyond = told
      .filter(({ role, part }) => !seesOfPeer(role, part))
      .filter(({ part, where }) => !OF_NO_PEER[part]?.includes(where))
      .filter(({ role, where }) => role !== 'peer' || where !== HELD_OF_ONESELF);
    expect([...new Set(beyond.map(({ role, part, where }) => `${where} tells ${role} ${part}`))]).toEqual([]);
  });

  it('is told to peers of themselves alone', () => {
    expect(toldOfOthers.filter((where) => where !== '/outbox')).toEqual([]);
  });

  it('is told to each of them somewhere', () => {
    const parts = Object.keys(PEER_FIELDS) as Part[];
    const never = parts.flatMap((part) =>
      PEER_FIELDS[part]
        .filter((role) => !told.some((one) => one.role === role && one.part === part))
        .map((role) => `${role}: ${part}`),
    );
    expect(never).toEqual([]);
  });

  it('is told no less and no more by messages', async () => {
    const letters = await service.source.query<{ recipient: string; text: string; role: Role | null }[]>(
      `SELECT m.recipient, concat_ws(' ', m.subject, m.body, m.calendar) AS text, CASE WHEN p.id IS NOT NULL THEN 'peer' ELSE a.role END AS role
       FROM messages m LEFT JOIN peers p ON p.email = m.recipient LEFT JOIN accounts a ON a.email = m.recipient`,
    );
    expect(letters.length).toBeGreaterThan(4);
    const beyond = letters.flatMap(({ text, role, recipient }) =>
      partsIn(text.replaceAll(recipient, ''))
        .filter((part) => !role || role === 'peer' || !seesOfPeer(role, part))
        .map((part) => `${role ?? 'somebody'} is told ${part}`),
    );
    expect(beyond).toEqual([]);
  });
});
