import { amount, listAnd, withinSentence } from '../english/words.js';
import type { Kind } from '../kinds/kind.js';
import { seatWords } from '../kinds/seats.js';

/** Kinds of challenge as one chooses among them. */
export interface KindGroup {
  name: string;
  kinds: { id: string; name: string; hint: string }[];
}

/** A challenge of the whole council counts as one among the programme's measures. */
const WHOLE_COUNCIL = 'corporate';

const GROUPS: [name: string, belongs: (kind: Kind) => boolean][] = [
  [
    'The whole council',
    ({ purpose, measures }) => purpose === 'challenge' && measures.includes(WHOLE_COUNCIL),
  ],
  [
    'One service or theme',
    ({ purpose, measures }) => purpose === 'challenge' && !measures.includes(WHOLE_COUNCIL),
  ],
  ['Support', ({ purpose }) => purpose === 'support'],
  [
    'After an earlier challenge',
    ({ purpose }) => ['progress_review', 'follow_up', 'check_in'].includes(purpose),
  ],
];

/** What can be booked by itself, grouped, each with how long it takes and who comes. A further stay is arranged at its challenge. */
export const kindGroups = (kinds: readonly (Kind & { id: string })[]): KindGroup[] =>
  GROUPS.map(([name, belongs]) => ({
    name,
    kinds: kinds.filter(belongs).map((kind) => ({ id: kind.id, name: kind.name, hint: hintOf(kind) })),
  })).filter(({ kinds: own }) => own.length > 0);

function hintOf({ days, seats, coreQuestions }: Kind): string {
  const team =
    seats.length === 1
      ? `one peer: ${seatWords(seats[0]?.id ?? '')}`
      : `a team of ${String(seats.length)}: ${listAnd(seats.map(({ id }) => seatWords(id)))}`;
  const asks = coreQuestions.map((question) => withinSentence(question));
  const looks = asks.length > 0 ? ` It always looks at ${listAnd(asks)}.` : '';
  return `${amount(days, 'day')} on site with ${seats.length === 0 ? 'a team' : team}.${looks}`;
}
