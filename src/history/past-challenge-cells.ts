import { daysBetween, daysOfMonth, monthOf, type CivilDate } from '../calendar/dates.js';
import { CHALLENGE_MODES } from '../challenges/challenge.entity.js';
import { CellFault, day, eachOf, keyOf, needed, number, oneOf, text, type ReadCell } from '../web/cells.js';
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
export const LONGEST_REFERENCE = 80;

/** The office's own name of a challenge. */
export const reference: ReadCell = (value) => {
  if (value.length > LONGEST_REFERENCE)
    throw new CellFault(
      `found ${String(value.length)} characters; allowed: ${String(LONGEST_REFERENCE)} at most`,
    );
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

/** How each column is read; councils are named by code. */
export const pastCells = (
  kinds: readonly string[],
  councils: ReadonlyMap<string, string>,
): Record<Column, ReadCell> => ({
  reference: needed(reference),
  council: text,
  code: needed(keyOf(councils, 'codes of councils that are yours')),
  partners: (value) => (eachOf([...councils.keys()])(value) as string[]).map((code) => councils.get(code)),
  kind: needed(oneOf(kinds)),
  mode: oneOf(CHALLENGE_MODES),
  first_day: day,
  last_day: day,
  month,
  manager: text,
  report_on: day,
  report_link: link,
  plan_on: day,
  plan_link: link,
  review_on: day,
  review_link: link,
  recommendations: number(0, MOST_RECOMMENDATIONS),
  follows: reference,
});

/** A row of cells as facts. A column that the file does not have leaves what is held. */
export function pastRow(cells: PastCells, held: StoredPast | undefined): PastRow {
  const said = <T>(column: Column, known: T): T =>
    cells[column] === undefined ? known : (cells[column] as T);
  const whole = typeof cells.month === 'string' ? daysOfMonth(cells.month) : null;
  return {
    reference: cells.reference as string,
    councilId: cells.code as string,
    kind: cells.kind as string,
    partnerIds: said('partners', held?.partnerIds ?? []),
    mode: said<PastRow['mode'] | null>('mode', held?.mode ?? null) ?? 'on_site',
    firstDay: whole?.firstDay ?? said('first_day', held?.firstDay ?? ''),
    lastDay: whole?.lastDay ?? said('last_day', held?.lastDay ?? ''),
    manager: said('manager', held?.manager ?? null),
    reportOn: said('report_on', held?.reportOn ?? null),
    reportLink: said('report_link', held?.reportLink ?? null),
    planOn: said('plan_on', held?.planOn ?? null),
    planLink: said('plan_link', held?.planLink ?? null),
    reviewOn: said('review_on', held?.reviewOn ?? null),
    reviewLink: said('review_link', held?.reviewLink ?? null),
    recommendations: said('recommendations', held?.recommendations ?? null),
    follows: said('follows', held?.follows ?? null),
  };
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
        detail: `found ${lastDay}; it ended before today, or is booked as any other`,
      },
    ];
  const days = daysBetween(firstDay, lastDay) + 1;
  if (monthOf(firstDay, lastDay) === null && (days < 1 || days > MOST_DAYS))
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
