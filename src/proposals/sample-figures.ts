import type { Figures } from '../kinds/kind-preview.js';
import { NONE } from '../matching/problem/pool.js';
import type { Question } from '../matching/problem/question.js';
import { distanceKm, KM_IN_A_MILE } from '../matching/rules/score.js';

/** What practice looks like: shares in per cent and miles of 113 seats in 23 published teams. */
export const PUBLISHED = { sameType: 65, sameRegion: 16, medianMiles: 118, within1_5: 56, within2_5: 91 };

/** How far the peer of one filled seat is like the host; null for what is not known, as of somebody from outside local government. */
export interface Likeness {
  sameType: boolean;
  sameRegion: boolean;
  km: number;
  /** The larger population of the two by the smaller one, 1 and more. */
  ratio: number;
}

/** The likeness of each peer of a team, by peer id, to its host; those without the facts of a council are left out. */
export function likenessOf({ pool, council }: Question, peers: readonly string[]): Likeness[] {
  const host = pool.councils[council];
  return peers.flatMap((id) => {
    const home = pool.councils[pool.council[pool.find(id) ?? NONE] ?? NONE];
    if (!host || host.type === null || !home || home.type === null) return [];
    const [small, large] = [host.population, home.population].sort((a, b) => a - b) as [number, number];
    return {
      sameType: host.type === home.type,
      sameRegion: host.region === home.region,
      km: distanceKm(host, home),
      ratio: large / small,
    };
  });
}

/** The figures of teams with so many seats, so many of them filled. */
export function figuresOf(seats: number, filled: number, like: readonly Likeness[]): Figures {
  const share = (fits: (one: Likeness) => boolean): number =>
    like.length === 0 ? 0 : Math.round((100 * like.filter(fits).length) / like.length);
  const km = like.map((one) => one.km).sort((a, b) => a - b)[Math.floor(like.length / 2)];
  return {
    seats,
    filled,
    sameType: share((one) => one.sameType),
    sameRegion: share((one) => one.sameRegion),
    medianMiles: km === undefined ? null : Math.round(km / KM_IN_A_MILE),
    within1_5: share(({ ratio }) => ratio <= 1.5),
    within2_5: share(({ ratio }) => ratio <= 2.5),
  };
}
