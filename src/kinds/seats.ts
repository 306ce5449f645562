import { PARTY_RULES, type Seat } from '../matching/problem/programme.js';
import { integer, list, object, oneOf, orNull, record, truth, type Fault } from '../matching/files/reader.js';
import { identifier } from '../reference/content.js';
import { Choice, Flag, Int, Levels, One, Text, Texts } from '../web/fields.js';

/** Larger teams with more needs are searched in minutes, not in seconds. */
export const MOST_SEATS = 9;
export const MOST_COVERAGE_LINES = 6;

/** The longest visit, in days. */
export const MOST_DAYS = 5;

const PRESENCE = object(
  { from: integer(1, MOST_DAYS), to: orNull(integer(1, MOST_DAYS)) },
  { fromMidday: truth, untilMidday: truth },
);

const SEAT = object(
  {
    id: identifier,
    positions: list(identifier, 40),
    party: oneOf(PARTY_RULES),
    skills: record(integer(1, 5)),
  },
  { shadow: truth, presence: PRESENCE, offSite: truth },
);

/** The form of seats, wherever a person edits them. */
export const SEATS = list((value, path, faults) => {
  const before = faults.length;
  SEAT(value, path, faults);
  if (faults.length === before) presenceFaults(value as Seat, path, faults);
}, MOST_SEATS);

/** The days of a seat have to be some: one after the other, and none for what is done off site. */
function presenceFaults({ presence, offSite }: Seat, path: string, faults: Fault[]): void {
  if (!presence) return;
  const { from, to, fromMidday = false, untilMidday = false } = presence;
  if (offSite)
    faults.push({ path: `${path}.presence`, found: 'days', allowed: 'none for a seat that is off site' });
  if (to !== null && to < from)
    faults.push({ path: `${path}.presence.to`, found: String(to), allowed: `${String(from)} or later` });
  if (to === from && fromMidday && untilMidday)
    faults.push({
      path: `${path}.presence`,
      found: 'one day, from midday until midday',
      allowed: 'one of the two halves, or the day',
    });
}
export const COVERAGE = list(
  object({ skill: identifier, level: integer(1, 5), peers: integer(0, MOST_SEATS) }),
  MOST_COVERAGE_LINES,
);

/** The days of a visit on which a seat is wanted, in the API. */
class PresenceView {
  @Int({ min: 1, max: MOST_DAYS, description: 'The first day, counted from 1' }) from: number;
  @Int({ min: 1, max: MOST_DAYS, nullable: true, description: 'The last day; null: up to the end' })
  to: number | null;
  @Flag({ optional: true, description: 'Comes at midday on the first' }) fromMidday?: boolean;
  @Flag({ optional: true, description: 'Leaves at midday on the last' }) untilMidday?: boolean;
}

/** A seat in the API. */
export class SeatView {
  @Text() id: string;
  @Texts() positions: string[];
  @Choice(PARTY_RULES) party: string;
  @Levels({ min: 1, max: 5 }) skills: Record<string, number>;
  @Flag({ optional: true }) shadow?: boolean;
  @One(() => PresenceView, { optional: true, description: 'For some of the days only' })
  presence?: PresenceView;
  @Flag({ optional: true, description: 'Done from afar, so that no day is held' }) offSite?: boolean;
}

/** A line of coverage in the API. */
export class CoverageView {
  @Text() skill: string;
  @Int({ min: 1, max: 5 }) level: number;
  @Int({ min: 0, max: 20 }) peers: number;
}

/** "finance-officer" as people say it within a sentence. */
export const seatWords = (seat: string): string => seat.replaceAll('-', ' ');

/** The same at the beginning: "Finance officer". */
export const seatLabel = (seat: string): string => seat.charAt(0).toUpperCase() + seatWords(seat).slice(1);
