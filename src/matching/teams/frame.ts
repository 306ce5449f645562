import type { Question } from '../problem/question.js';
import { NO_PINS, type Pins } from '../rules/pins.js';
import { PeerKinds } from './kinds.js';
import { seatLists, type Keeping, type SeatList } from './seat-lists.js';
import { TeamStates } from './team-states.js';

/** What stays the same for a challenge in every stay and at every price. */
export interface Frame {
  question: Question;
  kinds: PeerKinds;
  states: TeamStates;
  lists: SeatList[];
  /** By seat: the team states that the seats before it can come to. */
  reach: Int32Array[];
  /** Those of the lists who may clash with another of them by more than one and the same council. */
  entangled: ReadonlySet<number>;
}

/** Lists who may sit where, once for any number of searches. */
export function frameOf(question: Question, pins: Pins = NO_PINS, keeping?: Keeping): Frame {
  const kinds = new PeerKinds(question);
  const lists = seatLists(question, kinds, pins, keeping);
  const entangled = question.pool.entangled(listed(lists));
  const states = new TeamStates(question, kinds);
  return { question, kinds, states, lists, entangled, reach: reachOf(states, lists) };
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
function* listed(lists: readonly SeatList[]): Generator<number> {
  for (const { groups } of lists) for (const { peers } of groups) yield* peers;
}
