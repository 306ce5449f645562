import { isCivilDate, isWeekend, lastDay } from '../../calendar/dates.js';
import { commitmentFaults } from './commitment-faults.js';
import {
  COUNCIL_TYPES,
  PARTY_RULES,
  PEER_CLASSES,
  PROGRAMME_FORMAT,
  WAIVABLE_TERMS,
  type Challenge,
  type Programme,
} from '../problem/programme.js';
import {
  BadInput,
  describe,
  integer,
  list,
  numeric,
  object,
  oneOf,
  orNull,
  record,
  text,
  truth,
  where,
  type Fault,
  type Shape,
} from './reader.js';

/**
 * Reads a programme file. Throws BadInput with every fault (path, what was found, what is allowed): first those of form, and
 * when there are none those between parts: ids that are not unique or name nothing, windows over a weekend or off the
 * calendar, commitments that break a hard rule.
 */
export function readProgramme(json: string): Programme {
  const value = parseJson(json);
  refuse(shapeFaults(value));
  const programme = value as Programme;
  refuse(crossFaults(programme));
  refuse(commitmentFaults(programme));
  return programme;
}

/** Parses JSON; a syntax error becomes BadInput. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new BadInput([
      {
        path: 'the file',
        found: error instanceof Error ? error.message : String(error),
        allowed: 'JSON text in UTF-8',
      },
    ]);
  }
}

const date: Shape = where(isCivilDate, 'a day of the calendar as YYYY-MM-DD');
const count = integer(0);
const levels = record(integer(1, 5));

const WEIGHTS: Record<string, Shape> = {
  base: count,
  sameType: count,
  populationWithin1_5: count,
  populationWithin2_5: count,
  ruralMax: count,
  depthPerLevel: count,
  depthPerNeed: count,
  depthMax: count,
  kmPerPoint: integer(1),
  distanceMax: count,
  recent: count,
  sameRegion: count,
  unfilled: count,
  uncovered: count,
  extraRegion: count,
  extraNovice: count,
  missingExperienced: count,
  experiencedFrom: count,
  experiencedWanted: count,
  repeat: list(count),
  disruption: count,
};

const SHAPE = object({
  format: oneOf([PROGRAMME_FORMAT]),
  calendar: object({ from: date, to: date }),
  policy: object(WEIGHTS),
  councils: list(
    object({
      id: text,
      type: oneOf(COUNCIL_TYPES),
      region: text,
      lat: numeric(-90, 90),
      lon: numeric(-180, 180),
      population: integer(1),
      rural: integer(0, 5),
      leading: orNull(text),
      neighbours: list(text),
    }),
  ),
  peers: list(
    object(
      {
        id: text,
        class: oneOf(PEER_CLASSES),
        positions: list(text),
        council: orNull(text),
        party: orNull(text),
        skills: levels,
        reviews: count,
        rating: integer(0, 10),
        recent: count,
        maxChallenges: count,
        maxDays: count,
        restDays: count,
        unavailable: list(where(isRange, 'two dates as [first, last], the first not after the last')),
        conflicts: list(text),
      },
      { kinds: list(text) },
    ),
  ),
  challenges: list(
    object(
      {
        id: text,
        council: text,
        kind: text,
        seats: list(
          object(
            { id: text, positions: list(text), party: oneOf(PARTY_RULES), skills: levels },
            { shadow: truth },
          ),
        ),
        coverage: list(object({ skill: text, level: integer(1, 5), peers: count })),
        windows: list(object({ id: text, start: date, days: integer(1, 5), penalty: count })),
      },
      {
        policy: object({}, WEIGHTS),
        excluded: list(text),
        waived: list(object({ peer: text, term: oneOf(WAIVABLE_TERMS) })),
      },
    ),
  ),
  commitments: list(object({ challenge: text }, { window: text, seats: record(orNull(text)) })),
});

function shapeFaults(value: unknown): Fault[] {
  const faults: Fault[] = [];
  SHAPE(value, '', faults);
  return faults;
}

function isRange(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [from, to] = value as unknown[];
  return isCivilDate(from) && isCivilDate(to) && from <= to;
}

/** What the form alone does not show: ids, references, the calendar. */
function crossFaults(programme: Programme): Fault[] {
  const { calendar, councils, peers, challenges } = programme;
  const faults: Fault[] = [];
  if (calendar.from > calendar.to)
    faults.push({ path: 'calendar.to', found: calendar.to, allowed: `a date not before ${calendar.from}` });
  const councilIds = uniqueIds(councils, 'councils', faults);
  uniqueIds(peers, 'peers', faults);
  uniqueIds(challenges, 'challenges', faults);
  const known = (ids: Set<string>, id: string | null, path: string, what: string): void => {
    if (id !== null && !ids.has(id))
      faults.push({ path, found: describe(id), allowed: `the id of a ${what} in this file` });
  };
  peers.forEach((peer, p) => {
    const path = `peers[${String(p)}]`;
    known(councilIds, peer.council, `${path}.council`, 'council');
    if (peer.class !== 'member' && peer.party !== null) {
      faults.push({
        path: `${path}.party`,
        found: describe(peer.party),
        allowed: `null: a party is held for members only and this peer is "${peer.class}"`,
      });
    }
    peer.unavailable.forEach(([from, to], i) => {
      faults.push(
        ...outside(from, `${path}.unavailable[${String(i)}][0]`, calendar),
        ...outside(to, `${path}.unavailable[${String(i)}][1]`, calendar),
      );
    });
  });
  challenges.forEach((challenge, c) => {
    const path = `challenges[${String(c)}]`;
    known(councilIds, challenge.council, `${path}.council`, 'council');
    uniqueIds(challenge.seats, `${path}.seats`, faults);
    uniqueIds(challenge.windows, `${path}.windows`, faults);
    faults.push(...windowFaults(challenge, path, calendar));
  });
  return faults;
}

function windowFaults({ windows }: Challenge, path: string, calendar: Programme['calendar']): Fault[] {
  return windows.flatMap(({ start, days }, w) => {
    const at = `${path}.windows[${String(w)}]`;
    const end = lastDay(start, days);
    const faults = [
      ...outside(start, `${at}.start`, calendar),
      ...(start <= calendar.to ? outside(end, `${at}.days`, calendar) : []),
    ];
    const touchesWeekend = Array.from({ length: days }, (_, i) => lastDay(start, i + 1)).some(isWeekend);
    if (touchesWeekend)
      faults.push({
        path: at,
        found: `${start} to ${end}`,
        allowed: 'days from Monday to Friday of one week',
      });
    return faults;
  });
}

function outside(day: string, path: string, { from, to }: Programme['calendar']): Fault[] {
  return day < from || day > to ? [{ path, found: day, allowed: `a date from ${from} to ${to}` }] : [];
}

function uniqueIds(things: readonly { id: string }[], path: string, faults: Fault[]): Set<string> {
  const seen = new Set<string>();
  things.forEach(({ id }, index) => {
    if (seen.has(id))
      faults.push({
        path: `${path}[${String(index)}].id`,
        found: describe(id),
        allowed: 'an id that no other has',
      });
    seen.add(id);
  });
  return seen;
}

function refuse(faults: Fault[]): void {
  if (faults.length > 0) throw new BadInput(faults);
}
