import { takeUpBy, type TakeUpCouncil } from '../../src/programme/take-up/take-up.js';
import { supportTotals } from '../../src/councils/support-totals.js';
import { bring } from '../support/importing.js';
import { Given } from '../support/given.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

describe('what councils took up, by group', () => {
  const council = (name: string, control: string | null, ...took: TakeUpCouncil['took'][0]['part'][]) => ({
    ...{ id: name, code: name, name, region: 'London', type: 'unitary', control },
    took: took.map((part) => ({ part, what: 'x', day: '2026-05-05', told: null })),
  });

  it('counts a council once, however much it took up', () => {
    const all = [
      council('a', 'Labour', 'challenge', 'challenge', 'support'),
      council('b', 'Labour'),
      council('c', null, 'adviser'),
    ];
    expect(takeUpBy(all, 'control')).toEqual([
      { name: 'Labour', councils: 2, any: 1, by: { challenge: 1, support: 1, adviser: 0 } },
      { name: 'not known', councils: 1, any: 1, by: { challenge: 0, support: 0, adviser: 1 } },
    ]);
    expect(takeUpBy(all, 'region')).toEqual([
      { name: 'London', councils: 3, any: 2, by: { challenge: 1, support: 1, adviser: 1 } },
    ]);
  });

  it('counts support by quarter, and councils once in the year', () => {
    const given = (type: string, firstDay: string, councilId: string) => ({ type, firstDay, councilId });
    expect(
      supportTotals(
        [
          given('direct', '2026-04-01', 'a'),
          given('direct', '2026-06-30', 'a'),
          given('direct', '2027-03-31', 'b'),
          given('direct', '2026-03-31', 'c'),
          given('mentoring', '2026-10-01', 'a'),
        ],
        2026,
      ),
    ).toEqual([
      { type: 'direct', quarters: [2, 0, 0, 1], times: 3, councils: 2 },
      { type: 'mentoring', quarters: [0, 0, 1, 0], times: 1, councils: 1 },
    ]);
  });
});

describe('the page of what councils took up', () => {
  let service: Service;
  let solihull: string;

  beforeAll(async () => {
    service = await Service.start({ worker: false });
    service.clock.set(new Date('2026-11-28T12:00:00Z'));
    const given = new Given(service);
    solihull = (await given.council('E08000029')).id;
    const barnet = (await given.council('E09000003')).id;
    const challenge = (council: string, partner: string | null, state: string, lastDay: string) =>
      service.source.query(
        `INSERT INTO challenges (council_id, partner_ids, kind, state, windows, seats, coverage, first_day, last_day, version)
         VALUES ($1, array_remove(ARRAY[$2::uuid], NULL), 'finance', $3, '[]', '[]', '[]', $4::date - 2, $4, 1)`,
        [council, partner, state, lastDay],
      );
    await challenge(solihull, barnet, 'closed', '2026-04-01');
    await challenge(barnet, null, 'closed', '2026-03-31');
    await challenge(barnet, null, 'confirmed', '2026-12-10');
    await service.done('programme', 'post', '/api/supports', {
      ...{ councilId: solihull, type: 'mentoring', firstDay: '2026-06-01', cause: 'x' },
    });
    const croydon = (await given.council('E09000008')).id;
    for (const firstDay of ['2026-11-28', '2026-11-29'])
      await service.done('programme', 'post', '/api/supports', {
        ...{ councilId: croydon, type: 'direct', firstDay, cause: 'x' },
      });
  }, 60_000);
  afterAll(() => service.stop());

  it('counts what was delivered and begun until today, at each of the bodies that had it', async () => {
    const { text } = await (await signedIn(service, 'board')).get('/programme/2026/take-up');
    const said = saidOn(text);
    expect(said).toContain('up to Saturday 28 November 2026');
    expect(said).toMatch(/All councils 317 [^%]*3 [^%]*1% 2 [^%]*2 /);
    expect(said).toMatch(/London 33 [^%]*2 [^%]*6% 1 [^%]*1 /);
  });

  it('opens the councils behind each figure, and saves them', async () => {
    const office = await signedIn(service, 'programme');
    const none = (await office.get('/programme/2026/take-up?region=London&took=none')).text;
    expect(saidOn(none)).toContain('Some of the councils: 31');
    const some = saidOn((await office.get('/programme/2026/take-up?took=challenge')).text);
    expect(some).toMatch(/Barnet.*Finance peer review, 1 Apr 2026.*Solihull.*Mentoring, 1 Jun 2026/);
    const csv = (await office.get('/programme/2026/take-up.csv?took=any')).text.split('\n').filter(Boolean);
    expect(csv).toHaveLength(4);
    expect(csv.find((line) => line.includes('Croydon'))).toContain('yes,,Direct support (2026-11-28),');
  });

  it('is as at a day too, and says what was written down after it', async () => {
    const office = await signedIn(service, 'programme');
    const at = '2026-06-30';
    const page = (await office.get(`/programme/2026/take-up?asAt=${at}`)).text;
    const said = saidOn(page);
    expect(said).toContain('up to Tuesday 30 June 2026');
    expect(said).toMatch(/All councils 317 [^%]*2 [^%]*1% 2 [^%]*1 /);
    expect(said).toContain('Of what is told here 3 entries were recorded after that day, and say so');
    const support = saidOn((await office.get(`/programme/2026/take-up?asAt=${at}&took=support`)).text);
    expect(support).toMatch(/Mentoring, 1 Jun 2026, recorded on \d/);
    expect(page).toContain(`take-up?asAt=${at}&amp;region=London&amp;took=any#councils`);
    const csv = (await office.get(`/programme/2026/take-up.csv?took=any&asAt=${at}`)).text;
    expect(csv).not.toContain('Croydon');
    expect(csv).toMatch(/Mentoring \(2026-06-01, recorded 20\d\d-\d\d-\d\d\)/);
    expect((await office.get('/programme/2026/take-up?asAt=2027-01-01')).status).toBe(400);
  });

  it('is counted by a measure too: different councils', async () => {
    const office = await signedIn(service, 'programme');
    await service.source.query(
      `INSERT INTO measures (year, key, name, place, source, counting, direction, colour_rule, target, version) VALUES (2026, 'taken', 'Councils that took up anything', 1, 'take_up', 'distinct', 'at_least', 'delivery', 10, 1)`,
    );
    await service.source.query(
      `INSERT INTO events (type, title, held_on, scores, actor) VALUES ('training', 'A', '2026-05-05', '{0,0,1,3}', 'x'), ('briefing', 'B', '2026-06-05', '{0,2,0,0}', 'x'), ('briefing', 'C', '2026-07-05', '{0,0,0,0}', 'x')`,
    );
    await service.source.query(
      `INSERT INTO measures (year, key, name, place, source, counting, direction, colour_rule, unit, decimals, target, version) VALUES (2026, 'thought', 'What events were worth', 2, 'evaluations', 'average', 'at_least', 'delivery', 'number', 1, 3, 1)`,
    );
    // What another body took up is not of a council.
    const [fire] = await service.source.query<{ id: string }[]>(
      `INSERT INTO councils (code, name, body, country, version) VALUES ('X90000001', 'Somewhere Fire Authority', 'fire_authority', 'England', 1) RETURNING id`,
    );
    await service.source.query(
      `INSERT INTO challenges (council_id, kind, state, windows, seats, coverage, first_day, last_day, version) VALUES ($1, 'finance', 'closed', '[]', '[]', '[]', '2026-05-05', '2026-05-06', 1)`,
      [fire?.id],
    );
    expect((await office.get('/judgements?framework=best-value')).text).not.toContain(
      'Somewhere Fire Authority',
    );
    const said = saidOn((await office.get('/programme/2026')).text);
    expect(said).toMatch(/Councils that took up anything[^A-Z]* 3 of 10/);
    const [line] = (await office.get('/programme/2026/report.csv')).text
      .split('\n')
      .filter((one) => one.includes('What events were worth'));
    // Six answers in all: 3, 4, 4, 4 and 2, 2.
    expect(line).toContain(',3.1667,');
    // As at a day before they were written down there is no figure.
    await service.source.query(`UPDATE events SET scored_at = '2026-10-05' WHERE title IN ('A', 'B')`);
    const asAt = async (day: string): Promise<number | null | undefined> =>
      (
        await service.done<{ measures: { key: string; total: number | null }[] }>(
          ...(['programme', 'get', `/api/programmes/2026/report?asAt=${day}`] as const),
        )
      ).measures.find(({ key }) => key === 'thought')?.total;
    expect([await asAt('2026-10-04'), await asAt('2026-10-06')]).toEqual([null, 3.1667]);
  });

  it('of an adviser of a region is of that region', async () => {
    const adviser = await signedIn(service, 'adviser', { region: 'West Midlands' });
    const said = saidOn((await adviser.get('/programme/2026/take-up')).text);
    expect(said).toContain('Solihull');
    expect(said).not.toContain('Barnet');
  });
});

describe('what those who came thought of an event', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start({ worker: false });
    service.clock.set(new Date('2026-11-28T12:00:00Z'));
  }, 60_000);
  afterAll(() => service.stop());

  it('is written down once it was held, and goes out and in by the file', async () => {
    const office = await signedIn(service, 'programme');
    const make = async (title: string, heldOn: string): Promise<string> =>
      (await office.post('/events', { type: 'briefing', title, heldOn })).headers.location ?? '';
    const [held, ahead] = [await make('Held', '2026-11-28'), await make('Ahead', '2026-11-29')];
    const answers = { poor: '0', fair: '1', good: '4', excellent: '5' };
    expect((await office.post(`${ahead}/evaluation`, answers)).status).toBe(400);
    expect((await office.post(`${held}/evaluation`, { ...answers, good: 'four' })).status).toBe(400);
    expect((await office.post(`${held}/evaluation`, answers)).status).toBe(303);
    expect(saidOn((await office.get(held)).text)).toContain('3.4 of 4 by 10 answers.');
    const csv = (await office.get('/events/export.csv')).text;
    expect(csv).toMatch(/Held,2026-11-28,,,,0,0,0,1,4,5/);
    expect(csv).toMatch(/Ahead,2026-11-29,,,,0,0,,,,/);
  });

  it('is by no more people than came, where that is written down, and told of after its day in a report as at then', async () => {
    const office = await signedIn(service, 'programme');
    const held = await service.source.query<{ id: string }[]>(`SELECT id FROM events WHERE title = 'Held'`);
    const id = held[0]?.id ?? '';
    await new Given(service).peer({ class: 'officer', positions: ['s151'], email: 'one@council.example' });
    await service.source.query(
      `INSERT INTO event_places (event_id, peer_id, attended) SELECT $1, id, true FROM peers WHERE email = 'one@council.example'`,
      [id],
    );
    const answers = { poor: '0', fair: '0', good: '1', excellent: '1' };
    const two = await office.post(`/events/${id}/evaluation`, answers);
    expect([two.status, saidOn(two.text)]).toEqual([
      400,
      expect.stringContaining('allowed: up to 1, who came'),
    ]);
    // A file from before says nothing of answers, and is taken though more had been written down.
    const file = 'type,title,held_on,place\nbriefing,Held,2026-11-28,Leeds\n';
    expect((await bring(office, { what: 'events', content: file })).isRefused).toBe(false);
    expect(saidOn((await office.get(`/events/${id}`)).text)).toContain('3.4 of 4 by 10 answers.');
  });
});
