import { listAnd } from '../../english/words.js';
import { addMonths } from '../../calendar/dates.js';
import { sayShortDay } from '../../calendar/phrases.js';
import { quarterRange } from '../measures/forecast.js';
import { figureOf } from './report-words.js';
import type { Report } from './report.js';

const QUARTERS = [1, 2, 3, 4] as const;

/** What a reader of the table is to know besides, in sentences. */
export const notesOf = (report: Report): string[] => [
  ...missingNotes(report),
  ...beforeNotes(report),
  ...laterNotes(report),
];

/** Up to when the year before is told, where it was entered by hand. */
function beforeNotes({ year, asOf, measures }: Report): string[] {
  const day = addMonths(asOf, -12);
  const whole = QUARTERS.map((quarter) => quarterRange(year - 1, quarter)[1]).findLast((last) => last <= day);
  const isTold = measures.some(({ before = null }) => before !== null && before.total !== null);
  if (!isTold || whole === day) return [];
  const byHand = whole ? `; what was entered by hand, up to ${sayShortDay(whole)}` : '';
  return [`The year before is told up to ${sayShortDay(day)}${byHand}.`];
}

/** Of which quarters that are over figures are still to come: what is judged by those before looks better, or worse, than it may be. */
function missingNotes({ year, asOf, measures }: Report): string[] {
  const over = QUARTERS.filter((quarter) => quarterRange(year, quarter)[1] < asOf);
  const late = measures.filter(
    ({ source, target, quarters, total }) =>
      source === 'by_hand' &&
      target !== null &&
      total !== null &&
      over.some((quarter) => {
        const { value = null, notApplicable = false } = quarters[quarter - 1] ?? {};
        const isToldAfter = quarters.slice(quarter).some((one) => one.value !== null);
        return value === null && !notApplicable && !isToldAfter;
      }),
  );
  if (late.length === 0) return [];
  const last = over.at(-1) ?? 1;
  return [
    `No figure of Q${String(last)} yet, and so judged by what was told before: ${listAnd(late.map(({ name }) => name))}.`,
  ];
}

/** What was written down only after the day of a report that was asked for as at it, and what was changed since. */
function laterNotes({ asOf, isAsAt = false, measures, budget }: Report): string[] {
  if (!isAsAt) return [];
  const day = sayShortDay(asOf);
  const figures = measures.flatMap(({ quarters }) => quarters.filter(({ writtenLater }) => writtenLater));
  const told = measures.filter(({ factsLater = false }) => factsLater);
  const lines = budget?.lines.filter(({ writtenLater }) => writtenLater) ?? [];
  const notes: [count: number, what: string][] = [
    [figures.length, `${amount(figures.length, 'figure')} of quarters, marked *,`],
    [told.length, `${amount(told.length, 'measure')}, with comment and colour by hand as they are now,`],
    [lines.length, `${amount(lines.length, 'line')} of the budget`],
  ];
  return [
    ...notes
      .filter(([count]) => count > 0)
      .map(([count, what]) => `${what} ${were(count)} written down after ${day}.`),
    ...measures.flatMap(({ name, recordedLater = 0 }) =>
      recordedLater > 0
        ? [
            `${name}: ${String(recordedLater)} of those counted ${were(recordedLater)} written down after ${day}.`,
          ]
        : [],
    ),
    ...measures.flatMap((line) =>
      line.quarters.flatMap(({ quarter, changedTo }) =>
        changedTo
          ? [
              `${line.name}, Q${String(quarter)}: now ${changedTo.notApplicable ? 'n/a' : figureOf(line, changedTo.value)}, changed on ${sayShortDay(changedTo.on)}.`,
            ]
          : [],
      ),
    ),
  ];
}

const amount = (count: number, word: string): string => `${String(count)} ${word}${count === 1 ? '' : 's'}`;
const were = (count: number): string => (count === 1 ? 'was' : 'were');
