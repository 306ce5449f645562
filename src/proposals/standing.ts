import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import { seatLabel } from '../kinds/seats.js';
import type { TeamSeats, Window } from '../matching/problem/programme.js';
import type { Question } from '../matching/problem/question.js';
import { BAR_WORDS } from '../matching/reasons/words.js';
import { barsMet, mayServeTogether, type Bar } from '../matching/rules/rules.js';
import { conflict } from '../web/problems.js';
import { whyExcluded, type ForDays } from './excluded.js';

/** A bar of the engine, or that the peer does not serve at present and so is in no pool. */
export type StandingBar = Bar | 'inactive';

/** Somebody of a team against whom something stands, as things are now. */
export interface Barred {
  seat: string;
  peerId: string;
  bars: StandingBar[];
}

const DATES: readonly StandingBar[] = ['unavailable', 'caps'];

/** What stands against the members of a team in a window of a question, by the rules of the engine. */
export function barredOf(question: Question, seats: TeamSeats, window = 0): Barred[] {
  const { challenge, pool, stays } = question;
  const members = challenge.seats.flatMap(({ id }) => pool.find(seats[id] ?? '') ?? []);
  return challenge.seats.flatMap((seat): Barred[] => {
    const peerId = seats[seat.id];
    if (!peerId) return [];
    const p = pool.find(peerId);
    if (p === undefined) return [{ seat: seat.id, peerId, bars: ['inactive'] }];
    const bars: Bar[] = barsMet(question, seat, p, stays[window] ?? null);
    if (!members.every((other) => other === p || mayServeTogether(pool, other, p))) bars.push('sameTeam');
    return bars.length > 0 ? [{ seat: seat.id, peerId, bars }] : [];
  });
}

/** The same without what somebody has a word in by saying yes to the days: whether they are free, and how much they give. */
export const whateverTheDays = (barred: Barred[]): Barred[] =>
  barred.flatMap(({ bars, ...one }) => {
    const left = bars.filter((bar) => !DATES.includes(bar));
    return left.length > 0 ? [{ ...one, bars: left }] : [];
  });

/** "does not serve at present"; `excluded` says why somebody is, where that is known. */
export const standingWords = (bars: StandingBar[], excluded: string = BAR_WORDS.excluded): string =>
  bars
    .map((bar) =>
      bar === 'inactive' ? 'does not serve at present' : bar === 'excluded' ? excluded : BAR_WORDS[bar],
    )
    .join('; ');

/** The window of a team, alone. */
export const windowOf = ({ id, start, days }: Pick<Window, 'id' | 'start' | 'days'>): Window => ({
  id,
  start,
  days,
  penalty: 0,
});

/** Throws a 409 that names each bar, the person and the seat. */
export async function refuseBarred(tx: EntityManager, team: ForDays, barred: Barred[]): Promise<void> {
  if (barred.length === 0) return;
  const ids = barred.map(({ peerId }) => peerId);
  const excluded = await whyExcluded(tx, team, ids);
  const names = await tx.query<{ id: string; name: string }[]>(
    'SELECT id, name FROM peers WHERE id = ANY($1)',
    [ids],
  );
  const said = barred.map(({ seat, peerId, bars }) => {
    const name = names.find(({ id }) => id === peerId)?.name;
    const detail = name
      ? `${name}, ${seatLabel(seat)}: ${standingWords(bars, excluded.get(peerId))}`
      : `found ${peerId}; allowed: the id of an active peer`;
    return { pointer: `/seats/${seat}`, detail };
  });
  throw conflict(
    'barred',
    `As things stand now: ${said.map(({ detail }) => detail).join('. ')}. Choose somebody else for the seat.`,
    said,
  );
}

/** Whoever sits in a seat of a team. */
export const membersOf = (seats: TeamSeats): string[] => Object.values(seats).filter((id) => id !== null);

/** Throws a 409 where the days of a team have begun: what is past is imported, not agreed to. */
export function requireToCome({ firstDay }: { firstDay: CivilDate }, today: CivilDate): void {
  if (firstDay > today) return;
  throw conflict(
    'days-past',
    `These days have begun: the first is ${sayDay(firstDay)}. Agree other days, or import a visit that took place.`,
  );
}
