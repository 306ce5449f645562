import ICAL from 'ical.js';
import { occurrencesOf, keyOf, keysOf, type Occurrence, type Steps, around, periodOf } from './series.js';
import { showingOf, showingOfPeriods, type Showing } from './showing.js';
import { firstSlot, lengthOf, type Length, momentOf, type Slot } from './slots.js';
import type { DateRange } from '../../calendar/dates.js';
import type { Zone } from './zones.js';

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
  const [first] = masters;
  const changes = newestChanges(versions, first?.start ?? null, leave);
  if (first?.showing === 'cancelled') {
    leave('cancelled');
    return [];
  }
  const taken: Taken[] = [];
  const take = (one: Occurrence, showing: Showing): void => {
    if (showing === 'busy' || showing === 'ask') taken.push({ ...one, showing });
  };
  for (const master of masters) {
    const futures = futuresOf([...changes.values()]);
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
  for (const { entry, start, showing } of changes.values()) {
    take({ slot: start, length: lengthOf(entry.event, start, entry.zones) }, showing);
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

const sequenceOf = ({ entry }: Version): number =>
  Number(entry.event.getFirstPropertyValue('sequence') ?? 0) || 0;

/** Those of the highest SEQUENCE: a calendar that sends a change leaves what was before beside it. */
function newest(versions: readonly Version[], leave: (reason: Reason) => void): Version[] {
  const highest = Math.max(...versions.map(sequenceOf));
  return versions.filter((version) => {
    const isNewest = sequenceOf(version) === highest;
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
    byKey.set(key, [...(byKey.get(key) ?? []), version]);
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
function futuresOf(changes: readonly Version[]): Future[] {
  return changes
    .flatMap(({ entry, start, showing, instead, isForFuture }): Future[] => {
      if (!instead || !isForFuture) return [];
      const length: Length = lengthOf(entry.event, start, entry.zones);
      const by = start.wall - instead.wall;
      const moved = (slot: Slot): Occurrence => ({ slot: { ...start, wall: slot.wall + by }, length });
      return [{ from: momentOf(instead), showing, moved }];
    })
    .sort((a, b) => a.from - b.from);
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
