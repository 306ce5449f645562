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

interface Around {
  counted: CountedChallenge[];
  figures: MeasureFigure[];
  policy: Reporting;
  asOf: CivilDate;
}

/** One measure with all that is known of it. */
export function lineOf(measure: Measure, { counted, figures, policy, asOf }: Around): MeasureLine {
  const own = figures.filter(({ measureId }) => measureId === measure.id);
  const mine = counted.filter((one) => countsTowards(one, measure));
  const automatic = measure.source !== 'by_hand';
  const quarters = automatic
    ? QUARTERS.map((quarter) => countedQuarter(measure, mine, quarter, { own, asOf }))
    : byHand(own);
  const ahead = (stage: Stage, quarter?: number): number => {
    const rows = mine.filter(
      (one) => one.stage === stage && (quarter === undefined || one.quarter === quarter),
    );
    return amountOf(
      measure,
      rows,
      stage === 'delivered' ? [] : mine.filter((one) => isBefore(one.stage, stage)),
    );
  };
  const confirmed = automatic ? ahead('confirmed') : (measure.confirmed ?? 0);
  const inDiscussion = automatic ? ahead('in_discussion') : (measure.inDiscussion ?? 0);
  const facts = {
    target: measure.target,
    counting: measure.counting,
    direction: measure.direction,
    quarters,
    confirmed,
    inDiscussion,
  };
  const entered =
    measure.colour && measure.colourReason ? { colour: measure.colour, reason: measure.colourReason } : null;
  const standing = standingOf(facts, measure.colourRule, entered, policy);
  const { id, key, name, source, counting, direction, target, colourRule, comment, year } = measure;
  const looksAhead = automatic && counting !== 'running' && standing.total !== null;
  return {
    ...standing,
    ...{ id, key, name, source, counting, direction, target, colourRule, comment, confirmed, inDiscussion },
    rule: ruleWords(entered ? 'by_hand' : colourRule, direction, policy),
    quarters: quarters.map(({ value, notApplicable }, index): ReportQuarter => ({
      quarter: QUARTERS[index] ?? 1,
      value,
      notApplicable,
      confirmed: automatic ? ahead('confirmed', index + 1) : 0,
      inDiscussion: automatic ? ahead('in_discussion', index + 1) : 0,
      comment: own.find(({ quarter }) => quarter === index + 1)?.comment ?? '',
    })),
    forecast: looksAhead
      ? forecastOf({ year, today: asOf, delivered: standing.total ?? 0, confirmed, inDiscussion }, policy)
      : null,
  };
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
