/** What figures of a measure are counted in. */
export const UNITS = ['number', 'pounds', 'thousand_pounds', 'million_pounds', 'per_cent'] as const;
export type Unit = (typeof UNITS)[number];

/** What a figure is printed in. */
export interface Printed {
  unit: Unit;
  /** Decimals that are always printed, 0 to 2. */
  decimals: number;
}

const BEFORE: Record<Unit, string> = {
  number: '',
  pounds: '£',
  thousand_pounds: '£',
  million_pounds: '£',
  per_cent: '',
};
const AFTER: Record<Unit, string> = {
  number: '',
  pounds: '',
  thousand_pounds: 'k',
  million_pounds: 'm',
  per_cent: '%',
};

/** "1,250", "£10.5m", "−£55k", "90%": as board papers print a figure, with `most` decimals at most. */
export function sayFigure(value: number, { unit, decimals }: Printed, most = 2): string {
  const digits = Math.abs(value).toLocaleString('en-GB', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: Math.max(decimals, most),
  });
  return `${value < 0 ? '−' : ''}${BEFORE[unit]}${digits}${AFTER[unit]}`;
}

/** Adds up without the errors of binary fractions: figures have two decimals at most. */
export const addUp = (values: readonly number[]): number =>
  Math.round(values.reduce((sum, value) => sum + value, 0) * 100) / 100;

/** The mean, with four decimals, so that it is rounded once where it is printed; null of nothing. */
export const meanOf = (values: readonly number[]): number | null =>
  values.length === 0
    ? null
    : Math.round((10_000 * values.reduce((sum, value) => sum + value, 0)) / values.length) / 10_000;
