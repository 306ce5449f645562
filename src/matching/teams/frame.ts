import type { Question } from '../problem/question.js';
import { NO_PINS, type Pins } from '../rules/pins.js';
import { atLeastAsGood, PeerKinds, type PeerKind } from './kinds.js';
import { seatLists, type Keeping, type SeatList } from './seat-lists.js';
import { TeamStates } from './team-states.js';

/** Who may sit where: what takes longest to work out, and most of the room. Plain data, that another thread can read. */
export interface Listed {
  kinds: readonly PeerKind[];
  lists: SeatList[];
  /** Those of the lists who may clash with another of them by more than one and the same council. */
  entangled: ReadonlySet<number>;
}

/** What stays the same for a challenge in every stay and at every price. */
export interface Frame extends Listed {
  question: Question;
  /** By two kinds, whether one is as good as the other in every team. */
  asGood: Uint8Array;
  states: TeamStates;
  /** By seat: the team states that the seats before it can come to. */
  reach: Int32Array[];
  /** Room for one search at a time. */
  scratch?: Float64Array[];
}

/** Lists who may sit where, once for any number of searches. */
export function listed(question: Question, pins: Pins = NO_PINS, keeping?: Keeping): Listed {
  const peerKinds = new PeerKinds(question);
  const lists = seatLists(question, peerKinds, pins, keeping);
  return { kinds: peerKinds.kinds, lists, entangled: question.pool.entangled(everybodyOn(lists)) };
}

/** A challenge made ready for searches, its peers listed. */
export function frameOf(question: Question, { kinds, lists, entangled }: Listed): Frame {
  const states = new TeamStates(question, kinds);
  const asGood = atLeastAsGood(kinds);
  return { question, kinds, asGood, states, lists, entangled, reach: reachOf(states, lists) };
}

function reachOf(states: TeamStates, lists: readonly SeatList[]): Int32Array[] {
  const isReached = new Uint8Array(states.count);
  isReached[0] = 1;
  return lists.map(({ groups, counts }) => {
    const reached: number[] = [];
    for (let state = 0; state < states.count; state++) if (isReached[state] === 1) reached.push(state);
    for (const { kind } of counts ? groups : []) {
      const steps = states.steps(kind);
      for (const state of reached) isReached[steps[state]!] = 1;
    }
    return Int32Array.from(reached);
  });
}

/** Everybody who is on a list, once for each. */
function* everybodyOn(lists: readonly SeatList[]): Generator<number> {
  for (const { groups } of lists) for (const { peers } of groups) yield* peers;
}
