import { upperFirst } from '../english/words.js';
import { presenceWords } from '../kinds/presence.js';
import { seatWords } from '../kinds/seats.js';
import type { Words } from '../kinds/words.js';
import type { Seat } from '../matching/problem/programme.js';

/** A seat as the scope shows it. */
export interface SeatLine {
  id: string;
  name: string;
  /** "chief executive or director; of the leading group; finance 4; days 1 to 2". */
  words: string;
}

/** Seats in words, in their order. */
export const seatLines = (seats: readonly Seat[], words: Words): SeatLine[] =>
  seats.map((seat) => ({
    id: seat.id,
    name: `${upperFirst(seatWords(seat.id))}${seat.shadow ? ' (shadow)' : ''}`,
    words: [
      seat.positions.map(words.position).join(', '),
      seat.party === 'any' ? '' : seat.party === 'leading' ? 'of the leading group' : 'of another group',
      Object.entries(seat.skills)
        .map(([skill, level]) => `${words.skill(skill)} ${String(level)}`)
        .join(', '),
      presenceWords(seat),
    ]
      .filter((part) => part !== '')
      .join('; '),
  }));
