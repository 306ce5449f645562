import { appendFileSync } from 'node:fs';

/** Where `npm run test:faults` collects what tests measure; not set in a plain run. */
const FIGURES = process.env.FIGURES;

/** How often a fault is tried: a few times in every run, many times in the long one. */
export const times = (quick: number, long: number): number => (FIGURES ? long : quick);

/** Notes what a test measured for a row of docs/faults.md, and whether that is within its target: speed is judged there, never in a plain run. */
export function figure(row: number, measured: string, isWithin = true): void {
  if (FIGURES) appendFileSync(FIGURES, `${JSON.stringify({ row, measured, isWithin })}\n`);
}

/** The value below which so much of all values lie, in the unit of the values; 0 where there are none. */
export const percentile = (values: number[], percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? 0;
