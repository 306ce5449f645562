import { figureOf } from './report-words.js';
import type { MeasureLine } from './report.js';

/** A line of a chart: its points, and what stands at its end. */
export interface ChartLine {
  isThisYear: boolean;
  /** "x,y x,y": from the beginning of the year to the last quarter that has a figure. */
  points: string;
  /** Where its last point is, how high its words stand, and its figure. */
  end: { x: number; at: number; text: string };
}

/** How a year goes, added up quarter by quarter, beside the year before and the target. */
export interface CumulativeChart {
  id: string;
  title: string;
  /** The same in words. */
  words: string;
  lines: ChartLine[];
  target: { y: number; text: string } | null;
}

const [LEFT, WIDTH, BOTTOM, HEIGHT] = [20, 240, 130, 105];
/** Words closer to each other than this run into each other. */
const APART = 12;

/** The running total at the end of each quarter, up to the first that has no figure: a missing quarter is not a nought. */
export function cumulative(values: readonly (number | null)[], counting: MeasureLine['counting']): number[] {
  const end = values.indexOf(null);
  const known = (end === -1 ? values : values.slice(0, end)).map((value) => value ?? 0);
  return known.map((value, at) =>
    counting === 'sum'
      ? Math.round(known.slice(0, at + 1).reduce((sum, one) => sum + one, 0) * 100) / 100
      : value,
  );
}

/** The figures to be added up; in a quarter that is n/a nothing comes to what was there. */
const quartersOf = ({ quarters, counting }: MeasureLine): (number | null)[] =>
  quarters.map(({ value, notApplicable }, at) => {
    if (!notApplicable) return value;
    const before = quarters.slice(0, at).findLast((one) => one.value !== null)?.value ?? 0;
    return counting === 'running' ? before : 0;
  });

/** A measure as a drawing; null where it has no figure, or its quarters do not add up to a year. */
export function chartOf(line: MeasureLine): CumulativeChart | null {
  if (line.counting === 'average' || line.counting === 'distinct') return null;
  const now = cumulative(quartersOf(line), line.counting);
  if (now.length === 0 || line.total === null) return null;
  const before = cumulative(line.before?.quarters ?? [], line.counting);
  const most = Math.max(1, line.target ?? 0, ...now, ...before);
  const y = (value: number): number => round(BOTTOM - (HEIGHT * Math.max(0, value)) / most);
  const thisYear = belowTarget(drawn(line, now, y, true), line.target === null ? null : y(line.target));
  const lastYear = before.length > 0 ? [drawn(line, before, y, false)] : [];
  const { target } = line;
  return {
    id: `chart-${line.key}`,
    title: line.name,
    words: wordsOf(line, now, before),
    lines: [thisYear, ...lastYear.map((one) => clearOf(thisYear, one))],
    target: target === null ? null : { y: y(target), text: figureOf(line, target) },
  };
}

function drawn(
  line: MeasureLine,
  values: readonly number[],
  y: (value: number) => number,
  isThisYear: boolean,
): ChartLine {
  const x = (quarter: number): number => LEFT + (WIDTH * quarter) / 4;
  const points = [
    `${String(LEFT)},${String(BOTTOM)}`,
    ...values.map((value, at) => `${String(x(at + 1))},${String(y(value))}`),
  ];
  const last = values.at(-1) ?? 0;
  return {
    isThisYear,
    points: points.join(' '),
    end: { x: x(values.length) + 5, at: y(last) + 4, text: figureOf(line, last) },
  };
}

/** Words that the line of the target would strike through stand below it. */
function belowTarget(line: ChartLine, target: number | null): ChartLine {
  const { end } = line;
  if (target === null || end.at < target - 2 || end.at > target + APART) return line;
  return { ...line, end: { ...end, at: target + APART } };
}

/** Moves the words of a line from those of another. */
function clearOf({ end: other }: ChartLine, line: ChartLine): ChartLine {
  const { end } = line;
  if (Math.abs(end.at - other.at) >= APART || Math.abs(end.x - other.x) > 60) return line;
  const at = end.at < other.at ? other.at - APART : other.at + APART;
  return { ...line, end: { ...end, at: at > BOTTOM ? other.at - APART : at } };
}

function wordsOf(line: MeasureLine, now: readonly number[], before: readonly number[]): string {
  const told = (values: readonly number[]): string =>
    values.map((value, at) => `Q${String(at + 1)} ${figureOf(line, value)}`).join(', ');
  const parts = [
    `This year, added up: ${told(now)}`,
    ...(before.length > 0 ? [`the year before: ${told(before)}`] : []),
    ...(line.target === null ? [] : [`target ${figureOf(line, line.target)}`]),
  ];
  return `${parts.join('; ')}.`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
