import { toDayNumber } from '../../calendar/dates.js';
import { NONE, type Pool } from './pool.js';
import type { Challenge, HostBody, Policy, Seat, TeamSeats, WaivableTerm } from './programme.js';

/** A window in day numbers. */
export interface Stay {
  first: number;
  last: number;
  days: number;
  penalty: number;
}

/** One challenge held against the pool: what the rules and the score read, worked out once. */
export interface Question {
  pool: Pool;
  challenge: Challenge;
  policy: Policy;
  council: number;
  /** The parties of `leading` seats; none where no party leads. */
  leading: ReadonlySet<number>;
  /** For each council 1 where its peers are barred as the council's own: itself, and what is one house with it. */
  own: Uint8Array;
  /** For each council 1 where its peers are barred as neighbours, by itself or by what is one house with it. */
  neighbours: Uint8Array;
  conflicts: ReadonlySet<number>;
  /** For each peer 1 where accredited for the kind. */
  accredited: Uint8Array;
  /** Of those whose accreditation runs out between the windows, the last day of it. */
  lapses: ReadonlyMap<number, number>;
  excluded: ReadonlySet<number>;
  waived: ReadonlyMap<number, ReadonlySet<WaivableTerm>>;
  stays: Stay[];
}

/** Prepares a challenge; its own weights override the policy. Throws a RangeError when a body that it is of is not in the pool. */
export function ask(pool: Pool, policy: Policy, challenge: Challenge): Question {
  const council = pool.councilOf(challenge.council);
  const { leading, allied = [] } = pool.councils[council]!;
  const leads = leading === null ? [] : [leading, ...allied];
  const hosts = [council, ...(challenge.partners ?? []).map((id) => pool.councilOf(id))].map(
    (index) => pool.councils[index]!,
  );
  const near = new Set(hosts.flatMap(({ neighbours }) => neighbours));
  const own = new Set(hosts.flatMap(({ id, kin = [] }) => [id, ...kin]));
  const waived = new Map<number, Set<WaivableTerm>>();
  for (const { peer, term } of challenge.waived ?? []) {
    const p = pool.find(peer);
    if (p !== undefined) waived.set(p, (waived.get(p) ?? new Set<WaivableTerm>()).add(term));
  }
  return {
    pool,
    challenge,
    policy: { ...policy, ...challenge.policy },
    council,
    leading: new Set(leads.map((party) => pool.partyCode(party))),
    own: Uint8Array.from(pool.councils, ({ id }) => (own.has(id) ? 1 : 0)),
    neighbours: Uint8Array.from(pool.councils, (body) => (!own.has(body.id) && isNear(body, near) ? 1 : 0)),
    conflicts: new Set([...own].flatMap((id) => [...pool.inConflictWith(id)])),
    accredited: accreditedFor(pool, challenge),
    lapses: new Map(
      (challenge.lapsing ?? []).flatMap(({ peer, last }): [number, number][] => {
        const p = pool.find(peer);
        return p === undefined ? [] : [[p, toDayNumber(last)]];
      }),
    ),
    excluded: new Set((challenge.excluded ?? []).flatMap((id) => pool.find(id) ?? [])),
    waived,
    stays: challenge.windows.map(({ start, days, penalty }) => {
      const first = toDayNumber(start);
      return { first, last: first + days - 1, days, penalty };
    }),
  };
}

function accreditedFor(pool: Pool, { kind, unaccredited = [] }: Challenge): Uint8Array {
  const accredited = Uint8Array.from(pool.accredited(kind));
  for (const id of unaccredited) accredited[pool.find(id) ?? accredited.length] = 0;
  return accredited;
}

const isNear = ({ id, kin = [] }: HostBody, near: ReadonlySet<string>): boolean =>
  near.has(id) || kin.some((one) => near.has(one));

/** Whether a seat counts in the team terms of the score. */
export function countsForTeam(seat: Seat): boolean {
  return seat.shadow !== true;
}

/** A team by ids: who sits in which seat, null for nobody. */
export function seatsById(challenge: Challenge, pool: Pool, team: readonly number[]): TeamSeats {
  return Object.fromEntries(
    challenge.seats.map(({ id }, s) => [id, team[s] === NONE ? null : pool.peers[team[s]!]!.id]),
  );
}
