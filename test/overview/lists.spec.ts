import { addDays, addMonths, daysBetween, londonDate } from '../../src/calendar/dates.js';
import { OWNER_NAMES } from '../../src/visits/steps.js';
import { ClockService } from '../../src/visits/clock.service.js';
import { KindsService } from '../../src/kinds/kinds.service.js';
import { rowsOf } from '../support/csv.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
const today = londonDate(new Date());

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
}, 90_000);
afterAll(() => service.stop());

interface Open {
  id: string;
  council: string;
  kind: string;
  region: string;
}

/** The deadlines of open challenges, worked out one challenge at a time. */
async function expected(challenges: Open[]): Promise<Record<string, string>[]> {
  const clock = service.app.get(ClockService);
  const words = await service.app.get(KindsService).words();
  const rows: Record<string, string>[] = [];
  for (const { id, council, kind } of challenges)
    for (const { title, owner, due, state, moved } of await clock.of(id, today))
      if (due !== null && state !== 'done')
        rows.push({
          council,
          kind: words.kind(kind),
          step: title,
          owner: OWNER_NAMES[owner],
          due,
          days_late: state === 'late' ? String(daysBetween(due, today)) : '0',
          moved_because: moved?.reason ?? '',
        });
  return rows;
}

const open = (where = 'true'): Promise<Open[]> =>
  service.source.query(
    `SELECT c.id, h.name AS council, c.kind, h.region FROM challenges c JOIN councils h ON h.id = c.council_id
     WHERE c.first_day IS NOT NULL AND c.state <> ALL('{closed,cancelled,stood_down,postponed}') AND ${where}`,
  );
const inOrder = (rows: Record<string, string>[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

describe('the deadlines as a file', () => {
  it('hold every step that is owed in open challenges, soonest first', async () => {
    const office = await signedIn(service, 'programme');
    const rows = rowsOf((await office.get('/deadlines.csv')).text);
    expect(rows.length).toBeGreaterThan(100);
    expect(inOrder(rows)).toEqual(inOrder(await expected(await open())));
    expect(rows.map(({ due = '' }) => due)).toEqual(rows.map(({ due = '' }) => due).sort());
  });

  it('hold for an adviser those of the region, and what is late where that is asked', async () => {
    const adviser = await signedIn(service, 'adviser', { region: 'South West' });
    const rows = rowsOf((await adviser.get('/deadlines.csv?show=late')).text);
    const own = await expected(await open(`h.region = 'South West'`));
    expect(inOrder(rows)).toEqual(inOrder(own.filter((row) => row.days_late !== '0')));
  });

  it('hold for one who owes them theirs alone', async () => {
    const office = await signedIn(service, 'programme');
    const rows = rowsOf((await office.get('/deadlines.csv?owner=council')).text);
    expect(new Set(rows.map(({ owner }) => owner))).toEqual(new Set([OWNER_NAMES.council]));
  });
});

describe('good practice as a file', () => {
  const known = (
    where: string,
  ): Promise<{ title: string; council: string; seen: string; shared: string }[]> =>
    service.source.query(
      `SELECT g.title, h.name AS council, coalesce(c.last_day::text, '') AS seen, coalesce(g.consent_on::text, '') AS shared
       FROM good_practice g JOIN challenges c ON c.id = g.challenge_id JOIN councils h ON h.id = c.council_id WHERE ${where}`,
    );
  const plain = (rows: Record<string, string>[]): string[] =>
    rows.map(({ title, council, seen_on: seen, shared }) => [title, council, seen, shared].join('|')).sort();
  const told = (rows: { title: string; council: string; seen: string; shared: string }[]): string[] =>
    rows.map(({ title, council, seen, shared }) => [title, council, seen, shared].join('|')).sort();

  it('holds all for the office', async () => {
    const office = await signedIn(service, 'programme');
    const rows = rowsOf((await office.get('/good-practice.csv')).text);
    expect(rows.length).toBeGreaterThan(3);
    expect(plain(rows)).toEqual(told(await known('true')));
  });

  it('holds for a council its own, and of others what they agreed to share', async () => {
    const [own] = await service.source.query<{ id: string }[]>(
      `SELECT c.council_id AS id FROM good_practice g JOIN challenges c ON c.id = g.challenge_id WHERE g.consent_on IS NULL LIMIT 1`,
    );
    const council = await signedIn(service, 'council', { councilId: own?.id ?? null });
    const rows = rowsOf((await council.get('/good-practice.csv')).text);
    const expectedRows = await known(`g.consent_on IS NOT NULL OR h.id = '${own?.id ?? ''}'`);
    expect(plain(rows)).toEqual(told(expectedRows));
    expect(rows.some(({ shared }) => shared === '')).toBe(true);
    expect(expectedRows.length).toBeLessThan((await known('true')).length);
  });

  it('holds what a word is found in, whatever sign of a pattern it has', async () => {
    const office = await signedIn(service, 'programme');
    const [one] = await known('true');
    const title = one?.title ?? '';
    const found = rowsOf((await office.get(`/good-practice.csv?text=${encodeURIComponent(title)}`)).text);
    expect(found.map((row) => row.title)).toContain(title);
    expect(rowsOf((await office.get('/good-practice.csv?text=%25%25')).text)).toEqual([]);
  });
});

describe('accreditations that end, as a file', () => {
  it('hold those within six months, and those of the year behind, soonest first', async () => {
    const [a, b, c, d, e] = (
      await service.source.query<{ id: string }[]>(
        `SELECT id FROM peers WHERE state = 'active' ORDER BY id LIMIT 5`,
      )
    ).map(({ id }) => id);
    await service.source.query(`UPDATE peers SET accreditations = '[]'`);
    const ends = async (id: string | undefined, expiresOn: string | null): Promise<void> => {
      const list = JSON.stringify([{ kind: 'finance', expiresOn }]);
      await service.source.query('UPDATE peers SET accreditations = $2 WHERE id = $1', [id, list]);
    };
    const limits = [addMonths(today, -12), addMonths(today, 6)] as const;
    await ends(a, limits[0]);
    await ends(b, limits[1]);
    await ends(c, addDays(limits[0], -1));
    await ends(d, addDays(limits[1], 1));
    await ends(e, null);
    const office = await signedIn(service, 'programme');
    const rows = rowsOf((await office.get('/events/expiries.csv')).text);
    expect(rows.map((row) => [row.kind, row.expires_on])).toEqual([
      ['finance', limits[0]],
      ['finance', limits[1]],
    ]);
    expect((await (await signedIn(service, 'council')).get('/events/expiries.csv')).status).toBe(403);
  });
});

describe('a wish to be erased', () => {
  it('reaches the office once, however often it is sent, and stays with the record', async () => {
    const [peer] = await service.source.query<{ id: string }[]>(
      `SELECT id FROM peers WHERE state = 'active' LIMIT 1`,
    );
    const id = peer?.id ?? '';
    const person = await signedIn(service, 'peer', { peerId: id });
    const untouched = await person.post(`/peers/${id}/erasure`, {});
    expect(untouched.status).toBe(400);
    expect(untouched.text).toContain('Tick that you want it erased');
    for (let times = 0; times < 2; times++)
      expect((await person.post(`/peers/${id}/erasure`, { sure: 'yes' })).text).toContain(
        'Your request is sent',
      );
    const messages = await service.source.query<{ recipient: string; body: string }[]>(
      `SELECT recipient, body FROM messages WHERE template = 'erasure-asked' AND about = $1`,
      [`peer:${id}`],
    );
    const offices = await service.source.query<{ email: string }[]>(
      `SELECT email FROM accounts WHERE role = 'programme' AND state = 'active'`,
    );
    expect(messages.map(({ recipient }) => recipient).sort()).toEqual(
      offices.map(({ email }) => email).sort(),
    );
    const held = await person.get(`/peers/${id}/record.json`);
    expect((JSON.parse(held.text) as { peer: { erasureAskedAt: string } }).peer.erasureAskedAt).toMatch(
      /^\d{4}-/,
    );
  });

  it('is nobody else’s to send', async () => {
    const [one, other] = await service.source.query<{ id: string }[]>(
      `SELECT id FROM peers WHERE state = 'active' ORDER BY id LIMIT 2`,
    );
    const person = await signedIn(service, 'peer', { peerId: one?.id ?? null });
    expect((await person.post(`/peers/${other?.id ?? ''}/erasure`, { sure: 'yes' })).status).toBe(404);
  });
});

describe('the search', () => {
  const found = (text: string): Record<string, number> =>
    Object.fromEntries(
      [...saidOn(text).matchAll(/(Councils|Challenges|Peers) \((\d+)\)/g)].map(([, what = '', n]) => [
        what,
        Number(n),
      ]),
    );
  const counts = async (sql: string): Promise<number> =>
    Number((await service.source.query<[{ n: string }]>(`SELECT count(*) AS n FROM ${sql}`))[0].n);

  it('finds councils, challenges and peers by a part of a name, for staff', async () => {
    const office = await signedIn(service, 'programme');
    const { text } = await office.get('/search?q=manchester');
    expect(found(text)).toEqual({
      Councils: await counts(`councils WHERE name ILIKE '%manchester%'`),
      Challenges: await counts(
        `challenges c JOIN councils h ON h.id = c.council_id WHERE h.name ILIKE '%manchester%'`,
      ),
    });
    expect(text).toMatch(/<a class="govuk-link" href="\/councils\/[0-9a-f-]{36}">Manchester City Council</);
    for (const turned of ['City Manchester', 'manchester  council', 'Council city MANCH'])
      expect(found((await office.get(`/search?q=${encodeURIComponent(turned)}`)).text).Councils).toBe(1);
    expect(found((await office.get('/search?q=exeter+corporate')).text)).toEqual({
      Challenges: await counts(
        `challenges c JOIN councils h ON h.id = c.council_id WHERE h.name ILIKE '%exeter%' AND c.kind = 'corporate'`,
      ),
    });
    const [{ name }] = await service.source.query<[{ name: string }]>('SELECT name FROM peers LIMIT 1');
    const peers = found((await office.get(`/search?q=${encodeURIComponent(name.toUpperCase())}`)).text);
    expect(peers).toEqual({
      Peers: await counts(`peers WHERE name ILIKE '%${name.replaceAll("'", "''")}%'`),
    });
  });

  it('keeps to what each may see: an adviser’s region, no peers for the board, nothing for a council', async () => {
    const adviser = await signedIn(service, 'adviser', { region: 'South West' });
    const of = 'challenges c JOIN councils h ON h.id = c.council_id';
    expect(found((await adviser.get('/search?q=council')).text).Challenges).toBe(
      await counts(`${of} WHERE h.name ILIKE '%council%' AND h.region = 'South West'`),
    );
    const board = await signedIn(service, 'board');
    expect(Object.keys(found((await board.get('/search?q=an')).text))).toEqual(['Councils', 'Challenges']);
    const council = await signedIn(service, 'council', { councilId: await exeter() });
    expect((await council.get('/search?q=exeter')).status).toBe(403);
    expect((await council.get('/')).text).not.toContain('role="search"');
  });

  it('shows the first of many and where all are, and says so where there is nothing', async () => {
    const office = await signedIn(service, 'programme');
    const many = await office.get('/search?q=council');
    expect(many.text).toMatch(/href="\/councils\?name=council">All \d+ councils</);
    expect(saidOn((await office.get('/search?q=Zzyx')).text)).toContain(
      'Nothing that you can see has “Zzyx” in its name.',
    );
    expect(found((await office.get('/search')).text)).toEqual({});
    expect(found((await office.get('/search?q=%25')).text)).toEqual({});
  });

  const exeter = async (): Promise<string> =>
    (
      await service.source.query<[{ id: string }]>(
        `SELECT id FROM councils WHERE name = 'Exeter City Council'`,
      )
    )[0].id;
});
