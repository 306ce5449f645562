import { addDays, isRecordedDate, type DateRange } from '../../calendar/dates.js';
import { badField } from '../../web/problems.js';
import type { AvailabilityRange } from '../availability.js';

/** Days for a form to carry from the page that shows them to the one that keeps them: "2026-12-01 2026-12-03 busy; …". */
export const writeKept = (days: readonly AvailabilityRange[]): string =>
  days.map(({ from, to, state }) => `${from} ${to} ${state}`).join('; ');

/** A page may have been open over a night. */
const GRACE_DAYS = 7;

/** Reads them again, in order and within the time that calendars are read for. Throws a 400 for anything else. */
export function readKept(text: string, span: DateRange): AvailabilityRange[] {
  let before = addDays(span.from, -GRACE_DAYS);
  const parts = text.split(';').flatMap((part) => part.trim() || []);
  return parts.map((part) => {
    const [from, to, state, ...more] = part.split(' ');
    const isKnown = state === 'busy' || state === 'ask';
    if (
      !isKnown ||
      more.length > 0 ||
      !isRecordedDate(from) ||
      !isRecordedDate(to) ||
      to < from ||
      from <= before ||
      to > span.to
    )
      throw badField(
        '/file',
        `found days as "${part.slice(0, 60)}"; read the file again, and keep what is shown then`,
      );
    before = to;
    return { from, to, state };
  });
}
