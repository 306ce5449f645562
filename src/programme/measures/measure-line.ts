import type { CivilDate } from '../../calendar/dates.js';
import type { Reporting } from '../../reference/content.js';
import type { MeasureLine, ReportQuarter, Stage } from '../report/report.js';
import type { AsAt } from './as-at.js';
import { ruleWords } from './colour-rules.js';
import { totalOf, type Counting, type MeasureFacts, type QuarterFigure } from './colour.js';
import { amountOf, countedQuarter, countsTowards } from './counting.js';
import type { CountedChallenge } from './counted-visits.js';
import { expectedBy, toldUntil } from './expected.js';
import { forecastOf, quarterRange, type Forecast } from './forecast.js';
import type { HeldFigure } from './held-figures.js';
import type { Measure } from './measure.entity.js';
import { standingOf } from './standing.js';

const QUARTERS = [1, 2, 3, 4] as const;

type Facts = Exclude<keyof Measure, 'year' | 'place' | 'colour' | 'colourReason' | 'endedOn' | 'version'>;
const FACTS = [
  ...([
    'id',
    'key',
    'theme',
    'name',
    'wording',
    'partOf',
    'source',
    'which',
    'counting',
    'direction',
  ] as const),
  ...(['unit', 'decimals', 'target', 'targetWords', 'progress', 'colourRule', 'comment'] as const),
] as const;

interface Around {
  counted: CountedChallenge[];
  figures: HeldFigure[];
  policy: Reporting;
  asAt: AsAt;
  /** How the quarters of the years before went, by the key of a measure; the policy's profile for the others. */
  profiles?: ReadonlyMap<string, readonly number[]>;
}

/** What is booked and talked of for the rest of the year. */
interface Ahead {
  confirmed: number;
  inDiscussion: number;
  together: number;
}

/** One measure with all that is known of it. */
export function lineOf(measure: Measure, around: Around): MeasureLine {
  const { counted, figures, policy, asAt } = around;
  const automatic = measure.source !== 'by_hand';
  const own = figures.filter(({ measureId }) => measureId === measure.id);
  const mine = counted.filter((one) => countsTowards(one, measure));
  const quarters = automatic
    ? QUARTERS.map((quarter) => countedQuarter(measure, mine, quarter, { own, asAt }))
    : byHand(own);
  const ahead = automatic ? countedAhead(measure, mine) : aheadByHand(measure, quarters, asAt.day);
  const { counting, direction, target, unit, colourRule, year, key } = measure;
  const profile = around.profiles?.get(key) ?? policy.seasonalProfile;
  const until = automatic ? asAt.day : toldUntil(year, asAt.day, quarters);
  const facts = { target, counting, direction, unit, quarters, ...ahead };
  const looksAhead = automatic || colourRule === 'forecast';
  const forecast = looksAhead
    ? lookAhead(facts, { year, until, policy: { ...policy, seasonalProfile: [...profile] } })
    : null;
  const share = expectedBy(year, until, quarters, profile);
  const entered = colourOf(measure);
  const standing = standingOf(
    { ...facts, forecast, ...(share ? { share } : {}) },
    colourRule,
    entered,
    policy,
  );
  return {
    ...inWords(measure, standing),
    ...factsOf(measure),
    ...ahead,
    rule: ruleWords(entered || measure.targetWords ? 'by_hand' : colourRule, facts, policy),
    quarters: QUARTERS.map((quarter, index) =>
      quarterOf(quarter, { known: quarters[index], own, measure, mine, automatic }),
    ),
    forecast,
    recordedLater: mine.filter((one) => one.later && one.stage === 'delivered').length,
  };
}

/** What is likely by the end of the year; null of what does not add up over it, or has not begun. */
function lookAhead(
  facts: MeasureFacts,
  { year, until, policy }: { year: number; until: CivilDate; policy: Reporting },
): Forecast | null {
  const delivered = totalOf(facts);
  if (delivered === null || delivered < 0 || (facts.unit ?? 'number') !== 'number') return null;
  if (facts.counting === 'running' || facts.counting === 'average') return null;
  const inDiscussion = facts.inDiscussion + (facts.together ?? 0);
  return forecastOf({ year, today: until, delivered, confirmed: facts.confirmed, inDiscussion }, policy);
}

/** A target in words is done when somebody says so; until then its colour is by hand. */
function inWords<S extends ReturnType<typeof standingOf>>(
  { targetWords, progress, colour }: Measure,
  standing: S,
): S {
  if (targetWords === '' || colour !== null) return standing;
  return progress === 'done'
    ? { ...standing, colour: 'green', because: 'it is done' }
    : {
        ...standing,
        colour: 'not_started',
        because: `its target is in words, ${progress === 'under_way' ? 'under way, ' : ''}and its colour has not been entered yet`,
      };
}

function quarterOf(
  quarter: 1 | 2 | 3 | 4,
  {
    known,
    own,
    measure,
    mine,
    automatic,
  }: {
    known: QuarterFigure | undefined;
    own: HeldFigure[];
    measure: Measure;
    mine: CountedChallenge[];
    automatic: boolean;
  },
): ReportQuarter {
  const held = own.find((one) => one.quarter === quarter);
  const ahead = (stage: Stage): number => (automatic ? amountAhead(measure, mine, stage, quarter) : 0);
  return {
    quarter,
    value: known?.value ?? null,
    notApplicable: known?.notApplicable ?? false,
    confirmed: ahead('confirmed'),
    inDiscussion: ahead('in_discussion'),
    comment: held?.comment ?? '',
    writtenLater: held?.writtenLater ?? null,
    changedTo: held?.changedTo ?? null,
  };
}

/** What the programme says of a measure, before anything is counted. */
function factsOf(measure: Measure): Pick<Measure, (typeof FACTS)[number]> {
  return Object.fromEntries(FACTS.map((name) => [name, measure[name]])) as Pick<Measure, Facts>;
}

/** The colour that people gave it, with their reason. */
function colourOf({ colour, colourReason }: Measure): Parameters<typeof standingOf>[2] {
  return colour && colourReason ? { colour, reason: colourReason } : null;
}

/** What people said is ahead: until a quarter after that has a figure, for by then nobody knows what became of it. */
function aheadByHand(
  { year, confirmed, inDiscussion, together, aheadQuarter }: Measure,
  quarters: readonly QuarterFigure[],
  day: CivilDate,
): Ahead {
  const isToCome = aheadQuarter !== null && quarterRange(year, aheadQuarter)[0] > day;
  const overtaken = quarters.some(({ value }, index) => value !== null && index + 1 > (aheadQuarter ?? 4));
  if (overtaken || isToCome) return { confirmed: 0, inDiscussion: 0, together: 0 };
  return { confirmed: confirmed ?? 0, inDiscussion: inDiscussion ?? 0, together: together ?? 0 };
}

const countedAhead = (measure: Measure, mine: CountedChallenge[]): Ahead => ({
  confirmed: amountAhead(measure, mine, 'confirmed'),
  inDiscussion: amountAhead(measure, mine, 'in_discussion'),
  together: 0,
});

/** What a stage adds to those before it, of the year or a quarter. */
function amountAhead(measure: Measure, mine: CountedChallenge[], stage: Stage, quarter?: number): number {
  // Nobody knows yet what somebody will think, or say.
  if (measure.counting === 'average') return 0;
  const rows = mine.filter(
    (one) => one.stage === stage && (quarter === undefined || one.quarter === quarter),
  );
  const before = stage === 'delivered' ? [] : mine.filter((one) => isBefore(one.stage, stage));
  return amountOf(measure, rows, before);
}

const STAGE_ORDER: readonly Stage[] = ['delivered', 'confirmed', 'in_discussion'];
const isBefore = (one: Stage, other: Stage): boolean => STAGE_ORDER.indexOf(one) < STAGE_ORDER.indexOf(other);

/** The figures that people entered, by quarter. */
export function byHand(
  figures: readonly Pick<HeldFigure, 'quarter' | 'value' | 'notApplicable' | 'councils'>[],
): QuarterFigure[] {
  return QUARTERS.map((quarter) => {
    const found = figures.find((figure) => figure.quarter === quarter);
    return {
      value: found?.value ?? null,
      notApplicable: found?.notApplicable ?? false,
      names: found?.councils ?? [],
    };
  });
}

/** Quarters of years before, added up: the profile of a measure; null where fewer than two whole years lie behind. */
export function profileOf(
  years: readonly (readonly (number | null)[])[],
  counting: Counting,
): number[] | null {
  const whole = years.filter(
    (quarters) => quarters.length === 4 && quarters.every((value) => value !== null),
  );
  if (counting !== 'sum' || whole.length < 2) return null;
  const sums = QUARTERS.map((_, at) => whole.reduce((sum, quarters) => sum + (quarters[at] ?? 0), 0));
  return sums.some((sum) => sum > 0) ? sums : null;
}
