import { NONE } from '../problem/pool.js';
import type { SeatList } from '../teams/seat-lists.js';
import type { YearChallenge } from './year-problem.js';

/** A challenge that has this window, or is without it; NONE for no window. */
export function withWindow(challenge: YearChallenge, window: number, isTaken: boolean): YearChallenge {
  if (window === NONE) return isTaken ? { ...challenge, windows: [] } : { ...challenge, nothing: -Infinity };
  if (isTaken) return { ...challenge, windows: [window], nothing: -Infinity };
  return { ...challenge, windows: challenge.windows.filter((other) => other !== window) };
}

/** A challenge with this person in this seat, or without them there; NONE for nobody. */
export function withPerson(
  challenge: YearChallenge,
  seat: number,
  p: number,
  isTaken: boolean,
): YearChallenge {
  const lists = challenge.frame.lists.map((list, s) => (s === seat ? limited(list, p, isTaken) : list));
  // Without a window nobody is there: that is the branch where this person is not.
  const nothing = isTaken === (p === NONE) ? challenge.nothing : -Infinity;
  return { ...challenge, frame: { ...challenge.frame, lists }, nothing };
}

function limited(list: SeatList, p: number, isTaken: boolean): SeatList {
  if (p === NONE) return isTaken ? { ...list, groups: [] } : { ...list, empty: -Infinity };
  const groups = list.groups.map((group) => {
    const places = Int32Array.from(group.peers.keys()).filter(
      (place) => (group.peers[place] === p) === isTaken,
    );
    const renumbered = new Map(Array.from(places, (place, index) => [place, index]));
    return {
      kind: group.kind,
      peers: places.map((place) => group.peers[place]!),
      values: places.map((place) => group.values[place]!),
      regionless: Int32Array.from(group.regionless)
        .filter((place) => renumbered.has(place))
        .map((place) => renumbered.get(place)!),
    };
  });
  return {
    ...list,
    groups: groups.filter(({ peers }) => peers.length > 0),
    empty: isTaken ? -Infinity : list.empty,
  };
}
