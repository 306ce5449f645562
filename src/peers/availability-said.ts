import type { DateRange } from '../calendar/dates.js';
import type { FieldError } from '../web/problems.js';
import { outside, saysMore, withMore, type Availability } from './availability.js';
import type { SaidOfPeer } from './availability-csv.js';
import type { Peer } from './peer.entity.js';

/**
 * A peer's availability once a file has said more of it: beside what is held, or in place of all that was said of the days `within`. Null
 * where that is the same.
 */
export function saidAnew(
  held: Availability,
  { ranges, saidOn }: SaidOfPeer,
  within: DateRange | null,
): Availability | null {
  const kept = within ? outside(held.ranges, within) : held.ranges;
  const all = within ? [...kept, ...ranges] : withMore(kept, ranges);
  const isOther = within ? isOtherwise(held, { ...held, ranges: all }) : saysMore(held.ranges, ranges);
  const isLater = saidOn !== null && saidOn > (held.confirmedOn ?? '');
  if (!isOther && !isLater) return null;
  return {
    ...held,
    ranges: isOther ? all : held.ranges,
    confirmedOn: isLater ? saidOn : held.confirmedOn,
  };
}

/** Whether anything was said otherwise, day by day, as far as either says something. */
function isOtherwise({ ranges: before }: Availability, { ranges: after }: Availability): boolean {
  return saysMore(before, after) || saysMore(after, before);
}

/** What speaks against a file that tells when a peer said its rows, where they said something since. */
export function olderThanHeld({ name, availability }: Peer, { saidOn, row }: SaidOfPeer): FieldError[] {
  const { confirmedOn } = availability;
  if (saidOn === null || confirmedOn === null || saidOn >= confirmedOn) return [];
  return [
    {
      pointer: `row ${String(row)}, said_on`,
      detail: `found "${saidOn}", and ${name} said something on ${confirmedOn}; allowed: a file saved since, or an empty cell to enter it all the same`,
    },
  ];
}
