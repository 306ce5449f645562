import type { Challenge, Peer, Programme, Seat } from '../problem/programme.js';

/** The ids of imagined peers begin with this, which no text file can hold by accident. */
const MARK = '\u0000recruit ';

/**
 * The peers one could recruit, one for each different kind of seat in the programme: the positions, party and skills it asks, from
 * no council, with three reviews, a rating of 5 and one challenge of up to five days to give.
 */
export function archetypesOf(programme: Programme): Peer[] {
  const known = new Map<string, Peer>();
  const leading = new Map(programme.councils.map((council) => [council.id, council.leading]));
  for (const challenge of programme.challenges) {
    for (const seat of challenge.seats) {
      const party = partyFor(programme, challenge, seat, leading);
      const key = JSON.stringify([seat.positions, party, seat.skills]);
      if (!known.has(key)) known.set(key, archetype(`${MARK}${String(known.size)}`, seat, party));
    }
  }
  return [...known.values()];
}

/** A peer as one might recruit them: new to this service, from no council, some experience, one challenge to give. */
export function archetype(
  id: string,
  { positions, skills }: Pick<Seat, 'positions' | 'skills'>,
  party: string | null,
): Peer {
  const given = {
    id,
    positions,
    party,
    skills,
    class: party === null ? ('officer' as const) : ('member' as const),
  };
  return {
    ...given,
    council: null,
    reviews: 3,
    rating: 5,
    recent: 0,
    maxChallenges: 1,
    maxDays: 5,
    restDays: 0,
    unavailable: [],
    conflicts: [],
  };
}

/** For a seat of another party than leads, the one that leads most councils elsewhere. */
function partyFor(
  { councils }: Programme,
  { council }: Challenge,
  { party }: Seat,
  leading: ReadonlyMap<string, string | null>,
): string | null {
  if (party === 'any') return null;
  const own = leading.get(council) ?? null;
  if (party === 'leading' && own !== null) return own;
  const counts = new Map<string, number>();
  for (const { leading: name } of councils)
    if (name !== null && name !== own) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'any';
}
