import type { DateRange } from '../../calendar/dates.js';
import type { Council } from '../../councils/council.entity.js';
import { distanceKm } from '../../matching/rules/score.js';
import type { PoolPeer } from './rows.js';

/** The bodies of a peer at some time: one by which they are like a host or unlike it, and the others. */
export interface Homes {
  home: Council | null;
  homes: string[];
}

/** All bodies that a peer works for, or sits on, on some day of a range; the first first. */
export const bodiesOf = (
  { councilId, homes }: Pick<PoolPeer, 'councilId' | 'homes'>,
  days: DateRange,
): string[] => [
  ...new Set([
    ...(councilId === null ? [] : [councilId]),
    ...homes
      .filter(({ from, to }) => (from === null || from <= days.to) && (to === null || to >= days.from))
      .map((one) => one.councilId),
  ]),
];

/** The same, with the council that is nearest to the host as their home; the first where no host is named or no distance is known. */
export function homesOf(
  peer: Pick<PoolPeer, 'councilId' | 'homes'>,
  days: DateRange,
  councils: ReadonlyMap<string, Council>,
  host?: Council,
): Homes {
  const bodies = bodiesOf(peer, days);
  const known = bodies.flatMap((id) => councils.get(id) ?? []);
  const away = (council: Council): number => (host ? (kilometres(council, host) ?? Infinity) : 0);
  const [nearest] = known.filter(({ type }) => type !== null).sort((a, b) => away(a) - away(b));
  const home = nearest ?? known[0] ?? null;
  return { home, homes: bodies.filter((id) => id !== home?.id) };
}

function kilometres(one: Council, other: Council): number | null {
  const [a, b] = [one, other].map(({ latitude: lat, longitude: lon }) =>
    lat === null || lon === null ? null : { lat, lon },
  );
  return a && b ? distanceKm(a, b) : null;
}
