import { addDays, type CivilDate } from '../calendar/dates.js';
import type { Peer, PeerHome } from '../peers/peer.entity.js';
import type { Subject } from './placement.entity.js';
import type { Whereabouts } from './handover.entity.js';

/** A body that ends, or gives a part of itself away, on a day. */
export interface Parting {
  predecessorId: string;
  /** Who follows. */
  successorIds: string[];
  startsOn: CivilDate;
  /** False where it goes on beside them. */
  ends: boolean;
}

/** Where a person placed something; undefined where nobody did. */
export type PlacedAt = (kind: Subject, id: string) => string | null | undefined;

/**
 * Where somebody or something goes: where a person placed it; else to the only one that follows a body that ends. Undefined where nobody
 * has said so and there is more than one way: it stays until somebody does.
 */
export function goesTo(
  { successorIds, ends }: Parting,
  placed: string | null | undefined,
): string | null | undefined {
  if (placed !== undefined) return placed;
  return ends && successorIds.length === 1 ? successorIds[0] : undefined;
}

/**
 * The same of a peer: a councillor's post ends with the body for which they were elected, unless a person placed them, since they may sit
 * on the next one too.
 */
export const peerGoesTo = (
  parting: Parting,
  { class: peerClass }: Pick<Peer, 'class'>,
  placed: string | null | undefined,
): string | null | undefined =>
  placed === undefined && peerClass === 'member' && parting.ends ? null : goesTo(parting, placed);

/** What is known of a peer after the day: the body before is a former home, and a post that ended is held no more. */
export function afterDay(
  peer: Pick<Peer, 'councilId' | 'homes' | 'positions'>,
  { predecessorId, startsOn }: Pick<Parting, 'predecessorId' | 'startsOn'>,
  to: string | null,
): Required<Whereabouts> {
  const left = { councilId: predecessorId, from: null, to: addDays(startsOn, -1) };
  if (peer.councilId === predecessorId)
    return {
      councilId: to,
      homes: [...peer.homes, left],
      positions: to === null ? [] : peer.positions,
    };
  const goesOn = to === null || to === peer.councilId ? [] : [{ councilId: to, from: startsOn, to: null }];
  const homes = peer.homes.map((home) => (isCurrent(home, predecessorId) ? { ...home, to: left.to } : home));
  return { councilId: peer.councilId, homes: [...homes, ...goesOn], positions: peer.positions };
}

/** A home that still goes on, at one body. */
export const isCurrent = ({ councilId, to }: PeerHome, id: string): boolean =>
  councilId === id && to === null;
