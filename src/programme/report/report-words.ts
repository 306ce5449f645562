import { sayFigure } from '../measures/units.js';
import type { MeasureLine, Report } from './report.js';

const NOUGHT = { unit: 'number' as const, decimals: 0 };

/** A figure of a measure as it is printed; a dash where there is none. */
export const figureOf = (
  { unit = 'number', decimals = 0, counting }: Partial<MeasureLine>,
  value: number | null,
): string =>
  value === null ? '–' : sayFigure(value, { unit, decimals }, counting === 'average' ? decimals : 2);

/** "up to 50", "at most 3", "£10m", "by December", or a dash. */
export function targetOf(line: MeasureLine): string {
  if (line.target === null) return line.targetWords ? line.targetWords : '–';
  const figure = figureOf(line, line.target);
  if (line.direction === 'at_least') return figure;
  return `${line.direction === 'aim' ? 'up to' : 'at most'} ${figure}`;
}

export const PROGRESS_WORDS = { not_started: 'not started', under_way: 'under way', done: 'done' } as const;
export const COLOUR_WORDS = {
  ...{ green: 'green', amber: 'amber', red: 'red' },
  not_started: 'not yet started',
} as const;

/** "31 delivered of 100, 99 with those confirmed and in discussion: amber because …" */
export function sayMeasure(line: MeasureLine): string {
  const { name, total, target, all, confirmed, inDiscussion, together = 0, percent, colour, because } = line;
  const of = target === null ? '' : ` of ${targetOf(line)}`;
  const share = percent === null ? '' : ` (${sayFigure(percent, { unit: 'per_cent', decimals: 0 })})`;
  const more =
    confirmed + inDiscussion + together > 0
      ? `, ${figureOf(line, all)} with those confirmed ${together > 0 ? 'or' : 'and'} in discussion`
      : '';
  const known = total === null ? sayTargetInWords(line) : figureOf(line, total);
  return `${name}: ${known}${of}${share}${more}: ${COLOUR_WORDS[colour]}, ${reasonOf(because)}.`;
}

const reasonOf = (because: string): string =>
  `${because.startsWith('entered by hand') ? '' : 'because '}${because.replace(/\.$/, '')}`;

function sayTargetInWords({ targetWords = '', progress = null }: MeasureLine): string {
  if (targetWords === '') return 'no figure yet';
  return `${targetWords}${progress === null ? '' : ` (${PROGRESS_WORDS[progress]})`}`;
}

/** A figure that differs between two reports. */
export interface ReportChange {
  measure: string;
  what: string;
  before: string;
  after: string;
}

/** What changed from one report of a year to a later one, measure by measure; what went as well as what came. */
export function changesBetween(before: Report, after: Report): ReportChange[] {
  const gone = before.measures.filter(({ key }) => !after.measures.some((line) => line.key === key));
  return [
    ...after.measures.flatMap((line): ReportChange[] => {
      const old = before.measures.find(({ key }) => key === line.key);
      if (!old) return [{ measure: line.name, what: 'measure', before: 'not there', after: 'added' }];
      return changesOf(old, line).map(([what, then, now]) => ({
        ...{ measure: line.name, what, before: then, after: now },
      }));
    }),
    ...gone.map(({ name }) => ({ measure: name, what: 'measure', before: 'there', after: 'ended' })),
  ];
}

function changesOf(old: MeasureLine, line: MeasureLine): [what: string, before: string, after: string][] {
  const ahead = (one: number, of: MeasureLine): string => figureOf({ ...NOUGHT, ...of }, one);
  const pairs: [what: string, before: string, after: string][] = [
    ['target', targetOf(old), targetOf(line)],
    ...line.quarters.map(({ quarter }, index): [string, string, string] => [
      `Q${String(quarter)}`,
      quarterWords(old, index),
      quarterWords(line, index),
    ]),
    ['confirmed', ahead(old.confirmed, old), ahead(line.confirmed, line)],
    ['in discussion', ahead(old.inDiscussion, old), ahead(line.inDiscussion, line)],
    ['confirmed or in discussion', ahead(old.together ?? 0, old), ahead(line.together ?? 0, line)],
    ['colour', COLOUR_WORDS[old.colour], COLOUR_WORDS[line.colour]],
    ['comment', old.comment || 'none', line.comment || 'none'],
  ];
  return pairs.filter(([, then, now]) => then !== now);
}

function quarterWords(line: MeasureLine, index: number): string {
  const { value = null, notApplicable = false } = line.quarters[index] ?? {};
  if (notApplicable) return 'n/a';
  return value === null ? 'none' : figureOf(line, value);
}
