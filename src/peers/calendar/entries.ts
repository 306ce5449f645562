import ICAL from 'ical.js';
import { occurrencesOf, keyOf, keysOf, type Occurrence, type Steps, around, periodOf } from './series.js';
import { showingOf, showingOfPeriods, type Showing } from './showing.js';
import { DAY, dayMeant, firstSlot, lengthOf, type Length, momentOf, type Slot, wallAt } from './slots.js';
import { toDayNumber, type DateRange } from '../../calendar/dates.js';
import { UTC, type Zone } from './zones.js';

/** A time that is taken, or to be asked about. */
export interface Taken extends Occurrence {
  showing: 'busy' | 'ask';
}

/** Why an entry, or a time of one, plays no part. */
export type Reason = 'free' | 'cancelled' | 'undated' | 'replaced' | 'unreadable' | 'elsewhen';

/** An event of a file, with the zones of its calendar. */
export interface Entry {
  event: ICAL.Component;
  zones: (tzid: string | null) => Zone;
  isCancelled: boolean;
}

type Zones = Entry['zones'];

interface Version {
  entry: Entry;
  start: Slot;
  showing: Showing;
  /** The occurrence of its series that it takes the place of. */
  instead: Slot | null;
  isForFuture: boolean;
}

/**
 * What the entries of one UID take of somebody's time around a span: of several versions the newest, each occurrence as it was changed.
 * `leave` is told of what plays no part.
 */
export function takenBy(
  entries: readonly Entry[],
  span: DateRange,
  steps: Steps,
  leave: (reason: Reason) => void,
): Taken[] {
  const versions = entries.flatMap((entry) => versionOf(entry, leave));
  const masters = newest(
    versions.filter(({ instead }) => instead === null),
    leave,
  );
  const live = masters.filter(({ showing }) => showing !== 'cancelled');
  if (masters.length > 0 && live.length === 0) {
    leave('cancelled');
    return [];
  }
  const start = live[0]?.start ?? null;
  const changes = newestChanges(versions, start, leave);
  const taken: Taken[] = [];
  const take = (one: Occurrence, showing: Showing): void => {
    if (showing === 'busy' || showing === 'ask') taken.push({ ...one, showing });
  };
  for (const master of live) {
    const futures = futuresOf([...changes.values()], master.start);
    const all = occurrencesOf(master.entry.event, master.start, master.entry.zones, around(span), steps);
    if (all.length === 0) leave('elsewhen');
    for (const one of all) {
      if (keysOf(one.slot).some((key) => changes.has(key))) continue;
      const moment = momentOf(one.slot);
      const future = futures.findLast(({ from }) => from <= moment);
      take(future ? future.moved(one.slot) : one, (future ?? master).showing);
    }
    if (master.showing === 'free') leave('free');
  }
  for (const { entry, start: slot, showing } of changes.values()) {
    take({ slot, length: lengthOf(entry.event, slot, entry.zones) }, showing);
    if (showing === 'free' || showing === 'cancelled') leave(showing);
  }
  return taken;
}

function versionOf(entry: Entry, leave: (reason: Reason) => void): Version[] {
  const { event, zones, isCancelled } = entry;
  try {
    const start = firstSlot(event, 'dtstart', zones);
    if (!start) {
      leave('undated');
      return [];
    }
    const instead = firstSlot(event, 'recurrence-id', zones);
    const range: unknown = event.getFirstProperty('recurrence-id')?.getParameter('range');
    const showing = isCancelled ? 'cancelled' : showingOf(event);
    return [{ entry, start, showing, instead, isForFuture: range === 'THISANDFUTURE' }];
  } catch {
    leave('unreadable');
    return [];
  }
}

/** By which versions of one thing follow each other: SEQUENCE, then when it was written. */
const ageOf = ({ entry: { event } }: Version): [sequence: number, written: string] => [
  Number(event.getFirstPropertyValue('sequence') ?? 0) || 0,
  String(event.getFirstPropertyValue('last-modified') ?? event.getFirstPropertyValue('dtstamp') ?? ''),
];

type Age = ReturnType<typeof ageOf>;

const isOlder = ([sequence, written]: Age, [otherSequence, otherWritten]: Age): boolean =>
  sequence < otherSequence || (sequence === otherSequence && written < otherWritten);

/** Those that none is newer than: a calendar that sends a change leaves what was before beside it. */
function newest(versions: readonly Version[], leave: (reason: Reason) => void): Version[] {
  const ages = versions.map(ageOf);
  const [first] = ages;
  if (!first) return [];
  const last = ages.reduce((newer, age) => (isOlder(newer, age) ? age : newer), first);
  return versions.filter((_, at) => {
    const isNewest = !isOlder(ages[at] ?? last, last);
    if (!isNewest) leave('replaced');
    return isNewest;
  });
}

/** The newest change of each occurrence of a series, by the key of the occurrence. */
function newestChanges(
  versions: readonly Version[],
  start: Slot | null,
  leave: (reason: Reason) => void,
): Map<string, Version> {
  const byKey = new Map<string, Version[]>();
  for (const version of versions) {
    if (!version.instead) continue;
    const key = keyOf(version.instead, start ?? version.instead);
    const same = byKey.get(key);
    if (same) same.push(version);
    else byKey.set(key, [version]);
  }
  return new Map(
    [...byKey].flatMap(([key, some]): [string, Version][] => {
      const last = newest(some, leave).at(-1);
      return last ? [[key, last]] : [];
    }),
  );
}

interface Future {
  from: number;
  showing: Showing;
  moved: (slot: Slot) => Occurrence;
}

/** Changes that hold for all that follows: later occurrences move by as much, and last as long. */
function futuresOf(changes: readonly Version[], first: Slot): Future[] {
  return changes
    .flatMap(({ entry, start, showing, instead, isForFuture }): Future[] => {
      if (!instead || !isForFuture) return [];
      const length: Length = lengthOf(entry.event, start, entry.zones);
      const named = namedBy(instead, first);
      const by = start.wall - named.wall;
      const later = momentOf(start) - momentOf(named);
      // On the same clocks it moves as these show it, else as time passes.
      const moved = (slot: Slot): Occurrence =>
        start.zone === slot.zone || start.isDate
          ? { slot: { ...start, wall: slot.wall + by }, length }
          : { slot: { wall: momentOf(slot) + later, isDate: false, zone: UTC }, length };
      return [{ from: momentOf(named), showing, moved }];
    })
    .sort((a, b) => a.from - b.from);
}

/** The occurrence of a series that a change names, on the clocks of the series: by its moment, or by its day alone. */
function namedBy(instead: Slot, first: Slot): Slot {
  if (first.isDate) return { ...first, wall: toDayNumber(dayMeant(instead, first.zone)) * DAY };
  if (instead.isDate) return { ...first, wall: instead.wall + (((first.wall % DAY) + DAY) % DAY) };
  return { ...first, wall: wallAt(momentOf(instead), first.zone) };
}

/** What a calendar publishes as free and busy time, without entries. */
export function published(component: ICAL.Component, zones: Zones, steps: Steps): Taken[] {
  return component.getAllProperties('freebusy').flatMap((property) => {
    const type: unknown = property.getParameter('fbtype');
    const showing = showingOfPeriods(typeof type === 'string' ? type.toUpperCase() : 'BUSY');
    return (property.getValues() as unknown[]).flatMap((value): Taken[] => {
      steps.take();
      return value instanceof ICAL.Period && (showing === 'busy' || showing === 'ask')
        ? [{ ...periodOf(value, property, zones), showing }]
        : [];
    });
  });
}
