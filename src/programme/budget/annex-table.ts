import { paths } from '../../web/paths.js';
import type { Colour } from '../measures/colour.js';
import { countOf, sayColours } from '../report/rows.js';
import { sayFigure } from '../measures/units.js';
import type { AnnexLine, AnnexTotal, BudgetAnnex } from './budget-annex.js';

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
  /** "5 green, 1 amber and 0 red of 6" */
  colours: string;
  /** Why each line has its colour. */
  because: { name: string; colour: Colour; words: string }[];
  /** What is red or amber, the worst first, with what is being done. */
  wanting: { colour: Colour; words: string; comment: string }[];
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

/** Whether a line was told of last in an earlier quarter than others. */
const isOlder = (line: AnnexLine, quarter: BudgetAnnex['quarter']): boolean =>
  line.quarter != null && line.quarter !== quarter;

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
          name: isOlder(line, quarter) ? `${line.name} (to Q${String(line.quarter)})` : line.name,
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
    colours: sayColours(countOf(lines.map(({ colour }) => colour))),
    wanting: (['red', 'amber'] as const).flatMap((colour) =>
      lines
        .filter((line) => line.colour === colour)
        .map(({ name, because, comment }) => ({
          colour,
          words: `Budget in £ thousand, ${name}: ${colour}, because ${because}`,
          comment,
        })),
    ),
    because: lines.map(({ name, colour, because }) => ({ name, colour, words: because })),
  };
}
