import type { CivilDate } from '../../calendar/dates.js';
import { programmeQuarter, programmeYear } from '../../calendar/programme-year.js';
import type { Reporting } from '../../reference/content.js';
import type { CountedChallenge } from './counted-visits.js';
import { forecastOf } from './forecast.js';
import type { MeasureFigure } from './measure-figure.entity.js';
import type { Measure } from './measure.entity.js';
import { ruleWords, standingOf, type QuarterFigure } from './colour.js';
import type { MeasureLine, ReportQuarter, Stage } from '../report/report.js';

const QUARTERS = [1, 2, 3, 4] as const;

type Facts =
  'id' | 'key' | 'name' | 'source' | 'counting' | 'direction' | 'target' | 'colourRule' | 'comment';

interface Around {
  counted: CountedChallenge[];
  figures: MeasureFigure[];
  policy: Reporting;
  asOf: CivilDate;
}

/** One measure with all that is known of it. */
export function lineOf(measure: Measure, { counted, figures, policy, asOf }: Around): MeasureLine {
  const automatic = measure.source !== 'by_hand';
  const own = figures.filter(({ measureId }) => measureId === measure.id);
  const mine = counted.filter((one) => countsTowards(one, measure));
  const quarters = automatic
    ? QUARTERS.map((quarter) => countedQuarter(measure, mine, quarter, { own, asOf }))
    : byHand(own);
  const ahead = (stage: Stage, quarter?: number): number => amountAhead(measure, mine, stage, quarter);
  const confirmed = automatic ? ahead('confirmed') : (measure.confirmed ?? 0);
  const inDiscussion = automatic ? ahead('in_discussion') : (measure.inDiscussion ?? 0);
  const { source, counting, direction, target, colourRule, year } = measure;
  const facts = { target, counting, direction, quarters, confirmed, inDiscussion };
  const entered = colourOf(measure);
  const standing = standingOf(facts, colourRule, entered, policy);
  const looksAhead = source !== 'by_hand' && counting !== 'running' && standing.total !== null;
  return {
    ...standing,
    ...factsOf(measure),
    confirmed,
    inDiscussion,
    rule: ruleWords(entered ? 'by_hand' : colourRule, direction, policy),
    quarters: QUARTERS.map((quarter, index): ReportQuarter => ({
      quarter,
      value: quarters[index]?.value ?? null,
      notApplicable: quarters[index]?.notApplicable ?? false,
      confirmed: automatic ? ahead('confirmed', quarter) : 0,
      inDiscussion: automatic ? ahead('in_discussion', quarter) : 0,
      comment: own.find((one) => one.quarter === quarter)?.comment ?? '',
    })),
    forecast: looksAhead
      ? forecastOf({ year, today: asOf, delivered: standing.total ?? 0, confirmed, inDiscussion }, policy)
      : null,
  };
}

/** What the programme says of a measure, before anything is counted. */
function factsOf(measure: Measure): Pick<Measure, Facts> {
  const { id, key, name, source, counting, direction, target, colourRule, comment } = measure;
  return { id, key, name, source, counting, direction, target, colourRule, comment };
}

/** The colour that people gave it, with their reason. */
function colourOf({ colour, colourReason }: Measure): Parameters<typeof standingOf>[2] {
  return colour && colourReason ? { colour, reason: colourReason } : null;
}

/** What a stage adds to those before it, of the year or a quarter. */
function amountAhead(
  measure: Measure,
  mine: CountedChallenge[],
  stage: Stage,
  quarter: number | undefined,
): number {
  const rows = mine.filter(
    (one) => one.stage === stage && (quarter === undefined || one.quarter === quarter),
  );
  const before = stage === 'delivered' ? [] : mine.filter((one) => isBefore(one.stage, stage));
  return amountOf(measure, rows, before);
}

const STAGE_ORDER: readonly Stage[] = ['delivered', 'confirmed', 'in_discussion'];
const isBefore = (one: Stage, other: Stage): boolean => STAGE_ORDER.indexOf(one) < STAGE_ORDER.indexOf(other);

/** Whether a challenge counts towards a measure. */
export function countsTowards(
  { what, measures }: CountedChallenge,
  { source, key }: Pick<Measure, 'source' | 'key'>,
): boolean {
  if (what === 'event') return source === 'events';
  return source === 'days' || (source === 'challenges' && measures.includes(key));
}

/** Challenges, days, or councils that are not among those counted already. */
function amountOf(
  { source, counting }: Measure,
  rows: CountedChallenge[],
  already: CountedChallenge[],
): number {
  if (source === 'days') return rows.reduce((sum, { peerDays }) => sum + peerDays, 0);
  if (counting !== 'distinct') return rows.length;
  const known = new Set(already.map(({ code }) => code));
  return new Set(rows.map(({ code }) => code).filter((code) => !known.has(code))).size;
}

/** What was delivered in a quarter; nothing in one that has not begun, "n/a" where somebody said so. */
function countedQuarter(
  measure: Measure,
  mine: CountedChallenge[],
  quarter: 1 | 2 | 3 | 4,
  { own, asOf }: { own: MeasureFigure[]; asOf: CivilDate },
): QuarterFigure {
  const upTo = mine.filter(
    (one) =>
      one.stage === 'delivered' &&
      (measure.counting === 'running' ? one.quarter <= quarter : one.quarter === quarter),
  );
  const notApplicable = own.some((figure) => figure.quarter === quarter && figure.notApplicable);
  const begun =
    programmeYear(asOf) > measure.year ||
    (programmeYear(asOf) === measure.year && programmeQuarter(asOf) >= quarter);
  return {
    value: begun && !notApplicable ? amountOf(measure, upTo, []) : null,
    notApplicable,
    names: upTo.map(({ code }) => code),
  };
}

/** The figures that people entered, by quarter. */
export function byHand(figures: MeasureFigure[]): QuarterFigure[] {
  return QUARTERS.map((quarter) => {
    const found = figures.find((figure) => figure.quarter === quarter);
    return {
      value: found?.value ?? null,
      notApplicable: found?.notApplicable ?? false,
      names: found?.councils ?? [],
    };
  });
}
