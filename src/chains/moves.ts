import type { Link } from './chain.entity.js';

/** A seat of a challenge. */
export interface At {
  challengeId: string;
  seat: string;
}

/** What a chain means for one person: from one seat to another, out of a team, or into one. */
export interface Move {
  peerId: string;
  /** Null for whoever comes in. */
  from: At | null;
  /** Null for whoever is not needed any more. */
  to: At | null;
}

/** What a chain means for everybody concerned, in the order of its challenges and seats. */
export function movesOf(links: readonly Pick<Link, 'challengeId' | 'before' | 'seats'>[]): Move[] {
  const placesIn = (team: 'before' | 'seats'): Map<string, At> =>
    new Map(
      links.flatMap((link) =>
        Object.entries(link[team]).flatMap(([seat, peerId]): [string, At][] =>
          peerId !== null && link.before[seat] !== link.seats[seat]
            ? [[peerId, { challengeId: link.challengeId, seat }]]
            : [],
        ),
      ),
    );
  const [before, after] = [placesIn('before'), placesIn('seats')];
  return [...new Set([...after.keys(), ...before.keys()])].map((peerId) => ({
    peerId,
    from: before.get(peerId) ?? null,
    to: after.get(peerId) ?? null,
  }));
}

/** Those who have a seat and would not have it any more: they are asked by the adviser before any council is. */
export const moversOf = (links: readonly Link[]): string[] =>
  movesOf(links).flatMap(({ peerId, from }) => (from ? [peerId] : []));
