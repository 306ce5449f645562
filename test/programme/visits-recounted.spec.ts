import type { ReportView } from '../../src/programme/report/report.dto.js';
import { rowsOf } from '../support/csv.js';
import { Files } from '../support/files.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

/** A challenge as its table holds it. */
interface Held {
  id: string;
  councilId: string;
  kind: string;
  state: string;
  followsId: string | null;
  firstDay: string | null;
  lastDay: string | null;
  windows: { start: string; days: number }[];
  policy: { measures: string[] } | null;
}

interface Booked {
  challengeId: string;
  state: string;
  offSite: boolean;
  firstDay: string;
  lastDay: string;
  attended: string[] | null;
}

type Stage = 'delivered' | 'confirmed' | 'in_discussion';

/** A challenge as it is counted here: by loops over whole tables, with nothing of the report's code. */
interface Counted {
  code: string;
  day: string;
  stage: Stage;
  measures: string[];
  follows: boolean;
  days: number;
}

const OVER = ['reporting', 'report_published', 'action_plan_published', 'review_due', 'reviewed', 'closed'];
const LEFT = ['postponed', 'cancelled', 'stood_down'];
const YEARS = [2024, 2025, 2026];
const STAGES: Stage[] = ['delivered', 'confirmed', 'in_discussion'];
const KEY = 're-challenges';

let service: Service;
let office: PageSession;
let today: string;
let counted: Counted[];

const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
const daysFrom = (first: string, last: string): number =>
  (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
  office = await signedIn(service, 'programme');
  today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/London' });
  await moreOfEach();
  const files = new Files(service);
  const lines = ['challenges', 'follow_ups', 'days'].flatMap((source) =>
    (source === 'days' ? ['sum', 'running'] : ['sum', 'running', 'distinct']).map((counting) =>
      [keyOf(source, counting), 'Recounted', source, '', counting, '', 'at_least', '10', 'delivery'].join(
        ',',
      ),
    ),
  );
  const head = 'measure,name,source,which,counting,unit,direction,target,colour_rule';
  for (const year of YEARS)
    await files.entered(await files.checked('measures', `${[head, ...lines].join('\n')}\n`, String(year)));
  counted = await countAnew();
}, 120_000);
afterAll(() => service.stop());

const keyOf = (source: string, counting: string): string => `re-${source.replaceAll('_', '-')}-${counting}`;

/**
 * Two kinds count towards the measures of this file. What was confirmed under an older rule keeps that; some visits were ended early, some
 * peers came on one day only, and something that was confirmed was stood down.
 */
async function moreOfEach(): Promise<void> {
  const keys = JSON.stringify(
    ['sum', 'running', 'distinct'].map((counting) => keyOf('challenges', counting)),
  );
  await service.asOwner(
    `UPDATE policies SET content = jsonb_set(content, '{measures}', content->'measures' || '${keys}') WHERE id IN ('kind:corporate', 'kind:finance')`,
    `UPDATE challenges SET policy = jsonb_set(policy, '{measures}', policy->'measures' || '${keys}')
     WHERE policy IS NOT NULL AND kind IN ('corporate', 'finance') AND (last_day - '2024-01-01') % 3 <> 0`,
    `UPDATE bookings SET attended = ARRAY[first_day] WHERE state = 'booked' AND NOT off_site AND last_day < CURRENT_DATE AND left(id::text, 1) IN ('0', '1', '2')`,
    `UPDATE challenges SET state = 'stood_down' WHERE id IN (SELECT c.id FROM challenges c JOIN challenge_changes x ON x.challenge_id = c.id AND x.to = 'reporting'
       WHERE c.state = 'reporting' ORDER BY c.id LIMIT 2)`,
  );
}

async function countAnew(): Promise<Counted[]> {
  const { source } = service;
  const codes = new Map(
    (await source.query<{ id: string; code: string }[]>('SELECT id, code FROM councils')).map((one) => [
      one.id,
      one.code,
    ]),
  );
  const kinds = new Map(
    (
      await source.query<{ id: string; content: { measures: string[] } }[]>(
        `SELECT id, content FROM policies WHERE id LIKE 'kind:%'`,
      )
    ).map(({ id, content }) => [id.slice('kind:'.length), content.measures]),
  );
  const reported = new Set(
    (
      await source.query<{ id: string }[]>(
        `SELECT challenge_id AS id FROM challenge_changes WHERE "to" = 'reporting'`,
      )
    ).map(({ id }) => id),
  );
  const days = daysGiven(
    await source.query<Booked[]>(
      `SELECT challenge_id AS "challengeId", state, off_site AS "offSite", first_day::text AS "firstDay", last_day::text AS "lastDay", attended::text[] AS attended
       FROM bookings`,
    ),
    await source.query<{ challengeId: string; days: number }[]>(
      'SELECT challenge_id AS "challengeId", days FROM past_service',
    ),
  );
  const held = await source.query<Held[]>(
    `SELECT id, council_id AS "councilId", kind, state, follows_id AS "followsId", first_day::text AS "firstDay", last_day::text AS "lastDay", windows, policy
     FROM challenges`,
  );
  return held.flatMap((one): Counted[] => {
    const wasHeld =
      OVER.includes(one.state) ||
      (LEFT.includes(one.state) && one.state !== 'postponed' && reported.has(one.id));
    const ends = one.windows.map(({ start, days: many }) => plusDays(start, many - 1)).sort();
    const day = one.lastDay ?? ends[0];
    const isDone = wasHeld && one.lastDay !== null && one.lastDay <= today;
    if (day === undefined || (LEFT.includes(one.state) && !isDone)) return [];
    const isSure = OVER.includes(one.state) || one.state === 'confirmed' || one.state === 'on_site';
    return [
      {
        code: codes.get(one.councilId) ?? '',
        day,
        stage: isDone ? 'delivered' : isSure ? 'confirmed' : 'in_discussion',
        measures: one.policy?.measures ?? kinds.get(one.kind) ?? [],
        follows: one.followsId !== null,
        days: one.lastDay === null ? 0 : (days.get(one.id) ?? 0),
      },
    ];
  });
}

/** Days that peers came, or are booked for, by challenge; who works off site gives none. */
function daysGiven(bookings: Booked[], past: { challengeId: string; days: number }[]): Map<string, number> {
  const given = new Map<string, number>();
  const add = (id: string, days: number): unknown => given.set(id, (given.get(id) ?? 0) + days);
  for (const { challengeId, state, offSite, firstDay, lastDay, attended } of bookings)
    if (state === 'booked' && !offSite) add(challengeId, attended?.length ?? daysFrom(firstDay, lastDay));
  for (const { challengeId, days } of past) add(challengeId, days);
  return given;
}

/** The four quarters of a programme year, which begins on 1 April. */
const quartersOf = (year: number): [string, string][] => [
  [`${String(year)}-04-01`, `${String(year)}-06-30`],
  [`${String(year)}-07-01`, `${String(year)}-09-30`],
  [`${String(year)}-10-01`, `${String(year)}-12-31`],
  [`${String(year + 1)}-01-01`, `${String(year + 1)}-03-31`],
];

const among = (source: string): Counted[] =>
  counted.filter(({ follows, measures }) =>
    source === 'follow_ups' ? follows : source === 'days' || measures.some((key) => key.startsWith(KEY)),
  );

function amount(source: string, counting: string, rows: Counted[]): number {
  if (source === 'days') return rows.reduce((sum, { days }) => sum + days, 0);
  return counting === 'distinct' ? new Set(rows.map(({ code }) => code)).size : rows.length;
}

const within = (rows: Counted[], stage: Stage, from: string, to: string): Counted[] =>
  rows.filter((one) => one.stage === stage && one.day >= from && one.day <= to);

/** Delivered in each quarter, and what is booked and talked of in it where figures add up. */
function recounted(source: string, counting: string, year: number): (number | null)[][] {
  const rows = among(source);
  const [[begins]] = quartersOf(year) as [[string, string]];
  return quartersOf(year).map(([from, to]) => {
    const since = counting === 'running' ? begins : from;
    const delivered = from > today ? null : amount(source, counting, within(rows, 'delivered', since, to));
    if (counting !== 'sum') return [delivered];
    const ahead = STAGES.slice(1).map((stage) => amount(source, counting, within(rows, stage, from, to)));
    return [delivered, ...ahead];
  });
}

describe('challenges, follow-up reviews and days of peers', () => {
  it.each(YEARS)('are counted as the tables hold them, by other code, in %s', async (year) => {
    const { measures } = await service.done<ReportView>(
      'programme',
      'get',
      `/api/programmes/${String(year)}/report`,
    );
    const mine = measures.filter(({ key }) => key.startsWith('re-'));
    expect(mine).toHaveLength(8);
    for (const { key, source, counting, quarters } of mine) {
      const shown = quarters.map(({ value, confirmed, inDiscussion }) =>
        counting === 'sum' ? [value, confirmed, inDiscussion] : [value],
      );
      expect([key, shown]).toEqual([key, recounted(source, counting, year)]);
    }
  });

  it('are some of each stage, and of each source, in these years', () => {
    const [from, to] = ['2024-04-01', '2027-03-31'];
    for (const stage of STAGES)
      expect([stage, within(among('challenges'), stage, from, to).length > 0]).toEqual([stage, true]);
    for (const source of ['follow_ups', 'days'])
      expect([source, within(among(source), 'delivered', from, to).length > 0]).toEqual([source, true]);
    // One rule for all would not be noticed.
    expect(among('challenges').length).toBeLessThan(counted.filter(({ follows }) => !follows).length);
  });

  it.each(YEARS)('open as many rows as are counted, at each stage, in %s', async (year) => {
    const { text } = await office.get(`/programme/${String(year)}`);
    const ids = new Map(
      (
        await service.source.query<{ id: string; source: string }[]>(
          `SELECT id, source FROM measures WHERE year = $1 AND key LIKE 're-%-sum'`,
          [year],
        )
      ).map(({ id, source }) => [id, source]),
    );
    const hrefs = [...text.matchAll(/href="(\/programme\/\d+\/counted\?[^"]+)"/g)].map(([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    );
    let opened = 0;
    for (const href of new Set(hrefs)) {
      const asked = new URLSearchParams(href.split('?')[1]);
      const source = ids.get(asked.get('measure') ?? '');
      const [from, to] = quartersOf(year)[Number(asked.get('quarter') ?? 0) - 1] ?? [];
      if (source === undefined || from === undefined || to === undefined) continue;
      const { text: csv } = await office.get(href.replace('/counted?', '/counted.csv?'));
      const rows = within(among(source), asked.get('stage') as Stage, from, to);
      const told = rowsOf(csv).map((row) => `${row.code ?? ''} ${row.last_day ?? ''}`);
      expect([href, told.sort()]).toEqual([href, rows.map(({ code, day }) => `${code} ${day}`).sort()]);
      opened += 1;
    }
    expect(opened).toBeGreaterThan(5);
  });
});
