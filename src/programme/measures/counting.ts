import { LEAST_ANSWERS } from '../../outcomes/feedback-forms.js';
import type { AsAt } from './as-at.js';
import type { QuarterFigure } from './colour.js';
import type { CountedChallenge } from './counted-visits.js';
import { quarterRange } from './forecast.js';
import type { HeldFigure } from './held-figures.js';
import type { Measure, Source } from './measure.entity.js';
import { meanOf } from './units.js';

type Counts = Pick<Measure, 'source' | 'key' | 'which'>;

/** Sources of which a mean of few would tell what one of them said. */
const SMALL_HIDDEN: readonly Source[] = ['feedback', 'impact', 'evaluations'];

/** Whether a challenge, or what else was counted, counts towards a measure. */
export function countsTowards(one: CountedChallenge, { source, key, which }: Counts): boolean {
  if (one.what !== 'challenge') return source === one.what && (which === null || which === one.beside?.which);
  if (source === 'follow_ups') return one.follows;
  return source === 'days' || (source === 'challenges' && one.measures.includes(key));
}

/** Challenges, days, what else there is, or councils that are not among those counted already. */
export function amountOf(
  { source, counting }: Pick<Measure, 'source' | 'counting'>,
  rows: readonly CountedChallenge[],
  already: readonly CountedChallenge[],
): number {
  if (source === 'days') return rows.reduce((sum, { peerDays }) => sum + peerDays, 0);
  const told = rows.filter(({ beside }) => beside?.counts ?? true);
  if (counting !== 'distinct') return told.length;
  const known = new Set(already.map(({ code }) => code));
  return new Set(told.map(({ code }) => code).filter((code) => !known.has(code))).size;
}

/** What was delivered in a quarter; nothing in one that has not begun, "n/a" where somebody said so. */
export function countedQuarter(
  measure: Measure,
  mine: readonly CountedChallenge[],
  quarter: 1 | 2 | 3 | 4,
  { own, asAt }: { own: readonly HeldFigure[]; asAt: AsAt },
): QuarterFigure {
  const upTo = mine.filter(
    (one) =>
      one.stage === 'delivered' &&
      (measure.counting === 'running' ? one.quarter <= quarter : one.quarter === quarter),
  );
  const notApplicable = own.some((figure) => figure.quarter === quarter && figure.notApplicable);
  const begun = quarterRange(measure.year, quarter)[0] <= asAt.day;
  const amounts = upTo.flatMap(({ beside }) => beside?.amount ?? []);
  const isOver = quarterRange(measure.year, quarter)[1] <= asAt.day;
  const value =
    measure.counting === 'average' ? meanShown(measure, amounts, isOver) : amountOf(measure, upTo, []);
  return {
    value: begun && !notApplicable ? value : null,
    notApplicable,
    names: upTo.map(({ code }) => code),
    amounts,
  };
}

/**
 * The mean. Of what people answered only of whole quarters, and of three answers or more: the mean of one day held against that of the next would
 * tell what one of them said.
 */
function meanShown({ source }: Measure, amounts: readonly number[], isOver: boolean): number | null {
  const isHidden = SMALL_HIDDEN.includes(source) && (!isOver || amounts.length < LEAST_ANSWERS);
  return isHidden ? null : meanOf(amounts);
}
