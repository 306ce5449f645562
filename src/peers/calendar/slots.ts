import ICAL from 'ical.js';
import { UTC, type Wall, type Zone } from './zones.js';
import { fromDayNumber, isCivilDate, type CivilDate } from '../../calendar/dates.js';

export const DAY = 86_400_000;

/** When something begins: a day, or a time on the clocks of a zone. */
export interface Slot {
  wall: Wall;
  isDate: boolean;
  zone: Zone;
}

/** How long something takes: on the clocks of its zone, or, between two zones, as time passes. In milliseconds. */
export interface Length {
  by: 'clock' | 'time';
  ms: number;
}

type Zones = (tzid: string | null) => Zone;

export const wallOf = (time: ICAL.Time): Wall =>
  new Date(0).setUTCFullYear(time.year, time.month - 1, time.day) +
  (time.isDate ? 0 : ((time.hour * 60 + time.minute) * 60 + time.second) * 1000);

/** A time of a property as the property says its zone. */
export function slotOf(time: ICAL.Time, property: ICAL.Property, zones: Zones): Slot {
  const tzid: unknown = property.getParameter('tzid');
  const isUtc = time.zone === ICAL.Timezone.utcTimezone;
  return {
    wall: wallOf(time),
    isDate: time.isDate,
    zone: isUtc ? UTC : zones(typeof tzid === 'string' ? tzid : null),
  };
}

/** The first time of a property; null where the component has none. Throws an Error for a time that cannot be. */
export function firstSlot(component: ICAL.Component, name: string, zones: Zones): Slot | null {
  const property = component.getFirstProperty(name);
  const value: unknown = property?.getFirstValue();
  if (!property || !(value instanceof ICAL.Time)) return null;
  // The parser takes 35 January for 4 February.
  const written = String((property.toJSON() as unknown[])[3]).slice(0, 10);
  if (!isCivilDate(written)) throw new Error('no such day');
  return slotOf(value, property, zones);
}

/** What the clocks of a zone show at a moment, by trying; the zones of calendars only say the other way round. */
export const wallAt = (moment: number, zone: Zone): Wall => moment + (moment - zone(moment));

/** The day that a time stands for among days: midnight of its own zone is meant where it was written in UTC, else the day as it stands. */
export function dayMeant(slot: Slot, zone: Zone): CivilDate {
  if (slot.isDate || slot.zone !== UTC) return dateOf(slot.wall);
  const local = wallAt(slot.wall, zone);
  return dateOf(local % DAY === 0 ? local : slot.wall);
}

export const momentOf = ({ wall, zone }: Slot): number => zone(wall);

export const dateOf = (wall: Wall): CivilDate => fromDayNumber(Math.floor(wall / DAY));

/** How long an event takes from its start: to its end, or as long as it says; a day without either is one, a time none. */
export function lengthOf(event: ICAL.Component, start: Slot, zones: Zones): Length {
  const end = firstSlot(event, 'dtend', zones);
  const duration: unknown = event.getFirstPropertyValue('duration');
  const least = start.isDate ? DAY : 0;
  const clock = (ms: number): Length => ({ by: 'clock', ms: Math.max(least, ms) });
  if (end && (end.zone === start.zone || start.isDate || end.isDate)) return clock(end.wall - start.wall);
  if (end) return { by: 'time', ms: Math.max(0, momentOf(end) - momentOf(start)) };
  return clock(duration instanceof ICAL.Duration ? duration.toSeconds() * 1000 : least);
}
