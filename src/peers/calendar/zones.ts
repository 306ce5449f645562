import ICAL from 'ical.js';
import { findIana } from 'windows-iana';

/** A time on a clock on the wall, as the milliseconds that it would be in UTC. */
export type Wall = number;
/** The moment, in milliseconds since 1970, at which the clocks of a zone show a time. */
export type Zone = (wall: Wall) => number;

/** Clocks are changed at quarters of an hour, if at all. */
const QUARTER = 900_000;
const MOST_KNOWN = 100_000;

export const UTC: Zone = (wall) => wall;

/** A zone by the name that the IANA gave it, such as Europe/London; null for no such name. The zone of the process plays no part. */
function named(name: string): Zone | null {
  let clock: Intl.DateTimeFormat;
  try {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: name,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
    });
  } catch {
    return null;
  }
  const shown = (moment: number): Wall => {
    const parts = clock.formatToParts(moment);
    const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
    return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'));
  };
  const offset = remembered((moment) => shown(moment) - moment);
  // What the clocks are ahead is known by the moment, which is looked for: the second guess is right but in the hour that is missing.
  return (wall) => wall - offset(wall - offset(wall));
}

/** A function of moments that is the same within each quarter of an hour; what was found is kept, up to a few years of it. */
export function remembered<T>(find: (moment: number) => T): (moment: number) => T {
  const known = new Map<number, T>();
  return (moment) => {
    const quarter = Math.floor(moment / QUARTER);
    const before = known.get(quarter);
    if (before !== undefined) return before;
    if (known.size >= MOST_KNOWN) known.clear();
    const value = find(quarter * QUARTER);
    known.set(quarter, value);
    return value;
  };
}

const LONDON_NAME = 'Europe/London';
export const LONDON: Zone = named(LONDON_NAME) ?? UTC;

/** A zone as a file describes it. */
function described(component: ICAL.Component, tzid: string): Zone {
  const zone = new ICAL.Timezone({ component, tzid });
  const offset = remembered((wall) => zone.utcOffset(timeAt(wall, false)) * 1000);
  return (wall) => wall - offset(wall);
}

/** A time without a zone, as the parser has them. */
export function timeAt(wall: Wall, isDate: boolean): ICAL.Time {
  const at = new Date(wall);
  return ICAL.Time.fromData({
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    isDate,
  });
}

const byName = new Map<string, Zone | null>();

/** A zone by whatever name calendars give it; null where nobody knows it. */
export function zoneByName(name: string): Zone | null {
  let zone = byName.get(name);
  if (zone === undefined) byName.set(name, (zone = namesFor(name).reduce<Zone | null>(firstKnown, null)));
  return zone;
}

const firstKnown = (found: Zone | null, name: string): Zone | null => found ?? named(name);

/**
 * Names of the IANA that a name may stand for: itself; the end of a path of some product; what Windows calls it, also with the number that
 * Outlook adds to a second one; a city of what Windows shows people.
 */
function namesFor(name: string): string[] {
  const plain = name.replace(/^["']|["']$/g, '').trim();
  const path = /[A-Za-z_]+\/[A-Za-z_]+(?:\/[A-Za-z_]+)?$/.exec(plain)?.[0];
  const windows = [plain, plain.replace(/ \d+$/, '')].flatMap((one) => findIana(one)[0] ?? []);
  const cities = /^\((?:UTC|GMT)[^)]*\) (.+)$/.exec(plain)?.[1]?.split(', ') ?? [];
  const zones = Intl.supportedValuesOf('timeZone');
  const places = cities.flatMap(
    (city) => zones.find((zone) => zone.endsWith(`/${city.replaceAll(' ', '_')}`)) ?? [],
  );
  return [plain, ...(path ? [path] : []), ...windows, ...places];
}

/**
 * The zones of one calendar: those that it describes, then those with a name that is known; for times without a zone, and names that nobody
 * knows, the one that the calendar is said to be in, else Europe/London. Nothing of it outlives the file.
 */
export function zonesOf(calendar: ICAL.Component): (tzid: string | null) => Zone {
  const said = calendar.getFirstPropertyValue('x-wr-timezone');
  const usual = (typeof said === 'string' ? zoneByName(said) : null) ?? LONDON;
  const own = new Map<string, Zone>();
  for (const zone of calendar.getAllSubcomponents('vtimezone')) {
    const tzid = String(zone.getFirstPropertyValue('tzid'));
    if (zone.getFirstSubcomponent('standard') ?? zone.getFirstSubcomponent('daylight'))
      own.set(tzid, described(zone, tzid));
  }
  return (tzid) => (tzid === null ? usual : (own.get(tzid) ?? zoneByName(tzid) ?? usual));
}
