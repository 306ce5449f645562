import { lastDay, type CivilDate } from '../../calendar/dates.js';
import type { Council } from '../../councils/council.entity.js';
import type { Kind } from '../../kinds/kind.js';
import type * as matching from '../../matching/problem/programme.js';
import { holds } from './peer.js';
import type { PoolPeer } from './rows.js';

/** What is asked of a team: a challenge, or one that somebody only thinks of booking. */
export interface Asked {
  id: string;
  councilId: string;
  kind: string;
  seats: matching.Seat[];
  coverage: matching.CoverageLine[];
  windows: matching.Window[];
  /** Peers whom the adviser does not want asked. */
  excluded: string[];
  waived: { peerId: string; term: matching.WaivableTerm }[];
}

/** A host body as the engine knows it; one without the facts of a council takes part without likeness. */
export function toHostBody(council: Council, neighbours: string[]): matching.HostBody {
  const { id, type, region, leadingGroup: leading } = council;
  const { latitude: lat, longitude: lon, population, rurality: rural } = council;
  if (!type || !region || lat === null || lon === null || population === null || rural === null)
    return { id, type: null, region, leading, neighbours };
  return { id, type, region, lat, lon, population, rural, leading, neighbours };
}

export function toChallenge(asked: Asked, kind: Kind, excluded: string[]): matching.Challenge {
  const { id, councilId, seats, coverage, windows } = asked;
  return {
    id,
    council: councilId,
    kind: asked.kind,
    seats,
    coverage,
    windows,
    policy: kind.weights,
    excluded: [...asked.excluded, ...excluded],
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

/** Whether a peer refuses the region of the host, or is not released for every window. */
export function isBarred(
  peer: PoolPeer,
  { windows }: Pick<Asked, 'windows'>,
  host: Council | undefined,
): boolean {
  const isReleased = windows.every(({ start, days }) => holds(peer.releasedUntil, lastDay(start, days)));
  const region = host?.region ?? null;
  return !isReleased || (region !== null && peer.refusedRegions.includes(region));
}

/**
 * Whether something stands against a peer at one challenge that the dates of its windows decide: release, region, conflict,
 * accreditation. For problems whose peers are told for longer than that.
 */
export function isBarredByDates(
  peer: PoolPeer,
  asked: Asked,
  kind: Kind,
  host: Council | undefined,
): boolean {
  const last = lastDayOf(asked) ?? '';
  const isConflicted = peer.conflicts.some(
    ({ councilId, until }) => councilId === asked.councilId && holds(until, last),
  );
  const isAccredited = peer.accreditations.some(
    ({ kind: name, expiresOn }) => name === asked.kind && holds(expiresOn, last),
  );
  return isBarred(peer, asked, host) || isConflicted || (kind.accreditation && !isAccredited);
}
