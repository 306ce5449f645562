import { addDays, type CivilDate } from '../calendar/dates.js';
import type { FieldError } from '../web/problems.js';
import type { Peer, PeerHome } from './peer.entity.js';

/**
 * The homes of a peer whose first body has changed: the one before is a former one from today, so that it is not forgotten for as long as
 * it counts.
 */
export function homesAfterMove(
  before: Partial<Pick<Peer, 'councilId'>>,
  { councilId, homes }: Pick<Peer, 'councilId' | 'homes'>,
  today: CivilDate,
): PeerHome[] {
  const left = before.councilId;
  if (!left || left === councilId || homes.some((one) => one.councilId === left)) return homes;
  return [...homes, { councilId: left, from: null, to: addDays(today, -1) }];
}

/** Homes that end before they begin. */
export const homeFaults = (homes: readonly PeerHome[], pointer: string): FieldError[] =>
  homes.flatMap(({ from, to }) =>
    from !== null && to !== null && to < from
      ? [{ pointer, detail: `found ${from} to ${to}; allowed: a last day that is not before the first` }]
      : [],
  );
