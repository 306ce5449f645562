import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

interface Piece {
  id: string;
  version: number;
  content: { items: { id: string; name: string }[] };
}

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

const piece = (id: string): Promise<Piece> => service.done('programme', 'get', `/api/policies/${id}`);

/** Sends the form of a list as its page shows it, with other entries. */
async function saveList(
  list: string,
  entries: string,
  reason = 'asked for',
): ReturnType<PageSession['post']> {
  const version = versionOn((await office.get(`/rules/${list}`)).text);
  return office.post(`/rules/${list}`, { version, entries, reason });
}

describe('a list to choose from, on its page', () => {
  it('is one entry a line, and takes a new one with why', async () => {
    const { text } = await office.get('/rules/supports');
    const [, entries = ''] = /<textarea[^>]*>([^<]*)</.exec(text) ?? [];
    expect(entries.trim().split('\n')[0]).toBe('mentoring: Mentoring');
    const sent = await saveList('supports', `${entries.trim()}\ncoaching: Coaching`, 'we coach now');
    expect(sent.status).toBe(303);
    expect((await piece('supports')).content.items.at(-1)).toEqual({ id: 'coaching', name: 'Coaching' });
    expect(saidOn((await office.get('/rules/supports')).text)).toContain(
      'we coach now put there: coaching: Coaching',
    );
  });

  it('keeps the months of a framework: on the page, in the list and back', async () => {
    const { text } = await office.get('/rules/frameworks');
    const [, entries = ''] = /<textarea[^>]*>([^<]*)</.exec(text) ?? [];
    expect(entries).toContain('fire: Fire and rescue; plan 2; review 24');
    const before = (await piece('frameworks')).content;
    expect((await saveList('frameworks', entries)).status).toBe(303);
    expect((await piece('frameworks')).content).toEqual(before);
  });

  it.each([
    ['a line without a colon', 'supports', 'mentoring: Mentoring\nCoaching', 'Line 2: found "Coaching"'],
    ['capital letters in an id', 'supports', 'Mentoring: Mentoring', 'Line 1: found "Mentoring: Mentoring"'],
    ['an entry that stands there twice', 'supports', 'a: A\nb: B\na: C', '"a" stands there twice'],
    ['months where none follow', 'supports', 'a: A; plan 2', 'Line 1: found "a: A; plan 2"'],
    ['more months than ten years', 'frameworks', 'a: A; plan 121', '120'],
  ])('refuses %s and says so', async (_, list, entries, said) => {
    const before = await piece(list);
    const sent = await saveList(list, entries);
    expect(sent.status).toBe(400);
    expect(saidOn(sent.text.replaceAll('&quot;', '"'))).toContain(said);
    expect(sent.text).toContain(entries.split('\n')[0]);
    expect(await piece(list)).toEqual(before);
  });

  it('is not overwritten by who looked at it before somebody else changed it', async () => {
    const seen = versionOn((await office.get('/rules/criteria')).text);
    expect((await saveList('criteria', 'first: The first')).status).toBe(303);
    const late = await office.post('/rules/criteria', {
      version: seen,
      entries: 'second: The second',
      reason: 'late',
    });
    expect(late.status).toBe(412);
    expect((await piece('criteria')).content.items).toEqual([{ id: 'first', name: 'The first' }]);
  });

  it('is not there where no list has the name', async () => {
    for (const list of ['weights', 'retention', 'toString'])
      expect((await office.get(`/rules/${list}`)).status).toBe(404);
  });
});

describe('the rules of reports', () => {
  const form = {
    amberFromPercent: 80,
    lineAmberPercent: 50,
    budgetGreenPercent: 4,
    budgetAmberPercent: 9,
    confirmedPercent: 90,
    discussionPercent: 50,
    seasonalProfile: '1, 2, 3, 4',
    reason: 'as the board decided',
  };

  it('are saved from their page, with who changed what', async () => {
    const version = versionOn((await office.get('/rules')).text);
    const before = (await piece('reporting')).content;
    expect((await office.post('/rules', { ...form, version })).status).toBe(303);
    const [last] = await service.done<{ reason: string; before: object; after: object }[]>(
      'programme',
      'get',
      '/api/policies/reporting/history',
    );
    expect(last).toMatchObject({
      reason: 'as the board decided',
      before,
      after: { amberFromPercent: 80, seasonalProfile: [1, 2, 3, 4] },
    });
  });

  it.each([
    ['a share of more than all', { confirmedPercent: 101 }, 'Enter a whole number from 0 to 100'],
    ['three quarters', { seasonalProfile: '1, 2, 3' }, 'Enter four whole numbers like 8, 17, 24, 25'],
    ['a year without visits', { seasonalProfile: '0, 0, 0, 0' }, 'not all of them 0'],
    ['no reason', { reason: ' ' }, 'Enter why'],
  ])('refuse %s', async (_, change, said) => {
    const before = await piece('reporting');
    const sent = await office.post('/rules', { ...form, version: before.version, ...change });
    expect(sent.status).toBe(400);
    expect(saidOn(sent.text)).toContain(said);
    expect(await piece('reporting')).toEqual(before);
  });

  it('are for the programme office', async () => {
    for (const role of ['adviser', 'manager', 'board', 'council'] as const) {
      const other = await signedIn(service, role);
      expect((await other.get('/rules')).status).toBe(403);
    }
  });
});

describe('a new service', () => {
  it('has the first content once: what the office changed stays when it starts again', async () => {
    const { ReferenceService } = await import('../../src/reference/reference.service.js');
    const changed = await piece('criteria');
    await service.app.get(ReferenceService).ensureFirstContent();
    expect(await piece('criteria')).toEqual(changed);
  });
});
