import { MeasuresService } from '../../src/programme/measures/measures.service.js';
import type { ReportView } from '../../src/programme/report/report.dto.js';
import { ReferenceService } from '../../src/reference/reference.service.js';
import { Files, OFFICE } from '../support/files.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let files: Files;
let given: Given;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  files = new Files(service);
  given = new Given(service);
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

const sql = (text: string, values: unknown[]): Promise<{ id: string }[]> =>
  service.source.query<{ id: string }[]>(text, values);
const reportOf = (year: number, asAt = ''): Promise<ReportView> =>
  service.done<ReportView>(
    'programme',
    'get',
    `/api/programmes/${String(year)}/report${asAt && `?asAt=${asAt}`}`,
  );
const lineOf = async (year: number, key: string, asAt = ''): Promise<ReportView['measures'][number]> => {
  const found = (await reportOf(year, asAt)).measures.find((one) => one.key === key);
  if (!found) throw new Error(`no measure ${key}`);
  return found;
};
const HEAD = 'measure,name,source,which,counting,unit,direction,target,colour_rule';
const bring = async (year: number, ...rows: string[]): Promise<void> => {
  const looked = await files.checked('measures', [HEAD, ...rows].join('\n') + '\n', String(year));
  expect([looked.state, looked.told]).toEqual(['checked', looked.told]);
  await files.entered(looked);
};

/** A challenge with its life as it was written down: each state with the day on which it came. */
async function lived(code: string, lastDay: string, life: [state: string, on: string][]): Promise<void> {
  const { id: councilId } = await given.council(code);
  const [now = ['enquiry', '']] = life.slice(-1);
  const [row] = await sql(
    `INSERT INTO challenges (council_id, kind, state, windows, seats, coverage, first_day, last_day, version) VALUES ($1, 'finance', $2, '[]', '[]', '[]', $3::date - 2, $3, 1) RETURNING id`,
    [councilId, now[0], lastDay],
  );
  for (const [at, [state, on]] of life.entries())
    await sql(
      `INSERT INTO challenge_changes (challenge_id, "from", "to", actor, reason, at) VALUES ($1, $2, $3, 'test', 'as it was', $4::date + time '12:00')`,
      [row?.id, life[at - 1]?.[0] ?? null, state, on],
    );
}

describe('a report as at a day', () => {
  beforeAll(async () => {
    await bring(2024, 'challenges,Challenges,challenges,,sum,,at_least,10,delivery');
    await lived('E08000028', '2024-08-20', [
      ...([
        ['enquiry', '2024-04-10'],
        ['confirmed', '2024-06-15'],
        ['reporting', '2024-08-21'],
      ] as [string, string][]),
    ]);
    await lived('E06000002', '2024-11-10', [
      ...([
        ['enquiry', '2024-04-10'],
        ['cancelled', '2024-07-15'],
      ] as [string, string][]),
    ]);
    // The office wrote it down long afterwards.
    await lived('E06000003', '2024-09-10', [['reporting', '2025-02-01']]);
  });

  it('counts what was done by it, and stands where it then stood', async () => {
    const told = async (asAt: string): Promise<number[]> => {
      const { total, confirmed, inDiscussion } = await lineOf(2024, 'challenges', asAt);
      return [total ?? -1, confirmed, inDiscussion];
    };
    expect(await told('2024-05-31')).toEqual([0, 0, 2]);
    expect(await told('2024-06-30')).toEqual([0, 1, 1]);
    expect(await told('2024-09-30')).toEqual([2, 0, 0]);
    expect(await told('')).toEqual([2, 0, 0]);
  });

  it('says what was written down only afterwards, and opens what it counts as at that day', async () => {
    const { text } = await office.get('/programme/2024?asAt=2024-09-30');
    expect(text).toContain('Challenges: 1 of those counted was written down after 30 Sep 2024');
    const [, href = ''] =
      /href="(\/programme\/2024\/counted[^"]+stage=delivered&amp;asAt=[^"]*)"/.exec(text) ?? [];
    expect(href).toContain('asAt=2024-09-30');
    const rows = await office.get(href.replaceAll('&amp;', '&'));
    expect([...rows.text.matchAll(/data-counted/g)]).toHaveLength(2);
  });

  it('takes a day as people write it, and refuses one of another year or still to come', async () => {
    expect((await office.get('/programme/2024?asAt=30/9/2024')).text).toContain(
      'As at Monday 30 September 2024',
    );
    expect((await office.get('/programme/2024?asAt=soon')).text).toContain('Enter the day like');
    for (const day of ['2023-09-30', '2025-04-01']) {
      const { status, text } = await office.get(`/programme/2024?asAt=${day}`);
      expect([day, status]).toEqual([day, 400]);
      expect(text).toContain('31 March 2025');
    }
  });

  it('shows the figure that was known then, and what it was changed to since', async () => {
    await bring(2023, 'visits,Visits,by_hand,,sum,,at_least,10,line');
    const [measure] = await service.app.get(MeasuresService).ofYear(2023);
    const enter = (value: number, at: string): Promise<unknown> =>
      sql(
        `INSERT INTO measure_figures (measure_id, quarter, value, comment, actor, at) VALUES ($1, 1, $2, 'list', 'test', $3)`,
        [measure?.id, value, at],
      );
    await enter(4, '2023-07-05');
    await enter(6, '2024-01-20');
    expect((await lineOf(2023, 'visits', '2023-09-30')).quarters[0]).toMatchObject({
      ...{ value: 4, writtenLater: null },
      changedTo: { value: 6, notApplicable: false, on: '2024-01-20' },
    });
    expect((await lineOf(2023, 'visits', '2023-06-30')).quarters[0]).toMatchObject({
      ...{ value: 6, writtenLater: '2024-01-20' },
    });
    expect((await lineOf(2023, 'visits')).total).toBe(6);
    expect((await office.get('/programme/2023?asAt=2023-09-30')).text).toContain(
      'Visits, Q1: now 6, changed on 20 Jan 2024',
    );
  });

  it('has the targets and comments of then, and the year before on the same day beside it', async () => {
    await bring(2022, 'visits,Visits,by_hand,,sum,,at_least,10,line');
    const [measure] = await service.app.get(MeasuresService).ofYear(2022);
    await sql(
      `INSERT INTO measure_versions (measure_id, content, at) SELECT id, to_jsonb(m) || '{"target": 8, "comment": "as first agreed"}', '2022-05-01' FROM measures m WHERE id = $1`,
      [measure?.id],
    );
    const measures = service.app.get(MeasuresService);
    await measures.change(OFFICE, measure?.id ?? '', measure?.version ?? 0, { comment: 'as it is now' });
    expect(await lineOf(2022, 'visits', '2022-09-30')).toMatchObject({
      target: 8,
      comment: 'as first agreed',
    });
    expect(await lineOf(2022, 'visits')).toMatchObject({ target: 10, comment: 'as it is now' });
    await sql(
      `INSERT INTO measure_figures (measure_id, quarter, value, comment, actor) SELECT $1, q, q, 'list', 'test' FROM generate_series(1, 4) q`,
      [measure?.id],
    );
    expect((await lineOf(2023, 'visits', '2023-09-30')).before).toMatchObject({ total: 3 });
    expect((await lineOf(2023, 'visits')).before).toMatchObject({ total: 10 });
  });
});

describe('the rules of reports', () => {
  it('hold from a day on: reports as at days before it stand', async () => {
    const reference = service.app.get(ReferenceService);
    const { content, version } = await reference.item('reporting');
    const before = (await lineOf(2023, 'visits')).rule;
    await reference.put(OFFICE, 'reporting', {
      content: { ...content, lineAmberPercent: 95, from: '2024-04-01' },
      ...{ reason: 'the board asks for more', version },
    });
    await bring(2024, 'trained,Trained,by_hand,,sum,,at_least,10,line');
    expect((await lineOf(2024, 'trained')).rule).toContain('amber from 95% of that line on');
    expect((await lineOf(2023, 'visits')).rule).toBe(before);
    expect(before).toContain('amber from 60% of that line on');
  });
});

describe('what else a measure counts', () => {
  it('is support by type and different councils, offers and who took them up, and inspections', async () => {
    const { id: first } = await given.council('E08000028');
    const { id: second } = await given.council('E06000002');
    const support = (council: string, type: string, on: string): Promise<unknown> =>
      sql(
        `INSERT INTO supports (council_id, type, first_day, cause, actor, version) VALUES ($1, $2, $3, 'asked', 'test', 1)`,
        [council, type, on],
      );
    await support(first, 'mentoring', '2021-04-20');
    await support(first, 'mentoring', '2021-07-20');
    await support(second, 'mentoring', '2021-12-20');
    await support(second, 'top-team', '2021-05-20');
    for (const [council, answer] of [
      [first, 'accepted'],
      [second, 'declined'],
    ])
      await sql(
        `INSERT INTO offers (council_id, kind, made_on, answer, actor) VALUES ($1, 'finance', '2021-06-01', $2, 'test')`,
        [council, answer],
      );
    await sql(
      `INSERT INTO inspections (council_id, framework, inspected_on, judgement, actor, version) VALUES ($1, 'ilacs', '2021-10-01', 'Good', 'test', 1)`,
      [first],
    );
    await bring(
      2021,
      'mentoring,Mentoring,support,mentoring,sum,,at_least,10,delivery',
      'mentored,Councils mentored,support,mentoring,distinct,,at_least,10,delivery',
      'supported,Support,support,,sum,,at_least,10,delivery',
      'offered,Offers,offers,,sum,,at_least,10,delivery',
      'taken,Offers taken up,offers,,average,per_cent,at_least,80,delivery',
      'accepted,Accepted,offers_accepted,,sum,,at_least,10,delivery',
      'inspected,Inspections,inspections,,sum,,aim,10,delivery',
    );
    const totals = async (asAt = ''): Promise<Record<string, number | null>> =>
      Object.fromEntries((await reportOf(2021, asAt)).measures.map(({ key, total }) => [key, total]));
    expect(await totals()).toEqual({
      ...{ mentoring: 3, mentored: 2, supported: 4, offered: 2, taken: 50, accepted: 1, inspected: 1 },
    });
    expect((await lineOf(2021, 'mentoring')).quarters.map(({ value }) => value)).toEqual([1, 1, 1, 0]);
    const page = await office.get('/programme/2021');
    const hrefs = [...page.text.matchAll(/href="(\/programme\/2021\/counted[^"]+)">([\d%]+)/g)];
    expect(hrefs.length).toBeGreaterThan(20);
    for (const [, href = '', figure = ''] of hrefs) {
      const { text, status } = await office.get(href.replaceAll('&amp;', '&'));
      expect([href, status]).toEqual([href, 200]);
      if (!/different councils|The mean/.test(text))
        expect([href, [...text.matchAll(/data-counted/g)].length]).toEqual([href, Number(figure)]);
    }
  });

  it('is a mean of what councils answered, hidden where so few did that it would tell one of them', async () => {
    await bring(
      2020,
      'liked,What councils think,feedback,council,average,,at_least,3.5,delivery',
      'answers,Answers,feedback,council,sum,,at_least,3,delivery',
    );
    const answered = async (code: string, score: number, on: string): Promise<void> => {
      const { id: councilId } = await given.council(code);
      const [challenge] = await sql(
        `INSERT INTO challenges (council_id, kind, state, windows, seats, coverage, version) VALUES ($1, 'finance', 'closed', '[]', '[]', '[]', 1) RETURNING id`,
        [councilId],
      );
      await sql(
        `INSERT INTO feedback (challenge_id, form, scores, answered_at) VALUES ($1, 'council', $2, $3)`,
        [challenge?.id, { one: score, two: 4 }, on],
      );
    };
    await answered('E08000028', 2, '2020-05-01');
    await answered('E06000002', 3, '2020-05-02');
    expect((await lineOf(2020, 'liked')).total).toBeNull();
    await answered('E06000003', 4, '2020-06-01');
    expect(await lineOf(2020, 'liked')).toMatchObject({ total: 3.5, percent: null });
    expect((await lineOf(2020, 'answers')).total).toBe(3);
    const [measure] = await service.app.get(MeasuresService).ofYear(2020);
    const { text } = await office.get(`/programme/2020/counted?measure=${measure?.id ?? ''}&stage=delivered`);
    expect(text).toContain('The mean of 3 answers.');
    expect(text).not.toMatch(/data-label="(Score|Amount)"/);
  });
});
