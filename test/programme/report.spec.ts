import readWorkbook from 'read-excel-file/node';
import { londonDate } from '../../src/calendar/dates.js';
import { programmeQuarter, programmeYear } from '../../src/calendar/programme-year.js';
import { Account } from '../../src/people/account.entity.js';
import { deliveredByYear } from '../../src/programme/measures/counted-visits.js';
import type { MeasureLineView, ReportView } from '../../src/programme/report/report.dto.js';
import { PageSession } from '../support/page-session.js';
import { rowsOf } from '../support/csv.js';
import { Service } from '../support/service.js';

const today = londonDate(new Date());
const year = programmeYear(today);

let service: Service;
let office: PageSession;
let report: ReportView;

interface Row {
  id: string;
  code: string;
  kind: string;
  state: string;
  last_day: string | null;
  windows: { start: string; days: number }[];
}
/** Every challenge there is, to be counted again by other code. */
let rows: Row[];
let countsTowards: Map<string, string[]>;

beforeAll(async () => {
  service = await Service.start({ example: true, worker: false });
  const programme = await service.source.manager.findOneByOrFail(Account, {
    role: 'programme',
    example: true,
  });
  office = await new PageSession(service.app).be(programme.id);
  report = await service.done<ReportView>('programme', 'get', `/api/programmes/${String(year)}/report`);
  rows = await service.source.query(
    `SELECT c.id, h.code, c.kind, c.state, c.last_day::text, c.windows FROM challenges c JOIN councils h ON h.id = c.council_id`,
  );
  const kinds = await service.done<{ id: string; measures: string[] }[]>('programme', 'get', '/api/kinds');
  countsTowards = new Map(kinds.map(({ id, measures }) => [id, measures]));
}, 60_000);
afterAll(() => service.stop());

const AFTER = ['reporting', 'report_published', 'action_plan_published', 'review_due', 'reviewed', 'closed'];
const stageOf = (state: string): string | null =>
  AFTER.includes(state)
    ? 'delivered'
    : ['confirmed', 'on_site'].includes(state)
      ? 'confirmed'
      : ['postponed', 'cancelled', 'stood_down'].includes(state)
        ? null
        : 'in_discussion';

/** The last day of a challenge, or that of its first window. */
function dayOf({ last_day, windows }: Row): string {
  if (last_day) return last_day;
  const ends = windows.map(({ start, days }) =>
    new Date(Date.parse(start) + (days - 1) * 86_400_000).toISOString().slice(0, 10),
  );
  return ends.sort()[0] ?? '';
}

function recount(key: string, stage: string, quarter?: number): Row[] {
  return rows.filter((row) => {
    const day = dayOf(row);
    if (day === '' || programmeYear(day) !== year || stageOf(row.state) !== stage) return false;
    return (
      (countsTowards.get(row.kind) ?? []).includes(key) &&
      (quarter === undefined || programmeQuarter(day) === quarter)
    );
  });
}

const line = (key: string): MeasureLineView => {
  const found = report.measures.find((one) => one.key === key);
  if (!found) throw new Error(`no measure ${key}`);
  return found;
};

describe('the report of the example year', () => {
  it('counts challenges as other code counts the rows, by quarter and by stage', () => {
    for (const key of ['challenges', 'corporate']) {
      const { quarters, total, confirmed, inDiscussion } = line(key);
      expect([key, total]).toEqual([key, recount(key, 'delivered').length]);
      expect(total).toBeGreaterThan(5);
      expect([confirmed, inDiscussion]).toEqual([
        recount(key, 'confirmed').length,
        recount(key, 'in_discussion').length,
      ]);
      for (const { quarter, value, ...ahead } of quarters) {
        const begun = programmeQuarter(today) >= quarter;
        expect([quarter, value]).toEqual([quarter, begun ? recount(key, 'delivered', quarter).length : null]);
        expect([quarter, ahead.confirmed]).toEqual([quarter, recount(key, 'confirmed', quarter).length]);
        expect([quarter, ahead.inDiscussion]).toEqual([
          quarter,
          recount(key, 'in_discussion', quarter).length,
        ]);
      }
    }
  });

  it('counts each council once, however often it was visited', () => {
    const { total, confirmed, inDiscussion } = line('councils');
    const codes = (stage: string): Set<string> => new Set(recount('councils', stage).map(({ code }) => code));
    const delivered = codes('delivered');
    const sure = [...codes('confirmed')].filter((code) => !delivered.has(code));
    const talked = [...codes('in_discussion')].filter(
      (code) => !delivered.has(code) && !codes('confirmed').has(code),
    );
    expect([total, confirmed, inDiscussion]).toEqual([delivered.size, sure.length, talked.length]);
  });

  it('counts the days of peers as their bookings add up', async () => {
    const ids = new Set(
      rows
        .filter(
          (row) => row.last_day && programmeYear(row.last_day) === year && stageOf(row.state) === 'delivered',
        )
        .map(({ id }) => id),
    );
    const bookings = await service.source.query<
      { challenge_id: string; attended: string[] | null; days: number }[]
    >(`SELECT challenge_id, attended, last_day - first_day + 1 AS days FROM bookings WHERE state = 'booked'`);
    const days = bookings
      .filter(({ challenge_id: id }) => ids.has(id))
      .reduce((sum, { attended, days: all }) => sum + (attended?.length ?? all), 0);
    expect(line('peer-days').total).toBe(days);
    expect(days).toBeGreaterThan(100);
  });

  it('counts the years behind by quarter as other code counts the rows', async () => {
    const years = await deliveredByYear(service.source.manager, 'challenges', year);
    expect(years.size).toBeGreaterThan(2);
    for (const [past, quarters] of years) {
      const of = (row: Row): boolean =>
        stageOf(row.state) === 'delivered' && programmeYear(dayOf(row)) === past;
      const towards = rows.filter((row) => of(row) && countsTowards.get(row.kind)?.includes('challenges'));
      const counts = [1, 2, 3, 4].map(
        (quarter) => towards.filter((row) => programmeQuarter(dayOf(row)) === quarter).length,
      );
      expect([past, quarters]).toEqual([past, counts]);
    }
    for (const { quarters, delivered } of report.trend.filter((row) => row.quarters.length > 0))
      expect(quarters.reduce((sum, one) => sum + one, 0)).toBe(delivered);
    expect(report.season?.years).toBe(report.trend.length - 1);
  });

  it('opens every figure down to the rows that it counts', async () => {
    const page = await office.get(`/programme/${String(year)}`);
    expect(page.status).toBe(200);
    const links = [
      ...page.text.matchAll(
        /href="(\/programme\/\d+\/counted[^"]+|\/programme\/\d+\/running[^"]+|\/cycle\?[^"]+)">(\d+)/g,
      ),
    ];
    expect(links.length).toBeGreaterThan(60);
    for (const [, href = '', figure = ''] of links) {
      if (Number(figure) > 50 || /councils|peer-days|running/.test(href)) continue;
      const { text, status } = await office.get(href.replaceAll('&amp;', '&'));
      expect([href, status]).toEqual([href, 200]);
      const counts =
        text.includes('different councils') || text.includes('days of peers') || text.includes('The mean');
      if (!counts) expect([href, [...text.matchAll(/data-counted/g)].length]).toEqual([href, Number(figure)]);
    }
  }, 60_000);

  it('covers every council of England once by region, and once by type', async () => {
    const [{ count }] = await service.source.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM councils WHERE body = 'council' AND valid_to IS NULL`,
    );
    for (const part of [report.byRegion, report.byType])
      expect(
        part.reduce((sum, { covered, due, overdue, never }) => sum + covered + due + overdue + never, 0),
      ).toBe(count);
  });

  it('is the same as CSV, and as a workbook with no formula in it', async () => {
    const csv = await office.get(`/programme/${String(year)}/report.csv`);
    expect(csv.text.startsWith('\uFEFFmeasure,theme,name,part_of')).toBe(true);
    expect(csv.text).toContain(
      `challenges,Peer challenges,Peer challenges and follow-up visits delivered,,number,100,,,at_least,sum,`,
    );
    const { body } = await office.bytes(`/programme/${String(year)}/report.xlsx`);
    const [, measures] = await readWorkbook(body);
    const [header = [], ...rows] = measures?.data ?? [];
    const cells = rowsOf(csv.text);
    expect(header).toEqual(Object.keys(cells[0] ?? {}));
    expect(rows.map((row) => header.map((_, at) => String(row[at] ?? '')))).toEqual(
      cells.map((row) => Object.values(row)),
    );
  });
});

describe('measures', () => {
  it('take figures by hand with where they come from, and tell who entered them', async () => {
    const added = await office.post(`/programme/2015/measures/new`, {
      ...{
        key: 'challenges',
        name: 'Peer challenges delivered',
        target: '100',
        direction: 'at_least',
        source: 'by_hand',
      },
      ...{
        counting: 'sum',
        colourRule: 'delivery',
        confirmed: '40',
        inDiscussion: '28',
        comment: 'On course.',
      },
    });
    expect(added.status).toBe(303);
    const path = String(added.headers.location);
    for (const [quarter, value] of Object.entries({ 1: '18', 2: '12' }))
      expect(
        (await office.post(`${path}/figures`, { quarter, value, source: 'count of the office' })).status,
      ).toBe(303);
    await office.post(`${path}/figures`, { quarter: '2', value: '13', source: 'one was forgotten' });
    const { text } = await office.get('/programme/2015');
    expect(text).toContain(
      'Peer challenges delivered: 31 of 100 (31%), 99 with those confirmed and in discussion: amber, because',
    );
    const one = await office.get(path);
    expect(one.text).toMatch(/Q2: 12, count of the office/);
    expect(one.text).toMatch(/Q2: 13, one was forgotten/);
  });

  it('of different councils are entered by their codes', async () => {
    const form = {
      name: 'Councils helped',
      direction: 'at_least',
      source: 'by_hand',
      counting: 'distinct',
      colourRule: 'by_hand',
    };
    const added = await office.post(`/programme/2015/measures/new`, { ...form, key: 'helped' });
    const path = String(added.headers.location);
    const councils = 'E07000041 E07000106\nE08000028 E08000001 E06000001';
    for (const quarter of ['1', '2'])
      await office.post(`${path}/figures`, { quarter, councils, source: 'list of the region' });
    const wrong = await office.post(`${path}/figures`, { quarter: '3', councils: 'E0700', source: 'x' });
    expect([wrong.status, wrong.text]).toEqual([
      400,
      expect.stringContaining('Found E0700; allowed: codes of the register'),
    ]);
    const past = await service.done<ReportView>('programme', 'get', '/api/programmes/2015/report');
    const { quarters, total, colour } = past.measures.find(({ key }) => key === 'helped') as MeasureLineView;
    expect([quarters.map(({ value }) => value), total, colour]).toEqual([
      [5, 5, null, null],
      5,
      'not_started',
    ]);
  });

  it('that the service counts take n/a, but no figure', async () => {
    const path = `/measures/${line('corporate').id}`;
    const refused = await office.post(`${path}/figures`, { quarter: '1', value: '4', source: 'x' });
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('is counted by the service'),
    ]);
    expect(
      (await office.post(`${path}/figures`, { quarter: '1', value: 'n/a', source: 'elections' })).status,
    ).toBe(303);
    expect((await office.get(path)).text).toContain('n/a, elections');
    await office.post(`${path}/figures`, { quarter: '1', value: '', source: 'counted after all' });
  });
});

describe('a report for a meeting', () => {
  it('stays as it stood, while the live one tells what changed and what the meeting asked for', async () => {
    const kept = await office.post(`/programme/${String(year)}/reports`, {
      title: 'Board',
      meetingOn: today,
    });
    const path = String(kept.headers.location);
    const before = (await office.get(`${path}/report.csv`)).text;
    await office.post(`${path}/actions`, { text: 'Find more finance officers', owner: 'programme manager' });
    const hand = report.measures.find(({ source }) => source === 'by_hand') as MeasureLineView;
    await office.post(`/measures/${hand.id}/figures`, {
      quarter: '1',
      value: '4',
      source: 'two more were found',
    });
    const live = (await office.get(`/programme/${String(year)}`)).text;
    expect(live).toMatch(/What changed since “Board”/);
    expect(live).toContain('Guides and case studies published, Q1: 2 → 4');
    expect(live).toContain('Find more finance officers');
    expect((await office.get(`${path}/report.csv`)).text).toBe(before);
    const frozen = (await office.get(path)).text;
    const [, action = ''] = /\/report-actions\/([0-9a-f-]{36})/.exec(frozen) ?? [];
    expect(
      (await office.post(`/report-actions/${action}`, { version: '1', outcome: 'a campaign runs' })).status,
    ).toBe(303);
    expect((await office.get(`/programme/${String(year)}`)).text).toContain('a campaign runs');
  });
});
