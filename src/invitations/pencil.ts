import type { EntityManager } from 'typeorm';
import { addMonths, type CivilDate } from '../calendar/dates.js';
import { Visit } from '../challenges/visit.entity.js';

/** The progress review is pencilled for about so many months after the visit: shown, and holding nobody's days. Returns the day. */
export async function pencilReview(
  tx: EntityManager,
  challengeId: string,
  lastDay: CivilDate,
  months: number,
): Promise<CivilDate> {
  const about = addMonths(lastDay, months);
  const review = { challengeId, type: 'progress_review' as const, firstDay: about, lastDay: about };
  await tx.upsert(Visit, [{ ...review, state: 'pencilled' }], ['challengeId', 'type']);
  return about;
}
