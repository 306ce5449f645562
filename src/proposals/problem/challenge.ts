import { hostIdsOf } from '../../challenges/hosts.js';
import { lastDay, type CivilDate } from '../../calendar/dates.js';
import type { ChallengeMode } from '../../challenges/challenge.entity.js';
import type { Council } from '../../councils/council.entity.js';
import { nearOf } from '../../councils/houses.js';
import type { Terms } from '../../kinds/kinds.service.js';
import type * as matching from '../../matching/problem/programme.js';
import type { PoolPeer, ProblemRows } from './rows.js';
import { datedWindows, isAccredited, isConflicted, isReleased, type Dated } from './windows.js';

/** What is asked of a team: a challenge, or one that somebody only thinks of booking. */
export interface Asked {
  id: string;
  /** Itself, or the challenge of which it is a further stay. */
  familyId: string;
  councilId: string;
  /** Other bodies that it is of. */
  partnerIds: string[];
  mode: ChallengeMode;
  kind: string;
  seats: matching.Seat[];
  coverage: matching.CoverageLine[];
  windows: matching.Window[];
  /** Peers whom the adviser does not want asked. */
  excluded: string[];
  waived: { peerId: string; term: matching.WaivableTerm }[];
}

/** What is one house with a host of a challenge: whoever is linked to one of these is in conflict. */
export const houseOf = (
  asked: Pick<Asked, 'councilId' | 'partnerIds'>,
  houses: ProblemRows['houses'],
): ReadonlySet<string> => new Set(hostIdsOf(asked).flatMap((id) => [id, ...houses.kinOf(id)]));

/** A host body as the engine knows it on a day; one without the facts of a council takes part without likeness. */
function toHostBody(
  council: Council,
  day: CivilDate,
  { kin, neighbours }: { kin: string[]; neighbours: string[] },
): matching.HostBody {
  const { id, type, region } = council;
  const joined = kin.length > 0 ? { kin } : {};
  const [leading = null, ...allied] = council.leadOn(day);
  const { latitude: lat, longitude: lon, population, rurality: rural } = council;
  if (!type || !region || lat === null || lon === null || population === null || rural === null)
    return { id, type: null, region, leading, allied, neighbours, ...joined };
  return { id, type, region, lat, lon, population, rural, leading, allied, neighbours, ...joined };
}

/** All bodies, those that a challenge is at on its first day, with who adjoins them. */
export const hostBodies = (
  { councils, links, houses }: Pick<ProblemRows, 'councils' | 'links' | 'houses'>,
  firstDays: ReadonlyMap<string, CivilDate>,
): matching.HostBody[] =>
  councils.map((council) => {
    const day = firstDays.get(council.id);
    const neighbours = day === undefined ? [] : nearOf(council.id, houses, links);
    return toHostBody(council, day ?? '', { kin: houses.kinOf(council.id), neighbours });
  });

export function toChallenge(
  asked: Asked,
  { kind, positions }: Pick<Terms, 'kind' | 'positions'>,
  excluded: string[],
): matching.Challenge {
  const { id, councilId, seats, coverage, windows } = asked;
  return {
    id,
    council: councilId,
    kind: asked.kind,
    seats,
    coverage,
    windows,
    // Nobody travels to a remote one.
    policy: asked.mode === 'remote' ? { ...kind.weights, distanceMax: 0 } : kind.weights,
    ...(asked.partnerIds.length > 0 ? { partners: asked.partnerIds } : {}),
    excluded: [...asked.excluded, ...excluded],
    classOf: Object.fromEntries(positions.map((position) => [position.id, position.class])),
    waived: asked.waived.map(({ peerId, term }) => ({ peer: peerId, term })),
  };
}

/** The last day of the last window; undefined where there is none. */
export function lastDayOf({ windows }: Pick<Asked, 'windows'>): CivilDate | undefined {
  return windows
    .map(({ start, days }) => lastDay(start, days))
    .sort()
    .at(-1);
}

/** Whether a peer refuses the region of a host, or is released for no window. */
export function isBarred(peer: PoolPeer, windows: readonly Dated[], hosts: readonly Council[]): boolean {
  const refuses = hosts.some(({ region }) => region !== null && peer.refusedRegions.includes(region));
  return refuses || !windows.some((window) => isReleased(peer, window));
}

/**
 * Whether something stands against a peer at one challenge in any of its windows: release, region, conflict. For problems
 * whose peers are told for longer than that, and which cannot close one window of one challenge.
 */
export function isBarredByDates(
  peer: PoolPeer,
  windows: readonly Dated[],
  { hosts, house }: { hosts: readonly Council[]; house: ReadonlySet<string> },
): boolean {
  return (
    isBarred(peer, windows, hosts) ||
    windows.some((window) => !isReleased(peer, window) || isConflicted(peer, house, window))
  );
}

/** Whoever is not accredited for a challenge in all of its windows, by id. */
export const unaccreditedOf = (peers: readonly PoolPeer[], { kind, windows }: Asked): string[] => {
  const dated = datedWindows(windows);
  return peers
    .filter((peer) => !dated.every((window) => isAccredited(peer, kind, window)))
    .map(({ id }) => id);
};
