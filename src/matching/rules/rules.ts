import { NONE, type Pool } from '../problem/pool.js';
import { daysPresent } from '../problem/presence.js';
import type { Seat } from '../problem/programme.js';
import type { Question, Stay } from '../problem/question.js';

/** The bars, in the order in which a peer falls at them; `sameTeam` is between peers. */
export const BARS = [
  'position',
  'party',
  'skill',
  'ownCouncil',
  'neighbour',
  'conflict',
  'excluded',
  'unavailable',
  'caps',
  'sameTeam',
] as const;
export type Bar = (typeof BARS)[number];

/** A bar made ready for many peers: true where the peer passes. */
export interface Check {
  bar: Bar;
  passes: (p: number) => boolean;
}

/** What a seat asks of whoever sits in it. */
export function seatChecks(question: Question, seat: Seat): Check[] {
  const { pool, leading } = question;
  const asked = Object.entries(seat.skills).map(([skill, level]) => ({ column: pool.levels(skill), level }));
  return [
    {
      bar: 'position',
      passes: (p) => pool.peers[p]!.positions.some((held) => seat.positions.includes(held)),
    },
    {
      bar: 'party',
      passes: (p) =>
        seat.party === 'any' ||
        (pool.isMember(p) &&
          pool.peers[p]!.isWithoutParty !== true &&
          (leading.size === 0 || leading.has(pool.party[p]!) === (seat.party === 'leading'))),
    },
    { bar: 'skill', passes: (p) => asked.every(({ column, level }) => column[p]! >= level) },
  ];
}

/** What holds for every seat of a challenge, whatever the dates. */
export function challengeChecks(question: Question): Check[] {
  const { pool, own, neighbours, conflicts, excluded, accredited } = question;
  return [
    { bar: 'ownCouncil', passes: (p) => !pool.isOfAny(p, own) },
    { bar: 'neighbour', passes: (p) => !pool.isOfAny(p, neighbours) },
    { bar: 'conflict', passes: (p) => !conflicts.has(p) },
    { bar: 'excluded', passes: (p) => accredited[p] === 1 && !excluded.has(p) },
  ];
}

/**
 * What a stay asks of whoever sits in a seat: free on every day of it, within the caps and the rest days of the peer, and accredited to the end
 * of it.
 */
export function stayChecks(question: Question, whole: Stay, seat: Seat): Check[] {
  const { pool, challenge, lapses } = question;
  const lasting: Check[] =
    lapses.size === 0
      ? []
      : [{ bar: 'excluded', passes: (p) => (lapses.get(p) ?? whole.last) >= whole.last }];
  if (seat.offSite) return lasting;
  const stay = seat.presence ? partOf(whole, seat) : whole;
  return [
    { bar: 'unavailable', passes: (p) => pool.isFree(p, stay.first, stay.last) },
    { bar: 'caps', passes: (p) => fitsPlacements(pool, p, stay, challenge.id) },
    ...lasting,
  ];
}

/** The days of a stay on which a seat is wanted. */
function partOf(stay: Stay, seat: Seat): Stay {
  const { from, to } = daysPresent(seat, stay.days);
  return { ...stay, first: stay.first + from - 1, last: stay.first + to - 1, days: to - from + 1 };
}

export function passesAll(checks: readonly Check[], p: number): boolean {
  for (const { passes } of checks) if (!passes(p)) return false;
  return true;
}

/** Every bar that a peer meets for a seat, in order; with a stay, those of the dates too. */
export function barsMet(question: Question, seat: Seat, p: number, stay: Stay | null): Bar[] {
  const checks = [
    ...seatChecks(question, seat),
    ...challengeChecks(question),
    ...(stay ? stayChecks(question, stay, seat) : []),
  ];
  return [...new Set(checks.filter(({ passes }) => !passes(p)).map(({ bar }) => bar))];
}

/** Whether one team may hold both: two different peers who do not come from one council, nor from two that are one house. */
export function mayServeTogether(pool: Pool, a: number, b: number): boolean {
  return (
    a !== b && (pool.council[a] === NONE || pool.council[a] !== pool.council[b]) && !pool.areOneHouse(a, b)
  );
}

/** At most so many challenges and days in all, windows disjoint, and the rest days free between two of them. */
function fitsPlacements(pool: Pool, p: number, stay: Stay, challenge: string): boolean {
  const known = pool.placements(p);
  if (known.length === 0) return fitsCaps(pool, p, 1, stay.days);
  const placed = known.filter((placement) => placement.challenge !== challenge);
  const { restDays } = pool.peers[p]!;
  const days = placed.reduce((sum, { dates }) => sum + (dates ? dates.last - dates.first + 1 : 0), stay.days);
  const clear = placed.every(
    ({ dates }) => !dates || stay.first > dates.last + restDays || dates.first > stay.last + restDays,
  );
  // Two stays of one challenge are one challenge.
  const challenges = new Set(placed.map((placement) => placement.challenge)).size;
  return clear && fitsCaps(pool, p, challenges + 1, days);
}

function fitsCaps(pool: Pool, p: number, challenges: number, days: number): boolean {
  const { maxChallenges, maxDays } = pool.peers[p]!;
  return challenges <= maxChallenges && days <= maxDays;
}
