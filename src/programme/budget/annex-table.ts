import { paths } from '../../web/paths.js';
import type { Colour } from '../measures/colour.js';
import { sayFigure } from '../measures/units.js';
import type { AnnexTotal, BudgetAnnex } from './budget-annex.js';

/** A row of the annex as it is printed. */
interface AnnexRow {
  name: string;
  href: string | null;
  /** Budget and actual to date; budget, forecast and variance of the year. */
  cells: string[];
  colour: Colour | null;
  comment: string;
}

/** The annex as a table. */
export interface AnnexTable {
  caption: string;
  groups: { name: string; rows: AnnexRow[] }[];
  left: AnnexRow | null;
  rules: string[];
  /** How many lines have which colour, in words. */
  because: { name: string; colour: Colour; words: string }[];
}

const money = (value: number | null): string =>
  value === null ? '–' : sayFigure(value, { unit: 'number', decimals: 0 });
/** A variance with its sign. */
const signed = (value: number | null): string =>
  value !== null && value > 0 ? `+${money(value)}` : money(value);

const cellsOf = (one: AnnexTotal): string[] => [
  ...[money(one.budgetToDate), money(one.actualToDate), money(one.budget), money(one.forecast)],
  signed(one.variance),
];

const totalRow = (total: AnnexTotal): AnnexRow => ({
  ...{ name: total.name, href: null, cells: cellsOf(total), colour: null, comment: '' },
});

/** The rows of an annex; `links` says whether they lead to their lines. */
export function annexTable({ quarter, lines, totals, rules }: BudgetAnnex, links: boolean): AnnexTable {
  const [income, spending, left] = totals;
  const groups = [
    { name: 'Income', kind: 'income', total: income },
    { name: 'Expenditure', kind: 'expenditure', total: spending },
  ].map(({ name, kind, total }) => ({
    name,
    rows: [
      ...lines
        .filter((line) => line.kind === kind)
        .map((line) => ({
          name: line.name,
          href: links ? paths.budgetLine(line.id) : null,
          cells: cellsOf(line),
          colour: line.colour,
          comment: line.comment,
        })),
      ...(total ? [{ ...totalRow(total), name: `${name} in all` }] : []),
    ],
  }));
  const until = quarter === null ? '' : `, to the end of Q${String(quarter)}`;
  return {
    caption: `Budget in thousands of pounds${until}`,
    groups: groups.filter(({ rows }) => rows.length > 1),
    left: left ? totalRow(left) : null,
    rules,
    because: lines.map(({ name, colour, because }) => ({ name, colour, words: because })),
  };
}
