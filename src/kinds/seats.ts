import { PARTY_RULES } from '../matching/problem/programme.js';
import { integer, list, object, oneOf, record, truth } from '../matching/files/reader.js';
import { identifier } from '../reference/content.js';
import { Choice, Flag, Int, Levels, Text, Texts } from '../web/fields.js';

/** Larger teams with more needs are searched in minutes, not in seconds. */
export const MOST_SEATS = 9;
export const MOST_COVERAGE_LINES = 6;

/** The form of seats, wherever a person edits them. */
export const SEATS = list(
  object(
    {
      id: identifier,
      positions: list(identifier, 40),
      party: oneOf(PARTY_RULES),
      skills: record(integer(1, 5)),
    },
    { shadow: truth },
  ),
  MOST_SEATS,
);
export const COVERAGE = list(
  object({ skill: identifier, level: integer(1, 5), peers: integer(0, MOST_SEATS) }),
  MOST_COVERAGE_LINES,
);

/** A seat in the API. */
export class SeatView {
  @Text() id: string;
  @Texts() positions: string[];
  @Choice(PARTY_RULES) party: string;
  @Levels({ min: 1, max: 5 }) skills: Record<string, number>;
  @Flag({ optional: true }) shadow?: boolean;
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
