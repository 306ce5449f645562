import { addMonths, type CivilDate } from '../../calendar/dates.js';
import { sayShortDay } from '../../calendar/phrases.js';

/** What is known of one review of a plan. */
export interface Reviewed {
  reviewedOn: CivilDate;
  ends: boolean;
  leadsTo: string | null;
  supportId: string | null;
  noSupport: string | null;
}

/**
 * When the plan after an inspection is reviewed next: `every` months after it was due, then after each review; null where the framework asks
 * for no reviews, no plan is due, or a review found it carried out. Every six months is the practice of improvement boards.
 */
export function nextReview(
  planDue: CivilDate | null,
  every: number | null,
  reviews: readonly Pick<Reviewed, 'reviewedOn' | 'ends'>[],
): CivilDate | null {
  if (planDue === null || every === null || reviews.some(({ ends }) => ends)) return null;
  const days = reviews.map(({ reviewedOn }) => reviewedOn);
  return addMonths(
    [planDue, ...days].reduce((a, b) => (a > b ? a : b)),
    every,
  );
}

/** What is known of the plan after an inspection, as part of a sentence; null where none is due and none came. */
export function planWords(
  {
    planDue,
    planReceived,
    reviews,
  }: { planDue: CivilDate | null; planReceived: CivilDate | null; reviews: readonly object[] },
  today: CivilDate,
): string | null {
  if (planReceived !== null)
    return `plan arrived on ${sayShortDay(planReceived)}${planDue !== null && planReceived > planDue ? `, due on ${sayShortDay(planDue)}` : ''}`;
  if (planDue === null) return null;
  if (planDue >= today) return `plan due on ${sayShortDay(planDue)}`;
  // A plan that was reviewed came, though nobody said when.
  const missing = reviews.length > 0 ? '' : ', and no arrival is recorded';
  return `plan was due on ${sayShortDay(planDue)}${missing}`;
}

/** Whether what a review found leads to support that nobody has given, nor said that it is not needed. */
export const isOwed = ({ leadsTo, supportId, noSupport }: Omit<Reviewed, 'reviewedOn' | 'ends'>): boolean =>
  leadsTo !== null && supportId === null && noSupport === null;
