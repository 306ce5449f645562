import { Measure } from '../../src/programme/measures/measure.entity.js';
import { MeasuresService } from '../../src/programme/measures/measures.service.js';
import { USUAL_MEASURES } from '../../src/programme/measures/usual-measures.js';
import { actWhileHeld } from '../support/held.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { bring, type Brought } from '../support/importing.js';
import { Service } from '../support/service.js';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start();
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

const ofYear = (year: number): Promise<Measure[]> => service.app.get(MeasuresService).ofYear(year);
const start = (year: number): ReturnType<PageSession['post']> =>
  office.post(`/programme/${String(year)}/start`, { start: 'yes' });

const FORM = {
  name: 'Training days',
  target: '20',
  direction: 'at_least',
  source: 'by_hand',
  counting: 'sum',
  colourRule: 'delivery',
};

/** A measure by hand of a year, with the address of its page. */
async function added(year: number, facts: object = {}): Promise<string> {
  const sent = await office.post(`/programme/${String(year)}/measures/new`, {
    ...FORM,
    key: 'training',
    ...facts,
  });
  if (sent.status !== 303) throw new Error(saidOn(sent.text));
  return String(sent.headers.location);
}

async function change(page: string, by: object): ReturnType<PageSession['post']> {
  const version = versionOn((await office.get(page)).text);
  return office.post(page, { ...FORM, version, ...by });
}

describe('a programme year', () => {
  it('starts with the usual measures, in their order, and is started once however many press', async () => {
    const pressed = await Promise.all([start(2031), start(2031), start(2031)]);
    expect(pressed.map(({ status }) => status)).toEqual([303, 303, 303]);
    const measures = await ofYear(2031);
    expect(measures.map(({ key }) => key)).toEqual(USUAL_MEASURES.map(({ key }) => key));
    expect(measures.map(({ place }) => place)).toEqual(measures.map((_, n) => n + 1));
  });

  it('is not started while somebody else starts it: the second waits, and adds nothing', async () => {
    const sent = await actWhileHeld(
      service,
      async (tx) => {
        await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', ['measures-2032']);
        const [usual] = USUAL_MEASURES;
        await tx.insert(Measure, { ...usual, key: 'mine', year: 2032, place: 1, version: 1 });
      },
      () => start(2032),
    );
    expect([sent.status, (await ofYear(2032)).map(({ key }) => key)]).toEqual([303, ['mine']]);
  });

  it('starts as the year before was, without what was entered for that one', async () => {
    await start(2033);
    const [first] = await ofYear(2033);
    const page = `/measures/${first?.id ?? ''}`;
    const { name, source, counting, direction, colourRule } = first ?? new Measure();
    const facts = { name, source, counting, direction, colourRule, target: '7' };
    const sent = await change(page, { ...facts, colour: 'red', colourReason: 'strikes', comment: 'late' });
    expect(sent.status).toBe(303);
    for (const year of [2034, 2034]) expect((await start(year)).status).toBe(303);
    const [next] = await ofYear(2034);
    expect(next).toMatchObject({ key: first?.key, target: 7, colour: null, colourReason: null, comment: '' });
    expect((await ofYear(2034)).length).toBe((await ofYear(2033)).length);
  });
});

describe('a measure', () => {
  it('has a key that is its own in its year', async () => {
    await added(2040);
    const twice = await office.post('/programme/2040/measures/new', { ...FORM, key: 'training' });
    expect([twice.status, saidOn(twice.text).includes('2040/41 has already')]).toEqual([400, true]);
    expect(await added(2041)).toMatch(/^\/measures\//);
    expect((await office.post('/programme/2040/measures/new', { ...FORM, key: 'Training' })).status).toBe(
      400,
    );
  });

  it('is one of 60 at most', async () => {
    const rows = Array.from({ length: 59 }, (_, n) => ({
      ...USUAL_MEASURES[0],
      key: `m-${String(n)}`,
      year: 2050,
      place: n + 1,
      version: 1,
    }));
    await service.source.manager.insert(Measure, rows);
    await added(2050);
    const more = await office.post('/programme/2050/measures/new', { ...FORM, key: 'sixty-one' });
    expect([more.status, saidOn(more.text).includes('A year has 60 measures at most.')]).toEqual([409, true]);
  });

  it('is changed from the page that shows it as it is, and from no older one', async () => {
    const page = await added(2042);
    const version = versionOn((await office.get(page)).text);
    expect((await office.post(page, { ...FORM, version, target: '30' })).status).toBe(303);
    expect((await office.post(page, { ...FORM, version, target: '40' })).status).toBe(412);
    expect(await ofYear(2042)).toMatchObject([{ target: 30 }]);
  });

  it('may have no target', async () => {
    const page = await added(2043);
    expect((await change(page, { target: '' })).status).toBe(303);
    expect(await ofYear(2043)).toMatchObject([{ target: null }]);
  });

  let refusing = 2060;
  it.each([
    ['a colour without a reason', { colour: 'red' }, 'a colour by hand and its reason go together'],
    ['a reason without a colour', { colourReason: 'x' }, 'a colour by hand and its reason go together'],
    [
      'what the service counts, entered',
      { source: 'challenges', confirmed: '4' },
      'is counted by the service',
    ],
    ['different councils of days', { source: 'days', counting: 'distinct' }, 'days are added up'],
    ['a target that is no number', { target: 'many' }, 'Enter a number like 20 or 10.5'],
    ['no name', { name: '' }, 'Enter a name'],
  ])('is not saved with %s', async (_, facts, said) => {
    const year = ++refusing;
    const page = await added(year);
    const [before] = await ofYear(year);
    const refused = await change(page, facts);
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text).toLowerCase()).toContain(said.toLowerCase());
    expect(await ofYear(year)).toEqual([before]);
  });
});

describe('figures from a file', () => {
  const send = (year: number, content: string, step: 'check' | 'import' = 'import'): Promise<Brought> =>
    bring(office, { what: 'figures', about: String(year), content }, step);
  const held = async (year: number): Promise<string> =>
    (await office.get(`/programme/${String(year)}/figures.csv`)).text;

  it('are checked without being entered, and entered with what they are of', async () => {
    await added(2044);
    const csv =
      'measure,quarter,value,comment\ntraining,Q1,4,list\ntraining,2,n/a,none held\ntraining,q3,,open\n';
    const before = await held(2044);
    expect(saidOn((await send(2044, csv, 'check')).text)).toContain('It would add 3 rows');
    expect(await held(2044)).toBe(before);
    expect(saidOn((await send(2044, csv)).text)).toContain('3 rows added');
    expect(await held(2044)).toBe(
      '\uFEFFmeasure,quarter,value,councils,comment\ntraining,Q1,4,,list\ntraining,Q2,n/a,,none held\ntraining,Q3,,,open\n',
    );
    expect((await send(2044, await held(2044))).text).toContain('It would change nothing');
  });

  it('are refused with the row and the column of each fault', async () => {
    await added(2049);
    const { isRefused, text } = await send(
      2049,
      'measure,quarter,value,comment\ntraining,Q5,1,x\nnothing,Q1,some,x\n',
    );
    expect(isRefused).toBe(true);
    for (const fault of ['Row 2, quarter', 'Row 3, measure', 'Row 3, value']) expect(text).toContain(fault);
  });

  it('name every fault, also those that only the measure knows, and enter nothing then', async () => {
    await added(2045);
    await added(2045, { key: 'counted', source: 'challenges' });
    const refused = await send(
      2045,
      'measure,quarter,value,councils,comment\ntraining,Q1,4,,list\ncounted,Q1,3,,x\ntraining,Q2,1,E07000041,x\ntraining,Q3,1,,\n',
    );
    expect(refused.isRefused).toBe(true);
    const said = saidOn(refused.text);
    expect(said).toContain('Row 3, value');
    expect(said).toContain('is counted by the service; allowed: n/a, or nothing');
    expect(said).toContain('Row 4, councils');
    expect(said).toContain('only a measure of different councils names them');
    expect(said).toContain('Row 5, comment');
    expect(await held(2045)).not.toContain('training');
  });
});

describe('a figure by the API', () => {
  it('is entered with its comment, the last one of a quarter holds, and each stays in the history', async () => {
    const page = await added(2046);
    const id = page.split('/').at(-1) ?? '';
    for (const value of [4, 5])
      await service.done('programme', 'post', `/api/measures/${id}/figures`, {
        quarter: 1,
        value,
        comment: `count ${String(value)}`,
      });
    expect(await service.app.get(MeasuresService).figures([id])).toMatchObject([{ quarter: 1, value: 5 }]);
    expect((await service.app.get(MeasuresService).history(id)).map(({ value }) => value)).toEqual([5, 4]);
    const refused = await service.send('board', 'post', `/api/measures/${id}/figures`, {
      quarter: 1,
      value: 9,
      comment: 'not mine to say',
    });
    expect(refused.status).toBe(403);
  });

  it('is a number or n/a, never both', async () => {
    const page = await added(2048);
    const id = page.split('/').at(-1) ?? '';
    const refused = await service.send('programme', 'post', `/api/measures/${id}/figures`, {
      quarter: 1,
      value: 2,
      notApplicable: true,
      comment: 'both',
    });
    expect([refused.status, (refused.body as { errors: object[] }).errors]).toEqual([
      400,
      [{ pointer: '/value', detail: 'found 2 and n/a; allowed: one of them' }],
    ]);
  });

  it('counts a council that is named twice once', async () => {
    const page = await added(2047, { counting: 'distinct' });
    const councils = 'E07000041 E07000106 E07000041';
    await office.post(`${page}/figures`, { quarter: '1', councils, source: 'list' });
    const id = page.split('/').at(-1) ?? '';
    expect(await service.app.get(MeasuresService).figures([id])).toMatchObject([{ value: 2 }]);
  });
});

describe('an action that a meeting asked for', () => {
  it('is ended once, with what came of it, by who saw it as it is', async () => {
    await start(2036);
    const report = String(
      (await office.post('/programme/2036/reports', { title: 'Board', meetingOn: '2036-06-12' })).headers
        .location,
    );
    const untouched = saidOn((await office.post('/programme/2036/reports', {})).text);
    expect(untouched).toContain('Enter for which meeting');
    await office.post(`${report}/actions`, { text: 'Find leaders', owner: 'The office', due: '2036-09-01' });
    const page = (await office.get(report)).text;
    const [, action = ''] = /action="(\/report-actions\/[^"]+)"/.exec(page) ?? [];
    expect(saidOn((await office.post(action, { version: 1 })).text)).toContain('Enter what came of it');
    expect((await office.post(action, { version: 9, outcome: 'done' })).status).toBe(412);
    expect((await office.post(action, { version: 1, outcome: 'six were found' })).status).toBe(303);
    expect(saidOn((await office.get(report)).text)).toContain('six were found');
    const again = await office.post(action, { version: 2, outcome: 'seven' });
    expect([again.status, saidOn(again.text).includes('six were found')]).toEqual([409, true]);
  });
});

describe('what a figure counts', () => {
  it('leads to an event only those who may open events', async () => {
    const year = 2041;
    const [event] = await service.source.query<[{ id: string }]>(
      `INSERT INTO events (type, title, held_on, actor) VALUES ('briefing', 'New peers', '2041-05-06', 'x') RETURNING id`,
    );
    const page = await added(year, { key: 'events', source: 'events' });
    const counted = `/programme/${String(year)}/counted?measure=${page.split('/').at(-1) ?? ''}&stage=confirmed`;
    const board = await signedIn(service, 'board');
    expect((await office.get(counted)).text).toContain(`href="/events/${event.id}"`);
    const { text } = await board.get(counted);
    expect(text).toContain('New peers');
    expect(text).not.toContain('/events/');
  });
});
