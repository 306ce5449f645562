import type { DateRange } from '../../calendar/dates.js';
import { badField, Problem } from '../../web/problems.js';
import type { AvailabilityRange } from '../availability.js';
import { calendarsOf, noCalendar, type CalendarParts } from './components.js';
import { published, takenBy, type Entry, type Reason } from './entries.js';
import { Steps } from './series.js';
import { TakenDays } from './taken-days.js';
import { unfolded } from './unfolded.js';
import { zonesOf } from './zones.js';

/** More entries than this are no calendar of a person. */
const MOST_ENTRIES = 20_000;

/** What a calendar file says of somebody's time: days only, and how many entries play no part, by why. No titles, places or people. */
export interface CalendarRead {
  days: AvailabilityRange[];
  left: Partial<Record<Reason, number>>;
  /** How many time zones nobody knows, so that they were taken for that of the calendar. */
  guessedZones: number;
}

/**
 * The days within a span that a calendar file makes busy or to be asked about, in days of England, whatever the zone of the process. Throws
 * a 400 for what is no calendar, and for one with more than can be read. It may take for ever, so that it is for a thread of its own only.
 */
export function readDays(file: Uint8Array, span: DateRange): CalendarRead {
  try {
    return daysOf(calendarsOf(unfolded(file)), span);
  } catch (error) {
    if (error instanceof Problem) throw error;
    // The parser finds some faults only as it goes.
    throw noCalendar();
  }
}

function daysOf(calendars: readonly CalendarParts[], span: DateRange): CalendarRead {
  const [days, steps, left] = [new TakenDays(span), new Steps(), {} as CalendarRead['left']];
  const leave = (reason: Reason): void => {
    left[reason] = (left[reason] ?? 0) + 1;
  };
  const guessed = new Set<string>();
  const byUid = new Map<string, Entry[]>();
  let count = 0;
  for (const { calendar, entries } of calendars) {
    const zones = zonesOf(calendar, guessed);
    const isCancelled = String(calendar.getFirstPropertyValue('method') ?? '').toUpperCase() === 'CANCEL';
    for (const event of entries) {
      if (++count > MOST_ENTRIES) throw tooMany();
      if (!event) leave('unreadable');
      else if (event.name === 'vfreebusy')
        for (const taken of published(event, zones, steps)) days.add(taken);
      else {
        const uid = event.getFirstPropertyValue('uid');
        // Without one it is nobody's change.
        const key = typeof uid === 'string' && uid !== '' ? `uid ${uid}` : `entry ${String(count)}`;
        const same = byUid.get(key);
        if (same) same.push({ event, zones, isCancelled });
        else byUid.set(key, [{ event, zones, isCancelled }]);
      }
    }
  }
  for (const entries of byUid.values()) {
    try {
      for (const taken of takenBy(entries, span, steps, leave)) days.add(taken);
    } catch (error) {
      if (error instanceof Problem) throw error;
      leave('unreadable');
    }
  }
  return { days: days.ranges(), left, guessedZones: guessed.size };
}

const tooMany = (): Problem =>
  badField(
    '/file',
    `found more than ${MOST_ENTRIES.toLocaleString('en-GB')} entries; save the calendar again, of the coming two years only, and choose that file`,
  );
