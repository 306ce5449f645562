import { conflict } from './problems.js';

/** What may follow what. */
export type NextStates<State extends string> = Readonly<Record<State, readonly State[]>>;

/** A state as people read it: "team agreed". */
export const stateWords = (state: string): string => state.replaceAll('_', ' ');

/**
 * The state that a thing goes to. Throws a 409 with what is possible now where that does not follow from the one it is in.
 * `what` names the thing at the beginning of a sentence: "The objection".
 */
export function nextState<State extends string>(
  what: string,
  next: NextStates<State>,
  from: State,
  to: State,
): State {
  if (next[from].includes(to)) return to;
  const possible = next[from].map(stateWords).join(', ') || 'nothing more, it stays as it is';
  throw conflict(
    'wrong-state',
    `${what} is ${stateWords(from)} and cannot become ${stateWords(to)}; possible now: ${possible}.`,
  );
}
