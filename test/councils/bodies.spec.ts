import { preElectionPeriods, wardPeriods, type ElectionCycle } from '../../src/calendar/elections.js';
import { Council } from '../../src/councils/council.entity.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

const SANDWELL = 'E08000028';

let service: Service;
let given: Given;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  given = new Given(service);
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

const PLACE = { region: 'South West', country: 'England' };
const partnership = (facts: object): object => ({
  name: 'Moor Partnership',
  body: 'partnership',
  ...PLACE,
  ...facts,
});

/** Sends the page of a body with all that it holds, and something else. */
async function change(code: string, by: object): ReturnType<PageSession['post']> {
  const { id } = await given.council(code);
  const council = await service.source.manager.findOneByOrFail(Council, { id });
  const version = versionOn((await office.get(`/bodies/${id}`)).text);
  return office.post(`/bodies/${id}`, {
    name: council.name,
    body: council.body,
    region: council.region ?? '',
    country: council.country,
    inCycle: council.inCycle ? 'yes' : '',
    electionPattern: council.electionPattern ?? '',
    electionBaseYear: council.electionBaseYear ?? '',
    electionNextYear: council.electionNextYear ?? '',
    version,
    ...by,
  });
}

const book = async (start: string): ReturnType<Service['send']> =>
  service.send('adviser', 'post', '/api/challenges', {
    councilId: (await given.council(SANDWELL)).id,
    kind: 'corporate',
    windows: [{ start, days: 4 }],
  });

describe('a host body', () => {
  it('that is no council is added on a page, with the bodies that it is made of', async () => {
    const form = partnership({ code: 'part-0001', members: 'E07000041; E07000040' });
    const sent = await office.post('/bodies/new', form);
    expect(sent.status).toBe(303);
    const page = saidOn((await office.get(sent.headers.location ?? '')).text);
    expect(page).toContain('Moor Partnership');
    expect(page).toMatch(/Made of\s+East Devon District Council, Exeter City Council/);
  });

  it.each([
    ['a code that another has', { code: SANDWELL }, 'which another host body has'],
    ['a code of other letters', { code: 'a b' }, 'Enter the code: 3 to 20 letters'],
    [
      'members that nobody knows',
      { code: 'PART-2', members: 'E07999999' },
      'Found E07999999; allowed: codes of the register',
    ],
    [
      'members for a time',
      { code: 'PART-2', members: 'E07000041 since 1 May 2024' },
      'Found days; say these once',
    ],
    ['a council', { code: 'PART-2', body: 'council' }, 'councils come by the import of the register'],
    ['the name of another', { code: 'PART-2', name: 'exeter city council' }, 'has this name already'],
    [
      'a region of another country',
      { code: 'PART-2', region: 'Wales' },
      'allowed: the country of the region',
    ],
    ['a region of no list', { code: 'PART-2', region: 'Wessex' }, 'Choose one of the regions'],
  ])('is refused with %s, and what was typed is kept', async (_, by, said) => {
    const refused = await office.post(
      '/bodies/new',
      partnership({ name: 'Another Moor Partnership', ...by }),
    );
    expect([refused.status, saidOn(refused.text)]).toEqual([400, expect.stringContaining(said)]);
    expect(refused.text).toMatch(/Moor Partnership|exeter city council/);
  });

  it('is changed by the office from the page that shows it as it is, and by nobody else', async () => {
    expect((await change(SANDWELL, { name: 'Sandwell Council' })).status).toBe(303);
    const { id } = await given.council(SANDWELL);
    expect(saidOn((await office.get(`/councils/${id}`)).text)).toContain('Sandwell Council');
    expect((await change(SANDWELL, { name: 'Another', version: 1 })).status).toBe(412);
    const [entry] = await service.source.query<{ details: { fields: string[] } }[]>(
      `SELECT details FROM audit_entries WHERE action = 'council.changed' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry?.details.fields).toEqual(['name']);
    const adviser = await signedIn(service, 'adviser');
    expect((await adviser.get(`/bodies/${id}`)).status).toBe(403);
    expect((await adviser.post('/bodies/new', partnership({ code: 'PART-3' }))).status).toBe(403);
    expect((await adviser.post(`/bodies/${id}`, partnership({}))).status).toBe(403);
  });

  it.each([
    ['that is a council stays one', { body: 'partnership' }, 'a council stays a council'],
    ['that is a council has a region', { region: '' }, 'hoose the region of a council'],
    ['elects in a year of four digits', { electionNextYear: '27' }, 'Enter a year of four digits'],
    ['elects in a year', { electionPattern: 'thirds', electionNextYear: '' }, 'nter the year of its next'],
    [
      'elects all its seats in a year of four',
      { electionPattern: 'all_out', electionNextYear: '2027', electionBaseYear: '' },
      'nter a year in which all its seats',
    ],
    [
      'has polls that can be read',
      { otherPolls: 'Mayor in November' },
      'Found &quot;Mayor in November&quot;; allowed:',
    ],
    [
      'has polls of days there are',
      { otherPolls: 'Mayor: 31 November 2026' },
      'Found &quot;Mayor: 31 November 2026&quot;',
    ],
    ['has polls of it or of one ward', { otherPolls: 'Mayor: 26 November 2026 (two)' }, '(one ward)'],
  ])('%s', async (_, by, said) => {
    const refused = await change(SANDWELL, by);
    expect([refused.status, saidOn(refused.text)]).toEqual([400, expect.stringContaining(said)]);
  });
});

describe('two who change a body at once', () => {
  it('do not write over each other: one of them reads it again', async () => {
    const sent = await Promise.all(['One', 'Two', 'Three'].map((name) => change('E07000041', { name })));
    expect(sent.map(({ status }) => status).sort()).toEqual([303, 412, 412]);
  });
});

describe('a poll besides the ordinary ones', () => {
  // 25 working days before Thursday 17 June 2027, over the bank holiday of 31 May: from Wednesday 12 May.
  const POLL = '17 June 2027';
  const cycle = (isWard: boolean): ElectionCycle => ({
    pattern: null,
    baseYear: null,
    nextYear: null,
    polls: [{ name: 'Mayor', poll: '2027-06-17', isWard }],
  });
  const day = (date: string): { from: string; to: string } => ({ from: date, to: date });

  it.each([
    ['2027-05-11', 0],
    ['2027-05-12', 1],
    ['2027-06-17', 1],
    ['2027-06-18', 0],
  ])('has its period, of 25 working days before it: %s', (date, periods) => {
    expect(preElectionPeriods(cycle(false), day(date), [])).toHaveLength(periods);
    expect(wardPeriods(cycle(true), day(date))).toHaveLength(periods);
    expect(preElectionPeriods(cycle(true), day(date), [])).toEqual([]);
    expect(wardPeriods(cycle(false), day(date))).toEqual([]);
  });

  it('of the whole council closes days to visits; one of a ward is said, and lets them be', async () => {
    expect((await book('2027-06-08')).status).toBe(201);
    expect((await change(SANDWELL, { otherPolls: `Mayor: ${POLL}` })).status).toBe(303);
    const refused = await book('2027-06-08');
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('the pre-election period runs from 2027-05-12 to 2027-06-17'),
    ]);
    expect((await change(SANDWELL, { otherPolls: `Smethwick: ${POLL} (one ward)` })).status).toBe(303);
    const booked = await book('2027-06-08');
    expect(booked.status).toBe(201);
    expect(booked.text).toContain(
      'the pre-election period of a by-election in one ward, Smethwick, runs from 2027-05-12 to 2027-06-17',
    );
  });

  it('on the day of another one is the same period, once', () => {
    const polls = ['Mayor', 'Whole council'].map((name) => ({ name, poll: '2027-06-17', isWard: false }));
    const both: ElectionCycle = { pattern: null, baseYear: null, nextYear: null, polls };
    expect(preElectionPeriods(both, day('2027-06-01'), [])).toHaveLength(1);
    // On the day of the ordinary elections too.
    const ordinary: ElectionCycle = {
      ...{ pattern: 'all_out', baseYear: 2027, nextYear: 2027 },
      polls: [{ name: 'Mayor', poll: '2027-05-06', isWard: false }],
    };
    expect(preElectionPeriods(ordinary, day('2027-04-20'), [])).toHaveLength(1);
  });

  it('goes out with the register and comes in again as it was', async () => {
    await change(SANDWELL, { otherPolls: `Mayor: ${POLL}\nSmethwick: 17 June 2027 (one ward)` });
    const out = (await service.send('programme', 'get', '/api/councils/export')).text;
    expect(out).toContain('Mayor: 2027-06-17; Smethwick: 2027-06-17 (one ward)');
    await change(SANDWELL, { otherPolls: '' });
    const back = await service.send('programme', 'post', '/api/councils/import', out);
    expect(back.body).toMatchObject({ added: 0, changed: 1 });
    const { id } = await given.council(SANDWELL);
    expect(saidOn((await office.get(`/councils/${id}`)).text)).toMatch(
      /By-elections and other polls\s+Mayor: 17 June 2027; Smethwick: 17 June 2027 \(one ward\)/,
    );
  });
});
