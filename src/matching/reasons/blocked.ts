import { NONE, type Pool } from '../problem/pool.js';
import type { Challenge, PeerClass, Seat } from '../problem/programme.js';
import { ask, type Question } from '../problem/question.js';
import {
  BARS,
  challengeChecks,
  mayServeTogether,
  passesAll,
  seatChecks,
  stayChecks,
  type Bar,
} from '../rules/rules.js';
import type { Found } from '../teams/found.js';
import { bestTeams } from '../teams/teams.js';
import type { Pins } from '../rules/pins.js';
import { accreditable } from './accreditable.js';
import type { Blocked, Change, Relaxation } from './reason.js';

interface Step {
  change: Change;
  apply: (challenge: Challenge) => Challenge;
}

/** The seats of the best team that no peer can fill, with the reasons; without changes that would help once there is no time left. */
export function blockedSeats(
  question: Question,
  best: Found,
  pins: Pins,
  hasTime: () => boolean = () => true,
): Blocked[] {
  const empty = question.challenge.seats
    .map((_, s) => s)
    .filter((s) => best.team[s] === NONE && pins.seats.get(s) !== NONE);
  return empty.flatMap((s) => {
    const counts = fallsOf(question, s, best);
    if (!counts) return [];
    const falls = BARS.map((bar) => ({ bar, peers: counts.get(bar) ?? 0 })).filter(({ peers }) => peers > 0);
    const seat = question.challenge.seats[s]!.id;
    if (!hasTime()) return [{ seat, falls, relaxations: [] }];
    const relaxations = relaxationsOf(question, s, best, pins);
    const accredit = accreditable(question, s, best, pins);
    return [{ seat, falls, relaxations, ...(accredit && { accredit }) }];
  });
}

/** Counts each peer at the first bar met; null where somebody meets none, so that the seat is empty by choice. */
function fallsOf(question: Question, seatIndex: number, best: Found): Map<Bar, number> | null {
  const { pool } = question;
  const seat = question.challenge.seats[seatIndex]!;
  const general = [...seatChecks(question, seat), ...challengeChecks(question)];
  const stays = question.stays.map((stay) => stayChecks(question, stay, seat));
  const counts = new Map<Bar, number>();
  for (let p = 0; p < pool.size; p++) {
    const bar =
      general.find(({ passes }) => !passes(p))?.bar ??
      barOfDates(stays, p) ??
      (joins(pool, best, stays, p) ? null : 'sameTeam');
    if (bar === null) return null;
    counts.set(bar, (counts.get(bar) ?? 0) + 1);
  }
  return counts;
}

/**
 * `unavailable` for those who are free in no window, `caps` for those whom every window in which they are free stops, `excluded` where in
 * one of them nothing but the accreditation has run out.
 */
function barOfDates(stays: ReturnType<typeof stayChecks>[], p: number): Bar | null {
  const first = stays.map((checks) => checks.find(({ passes }) => !passes(p))?.bar ?? null);
  if (first.includes(null)) return null;
  if (first.includes('excluded')) return 'excluded';
  return first.includes('caps') ? 'caps' : 'unavailable';
}

/** Whether a peer could be added to the best team as it stands, in its window. */
function joins(pool: Pool, best: Found, stays: ReturnType<typeof stayChecks>[], p: number): boolean {
  return (
    passesAll(stays[best.window]!, p) &&
    best.team.every((other) => other === NONE || mayServeTogether(pool, other, p))
  );
}

/**
 * The single changes that fill the seat, else the pairs, each proved by an exact search of the changed challenge: the best team
 * then fills the seat and leaves no more of the others empty. Every one is minimal: its parts alone are not enough.
 */
function relaxationsOf(question: Question, seatIndex: number, best: Found, pins: Pins): Relaxation[] {
  const steps = stepsOf(question, seatIndex);
  const before = eligible(question, seatIndex);
  const tryOut = (parts: Step[]): Relaxation | null => {
    const challenge = parts.reduce((changed, part) => part.apply(changed), question.challenge);
    const changed = ask(question.pool, question.policy, challenge);
    const peers = [...eligible(changed, seatIndex)].filter((p) => !before.has(p)).length;
    if (peers === 0) return null;
    const [team] = bestTeams(changed, 1, pins);
    const open = (found: Found): number => found.team.filter((p) => p === NONE).length;
    const fills = team !== undefined && team.team[seatIndex] !== NONE && open(team) < open(best);
    return fills ? { changes: parts.map(({ change }) => change), peers } : null;
  };
  const single = steps.map((step) => tryOut([step])).filter((found) => found !== null);
  if (single.length > 0) return single;
  return steps
    .flatMap((a, i) => steps.slice(i + 1).map((b) => tryOut([a, b])))
    .filter((found) => found !== null);
}

/** Those whom no bar stops in at least one window, other members of the team aside. */
function eligible(question: Question, seatIndex: number): Set<number> {
  const seat = question.challenge.seats[seatIndex]!;
  const checks = [...seatChecks(question, seat), ...challengeChecks(question)];
  const stays = question.stays.map((stay) => stayChecks(question, stay, seat));
  return new Set(
    Array.from(question.pool.holding(seat.positions)).filter(
      (p) => passesAll(checks, p) && stays.some((stay) => passesAll(stay, p)),
    ),
  );
}

/** Everything that could be asked for less, one by one; a councillor's seat stays one, and an officer's. */
function stepsOf({ challenge, pool }: Question, seatIndex: number): Step[] {
  const seat = challenge.seats[seatIndex]!;
  const classes = classesOf(pool, challenge, seat);
  const ofSeat = (change: Change, apply: (seat: Seat) => Seat): Step => ({
    change,
    apply: (from) => ({
      ...from,
      seats: from.seats.map((other, s) => (s === seatIndex ? apply(other) : other)),
    }),
  });
  const skills = Object.entries(seat.skills).map(([skill, from]) =>
    ofSeat({ change: 'skill', skill, from, to: from - 1 }, (asked) => ({
      ...asked,
      skills: lowered(asked.skills, skill),
    })),
  );
  const windows = challenge.windows.filter(({ days }) => days > 1).map(shorter);
  const positions = pool.positions
    .filter((position) => !seat.positions.includes(position) && isOfClass(pool, challenge, position, classes))
    .map((position) =>
      ofSeat({ change: 'position', position }, (asked) => ({
        ...asked,
        positions: [...asked.positions, position],
      })),
    );
  const party =
    seat.party === 'any' ? [] : [ofSeat({ change: 'party' }, (asked) => ({ ...asked, party: 'any' }))];
  return [...skills, ...windows, ...positions, ...party];
}

/** Of which class the people of a seat are: that of its positions, and councillors where it asks for a party; empty where nobody knows. */
function classesOf(pool: Pool, challenge: Challenge, { positions, party }: Seat): ReadonlySet<PeerClass> {
  const held = positions.flatMap((position) => classesHolding(pool, challenge, position));
  return new Set<PeerClass>(party === 'any' ? held : ['member', ...held]);
}

/** The class of a position, where that is known; else those of whoever holds it. */
function classesHolding(pool: Pool, { classOf }: Challenge, position: string): PeerClass[] {
  const known = classOf?.[position];
  return known ? [known] : Array.from(pool.holding([position]), (p) => pool.peers[p]!.class);
}

const isOfClass = (
  pool: Pool,
  challenge: Challenge,
  position: string,
  classes: ReadonlySet<PeerClass>,
): boolean => classes.size === 0 || classesHolding(pool, challenge, position).some((one) => classes.has(one));

/** A window of one day less. */
function shorter({ id, days }: Challenge['windows'][number]): Step {
  return {
    change: { change: 'window', window: id, from: days, to: days - 1 },
    apply: (from) => ({
      ...from,
      windows: from.windows.map((window) =>
        window.id === id ? { ...window, days: window.days - 1 } : window,
      ),
    }),
  };
}

function lowered(skills: Seat['skills'], skill: string): Seat['skills'] {
  const kept = Object.entries(skills).map(([name, level]): [string, number] => [
    name,
    name === skill ? level - 1 : level,
  ]);
  return Object.fromEntries(kept.filter(([, level]) => level > 0));
}
