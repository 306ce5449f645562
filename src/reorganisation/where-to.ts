import { addDays, type CivilDate } from '../calendar/dates.js';
import type { Peer, PeerHome } from '../peers/peer.entity.js';
import type { Whereabouts } from './handover.entity.js';
import type { Subject } from './placement.entity.js';

/** One body that follows another from a day on: in place of it, or beside it with a part of what it was. */
export interface Way {
  successorId: string;
  startsOn: CivilDate;
  ends: boolean;
}

/** A body that ends, or gives a part of itself away, and whom that leads to. */
export interface Parting {
  predecessorId: string;
  ways: Way[];
}

/** Where a person placed something; undefined where nobody did. */
export type PlacedAt = (kind: Subject, id: string) => string | null | undefined;

/** Whether the body ends by it. */
export const isEnding = ({ ways }: Parting): boolean => ways.some(({ ends }) => ends);

/**
 * Where somebody or something goes: where a person placed it; else to the only one that follows a body that ends. Undefined where nobody
 * has said so and there is more than one way, or where it was placed with a body that does not follow any more: it stays until somebody does.
 */
export function goesTo({ ways }: Parting, placed: string | null | undefined): string | null | undefined {
  if (placed === null) return null;
  if (placed !== undefined)
    return ways.some(({ successorId }) => successorId === placed) ? placed : undefined;
  const [only, ...others] = ways.filter(({ ends }) => ends);
  return others.length === 0 ? only?.successorId : undefined;
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
  placed === undefined && peerClass === 'member' && isEnding(parting) ? null : goesTo(parting, placed);

/** The last day of a body, or of what goes to one of those that follow. */
export function lastDayBefore({ ways }: Parting, to: string | null): CivilDate {
  const way = ways.find(({ successorId }) => successorId === to) ?? ways.find(({ ends }) => ends) ?? ways[0];
  return addDays(way?.startsOn ?? '', -1);
}

/**
 * What is known of a peer after the day: the body before is a former home. Who sits on another body too goes on there; else a post that
 * ended is held no more.
 */
export function afterDay(
  peer: Pick<Peer, 'councilId' | 'homes' | 'positions'>,
  parting: Parting,
  to: string | null,
): Required<Pick<Whereabouts, 'councilId' | 'homes' | 'positions'>> {
  const { predecessorId } = parting;
  const last = lastDayBefore(parting, to);
  const ended = peer.homes.map((home) => endedOn(home, predecessorId, last, to));
  const isNew = to !== null && to !== peer.councilId && !ended.some((home) => isCurrent(home, to));
  if (peer.councilId !== predecessorId) {
    const goesOn = isNew ? [{ councilId: to, from: addDays(last, 1), to: null }] : [];
    const wasThere = peer.homes.some((home) => isCurrent(home, predecessorId) && !beginsAfter(home, last));
    return {
      councilId: peer.councilId,
      homes: [...ended, ...(wasThere ? goesOn : [])],
      positions: peer.positions,
    };
  }
  const left = { councilId: predecessorId, from: null, to: last };
  const other =
    to ?? ended.find((home) => home.to === null && home.councilId !== predecessorId)?.councilId ?? null;
  return {
    councilId: other,
    homes: [...ended.filter((home) => !isCurrent(home, other ?? '')), left],
    positions: other === null ? [] : peer.positions,
  };
}

/** A current home at a body that has ended on a day; one that was to begin after it is one at the body that follows. */
function endedOn(home: PeerHome, id: string, last: CivilDate, to: string | null): PeerHome {
  if (!isCurrent(home, id)) return home;
  if (beginsAfter(home, last)) return to === null ? { ...home, to: home.from } : { ...home, councilId: to };
  return { ...home, to: last };
}

const beginsAfter = ({ from }: PeerHome, day: CivilDate): boolean => from !== null && from > day;

/** A home that still goes on, at one body. */
export const isCurrent = ({ councilId, to }: PeerHome, id: string): boolean =>
  councilId === id && to === null;

/**
 * The same taken back, as far as the peer is still as the day left them: what they have become since stays. Null where nothing is to be
 * taken back.
 */
export function takenBack(
  peer: Pick<Peer, 'councilId' | 'homes' | 'positions'>,
  predecessorId: string,
  { before, after }: { before: Whereabouts; after: Whereabouts },
): Required<Pick<Whereabouts, 'councilId' | 'homes' | 'positions'>> | null {
  if (peer.councilId !== after.councilId) return null;
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const had = (list: PeerHome[] | undefined, home: PeerHome): boolean =>
    (list ?? []).some((one) => same(one, home));
  // What the day added goes, what it ended comes back; what came since stays.
  const kept = peer.homes.filter((home) => had(before.homes, home) || !had(after.homes, home));
  const back = (before.homes ?? []).filter((home) => !had(after.homes, home));
  return {
    councilId: before.councilId,
    homes: [...kept, ...back].filter(
      (home) => !(isCurrent(home, predecessorId) && before.councilId === predecessorId),
    ),
    positions: same(peer.positions, after.positions) ? (before.positions ?? []) : peer.positions,
  };
}
