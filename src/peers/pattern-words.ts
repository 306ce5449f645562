import { sayDay } from '../calendar/phrases.js';
import { listAnd } from '../english/words.js';
import { daysOfPattern, type AvailabilityPattern } from './availability.js';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const OFTEN = ['', 'Every', 'Every second', 'Every third', 'Every fourth'];
const SAID: Record<AvailabilityPattern['state'], string> = {
  ...{ busy: 'busy', free: 'free', ask: 'to ask about' },
};

/** "Every second Tuesday: busy, from Tuesday 1 December 2026". */
export function patternWords(pattern: AvailabilityPattern): string {
  const { weekdays, everyWeeks, from, to, state } = pattern;
  const often = OFTEN[everyWeeks] ?? `Every ${String(everyWeeks)} weeks on`;
  const days = listAnd(weekdays.map((day) => WEEKDAYS[day - 1] ?? ''));
  const [first = from] = daysOfPattern(pattern, from, 1);
  return `${often} ${days}: ${SAID[state]}, from ${sayDay(first)}${to === null ? '' : ` to ${sayDay(to)}`}`;
}
