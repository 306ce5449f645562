import { NONE, type Pool } from '../problem/pool.js';
import { countsForTeam, type Question, type Stay } from '../problem/question.js';
import {
  challengeChecks,
  mayServeTogether,
  passesAll,
  seatChecks,
  stayChecks,
  type Check,
} from '../rules/rules.js';

/** Why no full team is possible in a window. */
export interface Lack {
  /** Seats, by their place in the challenge, that cannot all be filled; any fewer of them could. */
  seats: number[];
  /**
   * Of one seat: nobody holds it and is allowed at this council, nobody who does is accredited, nobody who is accredited is free. Of
   * several: only together, since too few councils have somebody.
   */
  cause: 'nobody' | 'unaccredited' | 'unavailable' | 'together';
}

/** Who could take a seat, dates aside; with those whom only the accreditation stops counted apart. */
interface Candidates {
  seat: number;
  peers: number[];
  unaccredited: number;
}

/** One peer for each way of clashing with others, and whether that is enough whoever else is in the team. */
interface Choice {
  seat: number;
  peers: number[];
}

/** For each window why no full team is possible in it; null where one is. Exact; shadow seats aside. */
export function lacksOf(question: Question): (Lack | null)[] {
  const candidates = question.challenge.seats.flatMap((seat, s) =>
    countsForTeam(seat) ? [candidatesFor(question, s)] : [],
  );
  const entangled = question.pool.entangled(new Set(candidates.flatMap(({ peers }) => peers)));
  return question.stays.map((stay) => {
    const free = candidates.map(({ seat, peers }) => ({
      seat,
      peers: distinct(question.pool, peers, entangled, {
        checks: stayChecks(question, stay, question.challenge.seats[seat]!),
        enough: candidates.length,
      }),
    }));
    const empty = free.findIndex(({ peers }) => peers.length === 0);
    if (empty >= 0) {
      const { seat } = free[empty]!;
      return { seats: [seat], cause: causeOf(question, candidates[empty]!, stay) };
    }
    return together(question.pool, free);
  });
}

function causeOf(question: Question, { seat, peers, unaccredited }: Candidates, stay: Stay): Lack['cause'] {
  const lasting = { ...question, lapses: new Map<number, number>() };
  const dates = stayChecks(lasting, stay, question.challenge.seats[seat]!);
  // Of those who are free their accreditation has run out by then.
  if (peers.some((p) => passesAll(dates, p))) return 'unaccredited';
  if (peers.length > 0) return 'unavailable';
  return unaccredited > 0 ? 'unaccredited' : 'nobody';
}

function candidatesFor(question: Question, s: number): Candidates {
  const { pool, accredited } = question;
  const seat = question.challenge.seats[s]!;
  const everybody = { ...question, accredited: accredited.map(() => 1) };
  const checks = [...seatChecks(question, seat), ...challengeChecks(everybody)];
  const all = [...pool.holding(seat.positions)].filter((p) => passesAll(checks, p));
  const peers = all.filter((p) => accredited[p] === 1);
  return { seat: s, peers, unaccredited: all.length - peers.length };
}

/**
 * Of those who are free, one for each council. Whoever clashes with people of one council only takes one of these away, so that
 * as many of them as there are seats are enough; until then those of several bodies count too.
 */
function distinct(
  pool: Pool,
  peers: readonly number[],
  entangled: ReadonlySet<number>,
  { checks, enough }: { checks: readonly Check[]; enough: number },
): number[] {
  const councils = new Set<number>();
  const plain: number[] = [];
  const mixed = new Map<string, number>();
  for (const p of peers) {
    const council = pool.council[p]!;
    if ((council !== NONE && councils.has(council)) || !passesAll(checks, p)) continue;
    if (entangled.has(p)) {
      // Whoever is of the same bodies clashes with the same people.
      const bodies = pool.bodiesOf(p).join();
      mixed.set(bodies, mixed.get(bodies) ?? p);
    } else {
      councils.add(council);
      plain.push(p);
      if (plain.length === enough) return plain;
    }
  }
  return [...plain, ...mixed.values()];
}

/** The fewest seats that cannot be filled together; null where all can. */
function together(pool: Pool, choices: readonly Choice[]): Lack | null {
  if (canSit(pool, choices)) return null;
  const short = choices.reduce<readonly Choice[]>((kept, choice) => {
    const fewer = kept.filter((one) => one !== choice);
    return canSit(pool, fewer) ? kept : fewer;
  }, choices);
  return { seats: short.map(({ seat }) => seat), cause: 'together' };
}

/** Whether each of some seats can have somebody of its choice, nobody twice and no two of one council or house. */
function canSit(pool: Pool, choices: readonly Choice[]): boolean {
  // Those with the fewest first.
  const order = [...choices].sort((a, b) => a.peers.length - b.peers.length);
  const team: number[] = [];
  const sit = (at: number): boolean => {
    const choice = order[at];
    if (!choice) return true;
    return choice.peers.some((p) => {
      if (!team.every((other) => mayServeTogether(pool, other, p))) return false;
      team.push(p);
      const isFull = sit(at + 1);
      team.pop();
      return isFull;
    });
  };
  return sit(0);
}
