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
  const offset = steady((moment) => shown(moment) - moment);
  // What the clocks are ahead is known by the moment, which is looked for: the second guess is right but in the hour that is missing.
  return (wall) => wall - offset(wall - offset(wall));
}

/** Clocks are not changed twice within one. */
const WEEK = 7 * 24 * 4 * QUARTER;

/** What clocks are ahead: asked by weeks, and by quarters of an hour only in those weeks in which it changes. */
function steady(find: (moment: number) => number): (moment: number) => number {
  const exact = remembered(find);
  const weeks = new Map<number, number | null>();
  return (moment) => {
    const week = Math.floor(moment / WEEK);
    let known = weeks.get(week);
    if (known === undefined) {
      const [first, last] = [find(week * WEEK), find((week + 1) * WEEK)];
      weeks.set(week, (known = first === last ? first : null));
    }
    return known ?? exact(moment);
  };
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
  if (zone === undefined) {
    zone = namesFor(name).reduce<Zone | null>(firstKnown, null) ?? byOffset(name);
    byName.set(name, zone);
  }
  return zone;
}

/** "+01:00", "UTC-5", "(UTC-05:00) Eastern Time (US & Canada)": so much ahead of UTC at all times. */
function byOffset(name: string): Zone | null {
  const [, sign, hours = '', minutes = '0'] =
    /^["'(]*(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?(?:\)|["']*$)/i.exec(name) ?? [];
  if (sign === undefined) return null;
  const ahead = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return (wall) => wall - ahead;
}

const firstKnown = (found: Zone | null, name: string): Zone | null => found ?? named(name);

/**
 * Names of the IANA that a name may stand for: itself; the end of a path of some product; what Windows calls it, also with the number that
 * Outlook adds to a second one; a city of what Windows shows people.
 */
function namesFor(name: string): string[] {
  const plain = name.replace(/^["']|["']$/g, '').trim();
  if (/^tzone:\/\/microsoft\/utc$/i.test(plain)) return ['UTC'];
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
 * knows, the one that the calendar is said to be in, else Europe/London. Names that
 * nobody knows are added to `guessed`. Nothing of it outlives the file.
 */
export function zonesOf(calendar: ICAL.Component, guessed: Set<string>): (tzid: string | null) => Zone {
  const said = calendar.getFirstPropertyValue('x-wr-timezone');
  const usual = (typeof said === 'string' ? zoneByName(said) : null) ?? LONDON;
  const own = new Map<string, Zone>();
  for (const zone of calendar.getAllSubcomponents('vtimezone')) {
    const tzid = String(zone.getFirstPropertyValue('tzid'));
    if (zone.getFirstSubcomponent('standard') ?? zone.getFirstSubcomponent('daylight'))
      own.set(tzid, described(zone, tzid));
  }
  return (tzid) => {
    if (tzid === null) return usual;
    const known = own.get(tzid) ?? zoneByName(tzid);
    if (!known) guessed.add(tzid);
    return known ?? usual;
  };
}
