import { daysBetween, daysOfMonth, type CivilDate } from '../calendar/dates.js';
import { CHALLENGE_MODES } from '../challenges/challenge.entity.js';
import { CellFault, day, keyOf, needed, number, oneOf, text, type ReadCell } from '../web/cells.js';
import type { PastRow, StoredPast } from './past-rows.js';

/** The columns of challenges of before this service, for import and export alike. */
export const PAST_COLUMNS = [
  'reference',
  'council',
  'code',
  'partners',
  'kind',
  'mode',
  'first_day',
  'last_day',
  'month',
  'manager',
  'report_on',
  'report_link',
  'plan_on',
  'plan_link',
  'review_on',
  'review_link',
  'recommendations',
  'follows',
] as const;
type Column = (typeof PAST_COLUMNS)[number];

/** Cells of a row that were read, each by itself. */
export type PastCells = Partial<Record<Column, unknown>>;

/** A visit with a second stay takes longer than one of today; a whole month is the column of its own. */
const MOST_DAYS = 20;
const MOST_RECOMMENDATIONS = 200;
const LONGEST_REFERENCE = 80;
const LONGEST = 200;

/** The office's own name of a challenge. */
export const reference: ReadCell = (value) => {
  if (value.length > LONGEST_REFERENCE)
    throw new CellFault(
      `found ${String(value.length)} characters; allowed: ${String(LONGEST_REFERENCE)} at most`,
    );
  return value || null;
};

/** A name, a post, a seat. */
export const short: ReadCell = (value) => {
  if (value.length > LONGEST)
    throw new CellFault(`found ${String(value.length)} characters; allowed: ${String(LONGEST)} at most`);
  return value || null;
};

const month: ReadCell = (value) => {
  if (value !== '' && !/^(19|20)\d\d-(0[1-9]|1[0-2])$/.test(value))
    throw new CellFault(`found "${value.slice(0, 60)}"; allowed: a month as YYYY-MM`);
  return value || null;
};

const link: ReadCell = (value) => {
  if (value !== '' && !/^https?:\/\/[^\s/]+/.test(value))
    throw new CellFault(
      `found "${value.slice(0, 60)}"; allowed: an address that begins with https:// or http://`,
    );
  return text(value);
};

export const ALL_CODES = 'codes of the register, also of councils that have ended';

/** How each column is read; councils are named by code. */
export const pastCells = (
  kinds: readonly string[],
  councils: ReadonlyMap<string, string>,
): Record<Column, ReadCell> => ({
  reference: needed(reference),
  council: text,
  code: needed(keyOf(councils, ALL_CODES)),
  partners: (value) =>
    value.split(';').flatMap((code) => (code.trim() === '' ? [] : [keyOf(councils, ALL_CODES)(code.trim())])),
  kind: needed(oneOf(kinds)),
  mode: oneOf(CHALLENGE_MODES),
  first_day: day,
  last_day: day,
  month,
  manager: short,
  report_on: day,
  report_link: link,
  plan_on: day,
  plan_link: link,
  review_on: day,
  review_link: link,
  recommendations: number(0, MOST_RECOMMENDATIONS),
  follows: reference,
});

/** A row of cells as facts. A column that the file does not have, and an empty cell, leave what is held; so does what was written down here. */
export function pastRow(cells: PastCells, held: StoredPast | undefined): PastRow {
  const said = <T>(column: Column, known: T): T => (cells[column] as T | null | undefined) ?? known;
  const step = (id: 'report' | 'plan' | 'review'): { on: CivilDate | null; link: string | null } => {
    const known = { on: held?.[`${id}On`] ?? null, link: held?.[`${id}Link`] ?? null };
    return held?.writtenHere.includes(`step:${id}`)
      ? known
      : { on: said(`${id}_on`, known.on), link: said(`${id}_link`, known.link) };
  };
  const [report, plan, review] = [step('report'), step('plan'), step('review')];
  const partners = (cells.partners ?? []) as string[];
  return {
    reference: cells.reference as string,
    councilId: cells.code as string,
    kind: cells.kind as string,
    partnerIds: partners.length > 0 ? [...new Set(partners)] : (held?.partnerIds ?? []),
    mode: said('mode', held?.mode ?? 'on_site'),
    ...daysSaid(cells, held),
    manager: said('manager', held?.manager ?? null),
    reportOn: report.on,
    reportLink: report.link,
    planOn: plan.on,
    planLink: plan.link,
    reviewOn: review.on,
    reviewLink: review.link,
    recommendations: said('recommendations', held?.recommendations ?? null),
    follows: said('follows', held?.follows ?? null),
  };
}

function daysSaid(
  cells: PastCells,
  held: StoredPast | undefined,
): Pick<PastRow, 'firstDay' | 'lastDay' | 'monthOnly'> {
  if (typeof cells.month === 'string') return { ...daysOfMonth(cells.month), monthOnly: true };
  if (cells.first_day || cells.last_day || !held)
    return {
      firstDay: (cells.first_day as CivilDate | null | undefined) ?? '',
      lastDay: (cells.last_day as CivilDate | null | undefined) ?? '',
      monthOnly: false,
    };
  const { firstDay, lastDay, monthOnly } = held;
  return { firstDay, lastDay, monthOnly };
}

/** What is wrong with the days of a row, by column: they are all known or only their month, over, and nothing is published before them. */
export function dayFaults(
  cells: PastCells,
  row: PastRow,
  today: CivilDate,
): { column: Column; detail: string }[] {
  const { firstDay, lastDay } = row;
  if (cells.month && (cells.first_day || cells.last_day))
    return [
      { column: 'month', detail: 'stands beside days; give the days, or the month where nobody knows them' },
    ];
  if (!firstDay || !lastDay)
    return [{ column: 'first_day', detail: 'is empty, or last_day is; give both, or the month' }];
  if (lastDay >= today)
    return [
      {
        column: cells.month ? 'month' : 'last_day',
        detail: `found ${lastDay}; allowed: a day before today; book a challenge that is still to take place`,
      },
    ];
  const days = daysBetween(firstDay, lastDay) + 1;
  if (!row.monthOnly && (days < 1 || days > MOST_DAYS))
    return [
      {
        column: 'last_day',
        detail: `found ${lastDay}; allowed: 1 to ${String(MOST_DAYS)} days from ${firstDay}`,
      },
    ];
  const after = { report_on: row.reportOn, plan_on: row.planOn, review_on: row.reviewOn } as const;
  return (Object.keys(after) as (keyof typeof after)[]).flatMap((column) => {
    const on = after[column];
    return on !== null && (on < firstDay || on > today)
      ? [
          {
            column,
            detail: `found ${on}; allowed: a day from ${firstDay} to today, or nothing where it is not known`,
          },
        ]
      : [];
  });
}
