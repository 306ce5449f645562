import { londonDate } from '../../src/calendar/dates.js';
import { programmeYear } from '../../src/calendar/programme-year.js';
import { SYSTEM } from '../../src/people/access.js';
import { Account } from '../../src/people/account.entity.js';
import { ProtectedTotalsService } from '../../src/programme/pool/protected-totals.service.js';
import { ReferenceService } from '../../src/reference/reference.service.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

const year = programmeYear(londonDate(new Date()));

let service: Service;
let office: PageSession;
let board: PageSession;

beforeAll(async () => {
  service = await Service.start({ example: true, worker: false });
  const be = async (email: string): Promise<PageSession> =>
    new PageSession(service.app).be((await service.source.manager.findOneByOrFail(Account, { email })).id);
  office = await be('programme@users.example');
  board = await be('board@users.example');
}, 60_000);
afterAll(() => service.stop());

interface Gaps {
  seats: number;
  gaps: { part: string; group: string; seats: number; hard: number; empty: number }[];
  refusals: { reason: string; count: number }[];
  pool: number;
  used: number;
  unused: number;
  composition: { part: string; group: string; pool: number; used: number }[];
}

const counted = (text: string): number => {
  const [, said = '0'] = /(\d+) (?:seats?|peers?|in \d{4})/.exec(text.slice(text.indexOf('<h1'))) ?? [];
  return Number(said);
};

describe('the gaps of the pool', () => {
  let gaps: Gaps;
  beforeAll(async () => {
    gaps = await service.done<Gaps>('board', 'get', '/api/pool/gaps');
  });

  it('count who is used as other code counts bookings and peers', async () => {
    const bookings = await service.source.query<{ peer_id: string; last_day: string; state: string }[]>(
      'SELECT peer_id, last_day::text, state FROM bookings WHERE live',
    );
    const active = new Map(
      (
        await service.source.query<{ id: string; class: string }[]>(
          `SELECT id, class FROM peers WHERE state = 'active'`,
        )
      ).map((peer) => [peer.id, peer.class]),
    );
    const used = new Set(
      bookings
        .filter(({ state, last_day: day }) => state === 'booked' && programmeYear(day) === year)
        .map((one) => one.peer_id),
    );
    const usedNow = [...used].filter((id) => active.has(id));
    expect([gaps.pool, gaps.used, gaps.unused]).toEqual([
      active.size,
      usedNow.length,
      active.size - usedNow.length,
    ]);
    for (const group of ['member', 'officer', 'other']) {
      const row = gaps.composition.find((one) => one.part === 'class' && one.group === group);
      expect([group, row?.pool]).toEqual([group, [...active.values()].filter((one) => one === group).length]);
      expect([group, row?.used]).toEqual([group, usedNow.filter((id) => active.get(id) === group).length]);
    }
    for (const part of ['class', 'type', 'region', 'experience'])
      expect(
        gaps.composition.filter((row) => row.part === part).reduce((sum, row) => sum + row.pool, 0),
      ).toBe(active.size);
  });

  it('call experienced whom the weights call so', async () => {
    const reference = service.app.get(ReferenceService);
    for (const experiencedFrom of [2, 5, 3]) {
      const { content, version } = await reference.item('weights');
      const changed = { content: { ...content, experiencedFrom }, reason: 'as the board decided', version };
      await reference.put(SYSTEM, 'weights', changed);
      const peers = await service.source.query<{ reviews: number }[]>(
        `SELECT p.reviews + (SELECT count(DISTINCT b.challenge_id)::int FROM bookings b WHERE b.peer_id = p.id AND b.state = 'booked'
           AND b.challenge_id IN (SELECT id FROM delivered_challenges)) AS reviews FROM peers p WHERE p.state = 'active'`,
      );
      const groupOf = ({ reviews }: { reviews: number }): string =>
        reviews === 0 ? 'new' : reviews < experiencedFrom ? 'some before' : 'experienced';
      const { composition } = await service.done<Gaps>('board', 'get', '/api/pool/gaps');
      for (const { group, pool } of composition.filter(({ part }) => part === 'experience'))
        expect([group, pool]).toEqual([group, peers.filter((peer) => groupOf(peer) === group).length]);
    }
  });

  it('count refusals by their reasons', async () => {
    const rows = await service.source.query<{ reason: string | null; answered_at: Date }[]>(
      `SELECT reason, answered_at FROM invitations WHERE state = 'declined'`,
    );
    const mine = rows.filter(({ answered_at: at }) => programmeYear(londonDate(at)) === year);
    expect(gaps.refusals.reduce((sum, { count }) => sum + count, 0)).toBe(mine.length);
    expect(mine.length).toBeGreaterThan(10);
    for (const { reason, count } of gaps.refusals)
      expect([reason, count]).toEqual([reason, mine.filter((one) => one.reason === reason).length]);
  });

  it('open every figure down to the seats, refusals or peers that it counts', async () => {
    const { text } = await office.get('/pool');
    const links = [...text.matchAll(/href="(\/pool\/(?:seats|refusals|peers)\?[^"]+)">(\d+)</g)];
    expect(links.length).toBeGreaterThan(60);
    const sample = links.filter((_, n) => n % 4 === 0);
    for (const [, href = '', figure = ''] of sample) {
      const page = await office.get(href.replaceAll('&amp;', '&'));
      expect([href, page.status, counted(page.text)]).toEqual([href, 200, Number(figure)]);
    }
  });

  it('count each hard seat that the list of them shows', async () => {
    const csv = (await office.get('/pool/seats.csv?show=hard')).text.trim().split('\n').slice(1);
    const hard = gaps.gaps.filter(({ part }) => part === 'region').reduce((sum, row) => sum + row.hard, 0);
    expect(csv).toHaveLength(hard);
    expect(hard).toBeGreaterThan(10);
  });

  it('lead an adviser of a region only to challenges that open to them', async () => {
    const [account] = await service.source.query<{ id: string }[]>(
      `SELECT id FROM accounts WHERE role = 'adviser' AND region IS NOT NULL AND example ORDER BY email LIMIT 1`,
    );
    const adviser = await new PageSession(service.app).be(account?.id ?? '');
    for (const list of ['/pool/seats', '/pool/refusals']) {
      const { text } = await adviser.get(list);
      const rows = text.split('data-counted').length - 1;
      const links = [...text.matchAll(/href="(\/challenges\/[0-9a-f-]{36})"/g)].map(([, href = '']) => href);
      expect([list, rows > links.length]).toEqual([list, true]);
      for (const href of new Set(links))
        expect([href, (await adviser.get(href)).status]).toEqual([href, 200]);
    }
  });

  it('name no peer to the board', async () => {
    expect((await board.get('/pool')).text).not.toMatch(/\/pool\/peers|\/peers\/[0-9a-f]{8}/);
    expect((await board.get('/pool/peers?use=used')).status).toBe(403);
  });
});

describe('what peers say of themselves', () => {
  it('is released once a quarter as totals, and stays as it was shown', async () => {
    const totals = service.app.get(ProtectedTotalsService);
    const at = new Date(`${String(year)}-07-02T08:00:00Z`);
    // The example's own day has released something already.
    await service.asOwner('TRUNCATE protected_totals');
    await totals.releaseLast(at);
    const shown = async (): Promise<string> => (await board.get('/pool')).text.split('<main')[1] ?? '';
    const first = await shown();
    expect(first).toMatch(/As of the end of quarter 1/);
    expect(first).toMatch(/<th[^>]*>Woman<\/th><td[^>]*>\d*[05] or more<\/td>/);
    expect(first).toMatch(/<th[^>]*>Labour<\/th><td[^>]*>\d*[05] or more<\/td>/);
    await service.source.query(`UPDATE demographics SET gender = 'woman'`);
    await totals.releaseLast(at);
    expect(await shown()).toBe(first);
    const rows = await service.source.query<unknown[]>('SELECT FROM protected_totals');
    expect(rows).toHaveLength(1);
  });

  it('is said and taken back by the peer alone, and the trail tells nothing of it', async () => {
    const account = await service.source.manager.findOneByOrFail(Account, { role: 'peer', example: true });
    const peer = await new PageSession(service.app).be(account.id);
    const path = `/peers/${account.peerId ?? ''}/about`;
    expect((await peer.post(path, { gender: 'other', ageBand: 'from50' })).status).toBe(303);
    expect((await peer.get(path)).text).toMatch(/value="other" selected/);
    for (const other of [office, board]) expect((await other.get(path)).status).toBe(403);
    await peer.post(path, {});
    expect((await peer.get(path)).text).not.toMatch(/value="other" selected/);
    const trail = await service.source.query<{ details: object }[]>(
      `SELECT details FROM audit_entries WHERE action = 'demographics.changed'`,
    );
    expect(trail.map(({ details }) => details)).toEqual([{}, {}]);
  });
});
