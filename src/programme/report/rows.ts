import type { Colour } from '../measures/colour.js';
import type { MeasureLine } from './report.js';

/** From the worst; what nobody knows stands between amber and green. */
const WORST: readonly Colour[] = ['red', 'amber', 'not_started', 'green'];

/** A row of the report: a measure, and the other targets that stand in it. */
export interface ReportRow {
  first: MeasureLine;
  others: MeasureLine[];
}

/** The rows under one heading. */
export interface ReportTheme {
  name: string;
  rows: ReportRow[];
}

/** The lines as rows: each measure of its own with the targets that are part of it. */
export function rowsOf(lines: readonly MeasureLine[]): ReportRow[] {
  const keys = new Set(lines.map(({ key }) => key));
  const isFirst = ({ partOf = null }: MeasureLine): boolean => partOf === null || !keys.has(partOf);
  return lines
    .filter(isFirst)
    .map((first) => ({ first, others: lines.filter((line) => line.partOf === first.key && line !== first) }));
}

/** The rows by theme, in the order of the first row of each. */
export function themesOf(lines: readonly MeasureLine[]): ReportTheme[] {
  const themes: ReportTheme[] = [];
  for (const row of rowsOf(lines)) {
    const name = row.first.theme ?? '';
    const known = themes.find((theme) => theme.name === name);
    if (known) known.rows.push(row);
    else themes.push({ name, rows: [row] });
  }
  return themes;
}

/** How many rows have each colour: "15 green, 11 amber and 0 red of 26". */
export type ColourCount = Record<Colour | 'all', number>;

export const coloursOf = (lines: readonly MeasureLine[]): ColourCount =>
  countOf(rowsOf(lines).map(({ first }) => first.colour));

/** How many there are of each colour. */
export function countOf(colours: readonly Colour[]): ColourCount {
  const of = (colour: Colour): number => colours.filter((one) => one === colour).length;
  return {
    green: of('green'),
    amber: of('amber'),
    red: of('red'),
    not_started: of('not_started'),
    all: colours.length,
  };
}

/** "15 green, 11 amber and 0 red of 26, 2 not yet started" */
export function sayColours({ green, amber, red, not_started: waiting, all }: ColourCount): string {
  const words = `${String(green)} green, ${String(amber)} amber and ${String(red)} red of ${String(all)}`;
  return waiting === 0 ? words : `${words}, ${String(waiting)} not yet started`;
}

/**
 * Lines with the colour of their rows: a row of several targets is as good as the worst of them, and is not green while one of them has no figure.
 * A colour that somebody entered for its first measure stands for the row.
 */
export function withRowColours(lines: readonly MeasureLine[], byHand: ReadonlySet<string>): MeasureLine[] {
  const rows = new Map(rowsOf(lines).map(({ first, others }) => [first.key, others]));
  return lines.map((line) => {
    const others = rows.get(line.key) ?? [];
    return others.length === 0 || byHand.has(line.key) ? line : { ...line, ...worstOf([line, ...others]) };
  });
}

function worstOf(targets: readonly MeasureLine[]): Pick<MeasureLine, 'colour' | 'because'> {
  const because = targets.map((one) => `${one.name}: ${one.because}`).join('; ');
  const colours = targets.map(({ colour }) => colour);
  const [worst = 'not_started'] = WORST.filter((colour) => colours.includes(colour));
  const isHalfKnown = worst === 'not_started' && colours.includes('green');
  return {
    colour: isHalfKnown ? 'amber' : worst,
    because: isHalfKnown
      ? `one of its targets has no figure yet (${because})`
      : `it is as good as the worst of its targets (${because})`,
  };
}
