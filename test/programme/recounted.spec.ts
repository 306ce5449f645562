import type { ReportView } from '../../src/programme/report/report.dto.js';
import { rowsOf } from '../support/csv.js';
import { Files } from '../support/files.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

/** What a figure is of, as the tables hold it: read whole, and counted here by loops. */
interface Fact {
  day: string;
  code: string;
  amount: number | null;
  /** Whether it counts where things are counted; all of them stand where a mean is made. */
  counts?: boolean;
}

interface Tables {
  councils: { id: string; code: string; body: string }[];
  challenges: {
    id: string;
    councilId: string;
    partnerIds: string[];
    state: string;
    lastDay: string | null;
  }[];
  changes: { challengeId: string; to: string }[];
  events: { id: string; heldOn: string; scores: number[] }[];
  places: { eventId: string; peerId: string; attended: boolean | null }[];
  supports: { councilId: string; firstDay: string }[];
  adviserDays: { councilId: string | null; day: string }[];
  feedback: { challengeId: string; form: string; scores: Record<string, number> | null; on: string | null }[];
  recommendations: { challengeId: string; councilState: string; answer: string | null; on: string | null }[];
  inspections: { councilId: string; inspectedOn: string | null }[];
  offers: { councilId: string; answer: string; madeOn: string }[];
}

const LONDON = `AT TIME ZONE 'Europe/London'`;
const READ: Record<keyof Tables, string> = {
  councils: 'SELECT id, code, body FROM councils',
  challenges:
    'SELECT id, council_id AS "councilId", partner_ids AS "partnerIds", state, last_day::text AS "lastDay" FROM challenges',
  changes: 'SELECT challenge_id AS "challengeId", "to" FROM challenge_changes',
  events: 'SELECT id, held_on::text AS "heldOn", scores FROM events',
  places: 'SELECT event_id AS "eventId", peer_id AS "peerId", attended FROM event_places',
  supports: 'SELECT council_id AS "councilId", first_day::text AS "firstDay" FROM supports',
  adviserDays: 'SELECT council_id AS "councilId", day::text AS day FROM adviser_days',
  feedback: `SELECT challenge_id AS "challengeId", form, scores, to_char(answered_at ${LONDON}, 'YYYY-MM-DD') AS on FROM feedback`,
  recommendations: `SELECT challenge_id AS "challengeId", council_state AS "councilState", answer, to_char(sent_at ${LONDON}, 'YYYY-MM-DD') AS on FROM recommendations`,
  inspections: 'SELECT council_id AS "councilId", inspected_on::text AS "inspectedOn" FROM inspections',
  offers: 'SELECT council_id AS "councilId", answer, made_on::text AS "madeOn" FROM offers',
};

const OVER = ['reporting', 'report_published', 'action_plan_published', 'review_due', 'reviewed', 'closed'];
const ENDED = ['cancelled', 'stood_down'];

let service: Service;
let office: PageSession;
let tables: Tables;
let today: string;
let codeOf: Map<string, string>;
let hostOf: Map<string, string>;

const YEARS = [2025, 2026];
const SOURCES = [
  ...['events', 'attendance', 'evaluations', 'support', 'take_up', 'feedback', 'impact'],
  ...['recommendations', 'inspections', 'offers', 'offers_accepted'],
];
/** Of these a mean is made. */
const OF_WORTH = ['attendance', 'evaluations', 'feedback', 'impact', 'recommendations', 'offers'];
const countingsOf = (source: string): string[] => [
  ...['sum', 'running', 'distinct'],
  ...(OF_WORTH.includes(source) ? ['average'] : []),
];
const HEAD = 'measure,name,source,which,counting,unit,direction,target,colour_rule';

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
  office = await signedIn(service, 'programme');
  const files = new Files(service);
  today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/London' });
  await moreOfEach();
  for (const year of YEARS) {
    const rows = SOURCES.flatMap((source) =>
      countingsOf(source).map(
        (counting) =>
          `re-${source.replaceAll('_', '-')}-${counting},Recounted,${source},,${counting},,at_least,10,delivery`,
      ),
    );
    await files.entered(await files.checked('measures', `${[HEAD, ...rows].join('\n')}\n`, String(year)));
  }
  const read = await Promise.all(
    Object.entries(READ).map(async ([name, query]) => [name, await service.source.query(query)] as const),
  );
  tables = Object.fromEntries(read) as unknown as Tables;
  codeOf = new Map(tables.councils.map(({ id, code }) => [id, code]));
  hostOf = new Map(tables.challenges.map(({ id, councilId }) => [id, codeOf.get(councilId) ?? '']));
}, 120_000);
afterAll(() => service.stop());

/** What the example has little of: evaluations, and offers on both sides of a quarter's end. */
async function moreOfEach(): Promise<void> {
  await service.source.query(
    `UPDATE events SET scores = '{1,2,3,4}', scored_at = now() WHERE held_on < $1 AND id IN (SELECT event_id FROM event_places)`,
    [today],
  );
  await service.source.query(
    `INSERT INTO offers (council_id, kind, made_on, answer, actor)
     SELECT h.id, 'finance', d::date, CASE WHEN n % 3 = 0 THEN 'accepted' WHEN n % 3 = 1 THEN 'declined' ELSE 'open' END, 'test'
     FROM unnest(ARRAY['2025-06-30', '2025-07-01', '2025-12-31', '2026-01-01', '2026-03-31', '2026-04-01']) WITH ORDINALITY x (d, n)
     CROSS JOIN LATERAL (SELECT id FROM councils ORDER BY id OFFSET x.n LIMIT 2) h`,
  );
}

const mean = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0) / amounts.length;
const code = (id: string | null): string => (id === null ? '' : (codeOf.get(id) ?? ''));

/** By other code than the report's: loops over whole tables. */
function factsOf(source: string): Fact[] {
  const facts: Fact[] = [];
  const add = (day: string | null, of: string, amount: number | null, counts = true): void => {
    if (day !== null && day <= today) facts.push({ day, code: of, amount, counts });
  };
  const held = new Map(tables.events.map((one) => [one.id, one]));
  switch (source) {
    case 'events':
      for (const { id, heldOn } of tables.events) add(heldOn, id, 1);
      break;
    case 'attendance':
      for (const { eventId, peerId, attended } of tables.places)
        if (attended !== null) add(held.get(eventId)?.heldOn ?? null, peerId, attended ? 100 : 0, attended);
      break;
    case 'evaluations':
      for (const { id, heldOn, scores } of tables.events)
        for (const [at, count] of scores.entries())
          for (let n = 0; n < count; n += 1) add(heldOn, id, at + 1);
      break;
    case 'support':
      for (const { councilId, firstDay } of tables.supports) add(firstDay, code(councilId), 1);
      break;
    case 'take_up':
      addTakenUp(add);
      break;
    case 'feedback':
    case 'impact':
      for (const { challengeId, form, scores, on } of tables.feedback)
        if (scores !== null && (form === 'impact') === (source === 'impact')) {
          const given = Object.values(scores);
          add(on, hostOf.get(challengeId) ?? '', given.length > 0 ? mean(given) : null);
        }
      break;
    case 'recommendations':
      for (const { challengeId, councilState, answer, on } of tables.recommendations)
        add(
          on,
          hostOf.get(challengeId) ?? '',
          councilState === 'done' || councilState === 'stopped' || answer === 'rejected' ? 100 : 0,
        );
      break;
    case 'inspections':
      for (const { councilId, inspectedOn } of tables.inspections) add(inspectedOn, code(councilId), 1);
      break;
    default:
      for (const { councilId, answer, madeOn } of tables.offers)
        if (source === 'offers' || answer === 'accepted')
          add(madeOn, code(councilId), answer === 'accepted' ? 100 : answer === 'declined' ? 0 : null);
  }
  return facts;
}

function addTakenUp(add: (day: string | null, of: string, amount: number) => void): void {
  const councils = new Set(tables.councils.filter(({ body }) => body === 'council').map(({ id }) => id));
  const reported = new Set(
    tables.changes.filter(({ to }) => to === 'reporting').map((one) => one.challengeId),
  );
  for (const { id, councilId, partnerIds, state, lastDay } of tables.challenges)
    if (OVER.includes(state) || (ENDED.includes(state) && reported.has(id)))
      for (const host of [councilId, ...partnerIds]) if (councils.has(host)) add(lastDay, code(host), 1);
  for (const { councilId, firstDay } of tables.supports)
    if (councils.has(councilId)) add(firstDay, code(councilId), 1);
  for (const { councilId, day } of tables.adviserDays)
    if (councilId !== null && councils.has(councilId)) add(day, code(councilId), 1);
}

/** The four quarters of a programme year, which begins on 1 April. */
const quartersOf = (year: number): [string, string][] => [
  [`${String(year)}-04-01`, `${String(year)}-06-30`],
  [`${String(year)}-07-01`, `${String(year)}-09-30`],
  [`${String(year)}-10-01`, `${String(year)}-12-31`],
  [`${String(year + 1)}-01-01`, `${String(year + 1)}-03-31`],
];

function recounted(source: string, counting: string, year: number): (number | null)[] {
  const facts = factsOf(source);
  const [[yearBegins]] = quartersOf(year) as [[string, string]];
  return quartersOf(year).map(([from, to]) => {
    if (from > today) return null;
    const mine = facts.filter(({ day }) => day >= (counting === 'running' ? yearBegins : from) && day <= to);
    if (counting === 'average') {
      const amounts = mine.flatMap(({ amount }) => amount ?? []);
      const isAnswered = ['feedback', 'impact', 'evaluations'].includes(source);
      if (amounts.length === 0 || (isAnswered && (amounts.length < 3 || to > today))) return null;
      return Number(mean(amounts).toFixed(4));
    }
    const told = mine.filter(({ counts }) => counts);
    return counting === 'distinct' ? new Set(told.map((one) => one.code)).size : told.length;
  });
}

const reportOf = (year: number): Promise<ReportView> =>
  service.done<ReportView>('programme', 'get', `/api/programmes/${String(year)}/report`);

describe('every figure of what else a measure counts', () => {
  it.each(YEARS)('is what the tables hold, counted anew by other code, in %s', async (year) => {
    const { measures } = await reportOf(year);
    const mine = measures.filter(({ key }) => key.startsWith('re-'));
    expect(mine).toHaveLength(SOURCES.length * 3 + OF_WORTH.length);
    const seen: Record<string, (number | null)[]> = {};
    const own: Record<string, (number | null)[]> = {};
    for (const source of SOURCES)
      for (const counting of countingsOf(source)) {
        const key = `re-${source.replaceAll('_', '-')}-${counting}`;
        seen[key] = (mine.find((one) => one.key === key)?.quarters ?? []).map(({ value }) =>
          value === null ? null : Number(value.toFixed(4)),
        );
        own[key] = recounted(source, counting, year);
      }
    expect(seen).toEqual(own);
  });

  it('is of something: no source is empty in both years', () => {
    const empty = SOURCES.filter((source) =>
      YEARS.every((year) => recounted(source, 'sum', year).every((count) => !count)),
    );
    expect(empty).toEqual([]);
  });

  it.each(YEARS)('opens as many rows as it counts, quarter by quarter, in %s', async (year) => {
    const { text } = await office.get(`/programme/${String(year)}`);
    const hrefs = new Set(
      [...text.matchAll(/href="(\/programme\/\d+\/counted\?[^"]+)"/g)].map(([, href = '']) =>
        href.replaceAll('&amp;', '&'),
      ),
    );
    const ids = await service.source.query<{ id: string; source: string }[]>(
      `SELECT id, source FROM measures WHERE year = $1 AND key LIKE 're-%-sum'`,
      [year],
    );
    let opened = 0;
    for (const href of hrefs) {
      const asked = new URLSearchParams(href.split('?')[1]);
      const found = ids.find(({ id }) => id === asked.get('measure'));
      const quarter = Number(asked.get('quarter') ?? 0);
      if (!found || quarter === 0 || asked.get('stage') !== 'delivered') continue;
      const csv = await office.get(href.replace('/counted?', '/counted.csv?'));
      const [from, to] = quartersOf(year)[quarter - 1] ?? ['', ''];
      const facts = factsOf(found.source).filter(({ day }) => day >= from && day <= to);
      const codes = (all: readonly string[]): string[] => [...all].sort();
      expect([href, codes(rowsOf(csv.text).map((row) => `${row.code ?? ''} ${row.last_day ?? ''}`))]).toEqual(
        [href, codes(facts.map(({ code: of, day }) => `${of} ${day}`))],
      );
      opened += 1;
    }
    expect(opened).toBeGreaterThan(10);
  });
});
