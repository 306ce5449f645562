import { londonDate, type CivilDate } from '../../calendar/dates.js';
import type { Reporting } from '../../reference/content.js';
import { knownBy, type AsAt } from '../measures/as-at.js';
import { COLOURING, ruleWords } from '../measures/colour-rules.js';
import type { Colour, ColourRule, MeasureFacts } from '../measures/colour.js';
import { quarterRange } from '../measures/forecast.js';
import { addUp } from '../measures/units.js';
import type { BudgetFigure } from './budget-figure.entity.js';
import type { BudgetKind, BudgetLine } from './budget-line.entity.js';

/** One line of the annex, in thousands of pounds. */
export interface AnnexLine {
  id: string;
  key: string;
  name: string;
  kind: BudgetKind;
  /** At the end of which quarter its figures are; null where there are none. Absent from reports kept before it was. */
  quarter?: 1 | 2 | 3 | 4 | null;
  budgetToDate: number | null;
  actualToDate: number | null;
  /** Of the whole year. */
  budget: number;
  forecast: number | null;
  /** Forecast less budget. */
  variance: number | null;
  colour: Colour;
  because: string;
  comment: string;
  /** When its figures were written down, where that was only after the day of the report. */
  writtenLater: CivilDate | null;
}

export type AnnexTotal = Pick<
  AnnexLine,
  'name' | 'budgetToDate' | 'actualToDate' | 'budget' | 'forecast' | 'variance'
>;

/** The budget annex of a report. */
export interface BudgetAnnex {
  /** At the end of which quarter the latest of its figures are; null where there are none yet. */
  quarter: 1 | 2 | 3 | 4 | null;
  lines: AnnexLine[];
  /** Income, expenditure, and what is left. */
  totals: AnnexTotal[];
  /** The rules of the colours in words. */
  rules: string[];
}

const RULES: Record<BudgetKind, 'income' | 'spending'> = { income: 'income', expenditure: 'spending' };
const NO_FACTS: MeasureFacts = {
  ...{ target: null, counting: 'running', direction: 'at_least', quarters: [] },
  ...{ confirmed: 0, inDiscussion: 0 },
};

/** The annex as at a day, from all that was ever entered, oldest first; each line as it was told of last. */
export function annexOf(
  lines: readonly BudgetLine[],
  entered: readonly BudgetFigure[],
  { year, asAt, policy }: { year: number; asAt: AsAt; policy: Reporting },
): BudgetAnnex | null {
  if (lines.length === 0) return null;
  const until = knownBy(asAt);
  const annex = lines.map((line) => {
    const mine = entered.filter(({ lineId }) => lineId === line.id);
    const shown = shownOf(mine, year, asAt);
    const isLater = shown !== undefined && until !== null && shown.at >= until;
    return lineOf(line, shown, isLater ? londonDate(shown.at) : null, policy);
  });
  const quarters = annex.flatMap(({ quarter }) => quarter ?? []);
  const quarter = quarters.length === 0 ? null : (Math.max(...quarters) as 1 | 2 | 3 | 4);
  const words = (rule: ColourRule): string => ruleWords(rule, NO_FACTS, policy);
  return { quarter, lines: annex, totals: totalsOf(annex), rules: [words('income'), words('spending')] };
}

/**
 * What a report shows of a line: what was said last of the last quarter that was told of by the day. Where nothing was written down by then, what was
 * written later of quarters that were over; else of one that had begun.
 */
function shownOf(figures: readonly BudgetFigure[], year: number, asAt: AsAt): BudgetFigure | undefined {
  const until = knownBy(asAt);
  const begun = figures.filter(({ quarter }) => quarterRange(year, quarter)[0] <= asAt.day);
  const known = begun.filter(({ at }) => until === null || at < until);
  const over = begun.filter(({ quarter }) => quarterRange(year, quarter)[1] <= asAt.day);
  const [told = []] = [known, over, begun].filter((some) => some.length > 0);
  const last = Math.max(...told.map(({ quarter }) => quarter));
  return told.findLast(({ quarter }) => quarter === last);
}

function lineOf(
  { id, key, name, kind, budget, comment, colour, colourReason }: BudgetLine,
  figure: BudgetFigure | undefined,
  writtenLater: CivilDate | null,
  policy: Reporting,
): AnnexLine {
  const { budgetToDate = null, actualToDate = null, forecast = null } = figure ?? {};
  const judged =
    colour && colourReason
      ? { colour, because: `entered by hand: ${colourReason}` }
      : judge({ kind, budget, budgetToDate, actualToDate, forecast }, policy);
  return {
    ...{
      id,
      key,
      name,
      kind,
      quarter: figure?.quarter ?? null,
      budgetToDate,
      actualToDate,
      budget,
      forecast,
    },
    variance: less(forecast, budget),
    ...judged,
    ...{ comment, writtenLater },
  };
}

/** By the forecast of the year; where there is none, by what came in or went out so far. */
function judge(
  one: Pick<AnnexLine, 'kind' | 'budget' | 'budgetToDate' | 'actualToDate' | 'forecast'>,
  policy: Reporting,
): Pick<AnnexLine, 'colour' | 'because'> {
  const rule = COLOURING[RULES[one.kind]];
  if (one.forecast !== null) return rule(NO_FACTS, one.forecast, one.budget, policy);
  if (one.actualToDate !== null && one.budgetToDate !== null)
    return rule(NO_FACTS, one.actualToDate, one.budgetToDate, policy);
  return { colour: 'not_started', because: 'nothing is said of it yet' };
}

const less = (one: number | null, other: number): number | null =>
  one === null ? null : addUp([one, -other]);

function totalsOf(lines: readonly AnnexLine[]): AnnexTotal[] {
  const [income, spending] = (['income', 'expenditure'] as const).map((kind) =>
    totalOf(
      kind === 'income' ? 'Income' : 'Expenditure',
      lines.filter((line) => line.kind === kind),
    ),
  );
  if (!income || !spending) return [];
  const net = (field: 'budgetToDate' | 'actualToDate' | 'forecast'): number | null => {
    const [one, other] = [income[field], spending[field]];
    return one === null || other === null ? null : addUp([one, -other]);
  };
  const budget = addUp([income.budget, -spending.budget]);
  const forecast = net('forecast');
  const left: AnnexTotal = {
    ...{ name: 'Income less expenditure', budget, forecast, variance: less(forecast, budget) },
    ...{ budgetToDate: net('budgetToDate'), actualToDate: net('actualToDate') },
  };
  return [income, spending, left];
}

/** Null where one of the lines is not known: half a sum would mislead. */
function totalOf(name: string, lines: readonly AnnexLine[]): AnnexTotal {
  const sum = (field: 'budgetToDate' | 'actualToDate' | 'forecast'): number | null => {
    const values = lines.map((line) => line[field]);
    return values.some((value) => value === null) ? null : addUp(values.map((value) => value ?? 0));
  };
  const budget = addUp(lines.map((line) => line.budget));
  const forecast = sum('forecast');
  return {
    ...{ name, budget, forecast, variance: less(forecast, budget) },
    ...{ budgetToDate: sum('budgetToDate'), actualToDate: sum('actualToDate') },
  };
}
