import { addDays, type CivilDate } from '../calendar/dates.js';
import type { FieldError } from '../web/problems.js';
import type { Peer, PeerHome } from './peer.entity.js';

/**
 * The homes of a peer once something of them has changed: the first body that they left, and any further one that is told no more though it
 * went on, are former ones from today, so that they are not forgotten for as long as they count.
 */
export function homesAfterMove(
  before: Partial<Pick<Peer, 'councilId' | 'homes'>>,
  { councilId, homes }: Pick<Peer, 'councilId' | 'homes'>,
  today: CivilDate,
): PeerHome[] {
  const yesterday = addDays(today, -1);
  const first = before.councilId ? [{ councilId: before.councilId, from: null, to: null }] : [];
  const left = [...first, ...(before.homes ?? [])].filter(
    (home) =>
      home.to === null &&
      (home.from === null || home.from <= yesterday) &&
      home.councilId !== councilId &&
      // Unless they are told: as going on, or with the day on which they ended.
      !homes.some((one) => one.councilId === home.councilId && (one.to === null || one.to >= yesterday)) &&
      !homes.some((one) => one.councilId === home.councilId && one.from === home.from && home !== first[0]),
  );
  return [...homes, ...left.map((home) => ({ ...home, to: yesterday }))];
}

/** Homes that end before they begin. */
export const homeFaults = (homes: readonly PeerHome[], pointer: string): FieldError[] =>
  homes.flatMap(({ from, to }) =>
    from !== null && to !== null && to < from
      ? [{ pointer, detail: `found ${from} to ${to}; allowed: a last day that is not before the first` }]
      : [],
  );

/** "E07000106 since 2019-05-01 until 2024-03-31" */
export const writeHomes = ({ homes }: Peer, codes: ReadonlyMap<string, string>): string =>
  homes
    .map(
      ({ councilId: id, from, to }) =>
        `${codes.get(id) ?? ''}${from ? ` since ${from}` : ''}${to ? ` until ${to}` : ''}`,
    )
    .join('; ');
