import { FIRST_KINDS } from '../../src/kinds/first-kinds.js';
import { coverageOf, coverageWords, weightOf, weightWords } from '../../src/kinds/kind-lines.js';
import request from 'supertest';
import { CLOCK_FIELDS, KIND_FIELDS } from '../../src/kinds/kind-fields.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';
import { snapshot } from '../support/snapshot.js';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start();
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

/** The form of a kind as its page shows it. */
async function formOf(id: string): Promise<Record<string, string>> {
  const { text } = await office.get(`/kinds/${id}`);
  const form: Record<string, string> = {};
  for (const [tag, name = ''] of text.matchAll(/<input[^>]*name="([^"]+)"[^>]*>/g))
    if (!/type="checkbox"/.test(tag) || /checked/.test(tag))
      form[name] = /value="([^"]*)"/.exec(tag)?.[1] ?? '';
  for (const [, name = '', value = ''] of text.matchAll(/<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</g))
    form[name] = value;
  return form;
}

describe('the description of a kind', () => {
  it('has an entry for every field of every kind, and for every step of its clock', () => {
    for (const kind of Object.values(FIRST_KINDS)) {
      // That a kind is retired is said only where it is.
      expect([...Object.keys(kind), 'retired'].sort()).toEqual(Object.keys(KIND_FIELDS).sort());
      expect(Object.keys(kind.clock).sort()).toEqual(Object.keys(CLOCK_FIELDS).sort());
    }
  });

  it('is what the API document says of a kind', async () => {
    const answer = await request(service.app.getHttpServer()).get('/api/openapi.json');
    const { properties } = (
      answer.body as { components: { schemas: Record<string, { properties: object }> } }
    ).components.schemas.KindView ?? { properties: {} };
    expect(Object.keys(properties).sort()).toEqual(['id', 'version', ...Object.keys(KIND_FIELDS)].sort());
  });
});

describe('the lines of a kind', () => {
  it('are read back as they are written: what is covered together, and weights of its own', () => {
    for (const { coverage, weights } of Object.values(FIRST_KINDS)) {
      expect(coverage.map(coverageWords).map(coverageOf)).toEqual(coverage);
      expect(Object.fromEntries(weightWords(weights).map(weightOf))).toEqual(weights);
    }
    expect(coverageOf('finance 4 x 2')).toEqual({ skill: 'finance', level: 4, peers: 2 });
    expect(coverageOf('finance')).toBe('finance');
    expect(weightOf('repeat: 30, 20')).toEqual(['repeat', [30, 20]]);
    expect(weightOf('sameRegion much')).toEqual(['sameRegion', 'much']);
  });
});

describe('a kind on its page', () => {
  it('is saved as it was found without a change, but for its version', async () => {
    const before = await service.done<{ id: string }[]>('programme', 'get', '/api/kinds');
    const form = await formOf('finance');
    const sent = await office.post('/kinds/finance', { ...form, reason: 'nothing', step: 'save' });
    expect(sent.status).toBe(303);
    const after = await service.done<{ id: string; version: number }[]>('programme', 'get', '/api/kinds');
    const plain = (kinds: object[]): object[] => kinds.map((kind) => ({ ...kind, version: 0 }));
    expect(plain(after)).toEqual(plain(before));
    expect((await office.get('/kinds/finance')).text).toContain('nothing');
  });

  it('shows what a change would do to the teams that are proposed, and changes nothing by that', async () => {
    const given = new Given(service);
    await given.financePool(3);
    const challenge = await given.scoped('E08000028');
    const { proposals } = await given.proposals(challenge.id);
    const [best] = await service.source.query<{ score: number }[]>(
      'SELECT score FROM proposals WHERE id = $1',
      [proposals[0]?.id],
    );
    const before = await snapshot(service.source);
    const form = await formOf('finance');
    const shown = await office.post('/kinds/finance', { ...form, reason: 'to see', step: 'preview' });
    expect(shown.status).toBe(200);
    expect(saidOn(shown.text)).toContain(`${String(best?.score)} → ${String(best?.score)}`);
    expect(saidOn(shown.text)).toMatch(
      /1 challenge that is not confirmed yet goes by it: Sandwell Metropolitan Borough Council/,
    );
    expect(await snapshot(service.source)).toEqual(before);
  });

  it('says at its field what is not allowed, and keeps what was typed', async () => {
    const form = await formOf('finance');
    const refused = await office.post('/kinds/finance', {
      ...form,
      objectionWorkingDays: '61',
      reason: 'longer',
      step: 'save',
    });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('value="61"');
    expect(saidOn(refused.text)).toMatch(/found 61|from 1 to 60|1 to 60/);
    const [kind] = await service.source.query<{ days: number }[]>(
      `SELECT (content->>'objectionWorkingDays')::int AS days FROM kinds WHERE id = 'finance'`,
    );
    expect(kind?.days).toBe(FIRST_KINDS.finance?.objectionWorkingDays);
  });

  it('has a name of its own, whatever the capitals', async () => {
    const form = await formOf('finance');
    const refused = await office.post('/kinds/finance', {
      ...form,
      ...{ name: 'HOUSING peer challenge', reason: 'a try', step: 'save' },
    });
    expect([refused.status, saidOn(refused.text)]).toEqual([
      400,
      expect.stringContaining('a name that no other kind has: housing has this one'),
    ]);
    const copy = { from: 'finance', id: 'finance-two', name: 'Finance peer review', reason: 'a try' };
    expect((await office.post('/kinds', copy)).status).toBe(400);
    expect((await office.post('/kinds', { ...copy, name: 'Finance peer review, small' })).status).toBe(303);
  });

  it('is not saved over somebody else’s change', async () => {
    const form = await formOf('finance');
    await office.post('/kinds/finance', { ...form, invitationDays: '12', reason: 'first', step: 'save' });
    const second = await office.post('/kinds/finance', { ...form, reason: 'second', step: 'save' });
    expect(second.status).toBe(412);
  });
});

describe('the seats of a kind', () => {
  const kind = async () =>
    (
      await service.done<
        { id: string; version: number; seats: { id: string }[]; coverage: object[]; weights: object }[]
      >('programme', 'get', '/api/kinds')
    ).find(({ id }) => id === 'finance') as {
      version: number;
      seats: { id: string }[];
      coverage: object[];
      weights: object;
    };
  const seat = {
    ...{ seat: 'auditor', positions: 's151', party: 'any', skills: 'finance 3', when: 'all', step: 'save' },
  };

  it('are added, changed and removed one by one, with why, and challenges that there are keep theirs', async () => {
    const before = await kind();
    const post = async (name: string, facts: object) =>
      office.post(`/kinds/finance/seats/${name}`, {
        version: String((await kind()).version),
        ...seat,
        ...facts,
      });
    expect((await post('new', {})).status).toBe(400);
    expect((await post('new', { reason: 'one more', positions: 'juggler' })).status).toBe(400);
    expect((await post('new', { reason: 'one more' })).status).toBe(303);
    expect((await kind()).seats.at(-1)).toEqual({
      ...{ id: 'auditor', positions: ['s151'], party: 'any', skills: { finance: 3 } },
    });
    const twice = await post('new', { reason: 'again' });
    expect(twice.text).toContain('There is a seat named auditor already');
    expect((await post('auditor', { reason: 'from afar', when: 'off' })).status).toBe(303);
    expect((await kind()).seats.at(-1)).toMatchObject({ id: 'auditor', offSite: true });
    expect((await post('auditor', { reason: 'not needed', step: 'remove' })).status).toBe(303);
    expect((await kind()).seats).toEqual(before.seats);
    const old = { version: String(before.version), ...seat, reason: 'late' };
    expect((await office.post('/kinds/finance/seats/new', old)).status).toBe(412);
    expect((await office.get('/kinds/finance')).text).toContain('not needed');
  });

  it('cover skills together, and weigh by numbers of their own, as the page has them', async () => {
    const form = { ...(await formOf('finance')), reason: 'cover more', step: 'save' };
    const save = (facts: object) => office.post('/kinds/finance', { ...form, ...facts });
    const wrong = await save({ coverage: 'finance' });
    expect([wrong.status, wrong.text.includes('found')]).toEqual([400, true]);
    expect((await save({ coverage: 'juggling 3 1' })).status).toBe(400);
    expect((await save({ weights: 'beauty 40' })).status).toBe(400);
    expect(
      (await save({ coverage: 'finance, level 2, 1 peer\nhousing 3 1', weights: 'sameRegion 41' })).status,
    ).toBe(303);
    expect(await kind()).toMatchObject({
      coverage: [
        { skill: 'finance', level: 2, peers: 1 },
        { skill: 'housing', level: 3, peers: 1 },
      ],
      weights: { sameRegion: 41 },
    });
  });
});

describe('the look at what a change of a kind would do', () => {
  it('says each field that changes, and keeps what was emptied empty', async () => {
    const form = { ...(await formOf('corporate')), reason: 'x', step: 'preview' };
    const shown = await office.post('/kinds/corporate', {
      ...form,
      'clock[impactMonths]': '',
      measures: '',
      daysMax: '5',
    });
    expect(shown.status).toBe(200);
    const said = shown.text.replace(/\s+/g, ' ');
    expect(said).toMatch(/Question what it changed, months after \(empty: none\): \d+ → none/);
    expect(said).toMatch(/Measures that it counts towards: [a-z, -]+ → none/);
    expect(/name="clock\[impactMonths\]"[^>]*value="([^"]*)"/.exec(shown.text)?.[1] ?? '').toBe('');
    expect(/name="measures"[^>]*value="([^"]*)"/.exec(shown.text)?.[1] ?? '').toBe('');
  });

  it('refuses what could not be saved either', async () => {
    const form = { ...(await formOf('corporate')), reason: 'x', step: 'preview' };
    for (const wrong of [
      { measures: 'nonsense' },
      { 'clock[reportMonths]': '9999' },
      { days: '5', daysMax: '4' },
      { daysMin: '5', daysMax: '4' },
    ])
      expect((await office.post('/kinds/corporate', { ...form, ...wrong })).status).toBe(400);
  });
});
