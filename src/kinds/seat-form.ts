import { Transform } from 'class-transformer';
import { PARTY_RULES, type Seat } from '../matching/problem/programme.js';
import { Choice, QueryInt, Text, Texts } from '../web/fields.js';
import { listOf, Says, type Again } from '../web/forms.js';
import { badField, notFound } from '../web/problems.js';
import { MOST_DAYS } from './seats.js';
import { skillLevels, SKILLS, skillWords } from './skill-words.js';

/** On the whole visit, on some days of it, or from afar. */
const WHEN = ['all', 'part', 'off'] as const;

/** A seat as somebody types it, of a challenge or of a kind. */
export class SeatForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says('Enter a short name for the seat in small letters, such as finance-officer')
  @Text({ max: 40, pattern: /^[a-z][a-z0-9-]*$/ })
  seat: string;
  @Says('Choose at least one position')
  @Transform(({ value }) => listOf(value))
  @Texts({ max: 40 })
  positions: string[];
  @Says('Choose which party') @Choice(PARTY_RULES) party: Seat['party'];
  @Says('Write skills with levels like: finance 4, governance 3')
  @Text({ optional: true, max: 400, pattern: SKILLS })
  skills?: string;
  @Choice(['yes'], { optional: true }) shadow?: 'yes';
  @Says('Choose for which days') @Choice(WHEN, { optional: true }) when?: (typeof WHEN)[number];
  @Says('Enter days as whole numbers, counted from 1')
  @QueryInt({ min: 1, max: MOST_DAYS, optional: true })
  from?: number;
  @Says('Enter days as whole numbers, counted from 1')
  @QueryInt({ min: 1, max: MOST_DAYS, optional: true })
  to?: number;
  @Transform(({ value }) => listOf(value))
  @Texts({ optional: true, max: 2 })
  halves?: string[];
  @Choice(['save', 'remove']) step: 'save' | 'remove';
}

/** The seat of that name; null for "new". Throws a 404 where there is none. */
export function seatNamed({ seats }: { seats: readonly Seat[] }, name: string): Seat | null {
  if (name === 'new') return null;
  const seat = seats.find(({ id }) => id === name);
  if (!seat) throw notFound('seat');
  return seat;
}

/** Throws a 400 where some days are meant, and none or no real ones are named. */
function seatOf(form: Omit<SeatForm, 'step'>): Seat {
  const { seat: id, positions, party, skills, shadow } = form;
  return {
    id,
    positions,
    party,
    skills: skillLevels(skills),
    ...(shadow ? { shadow: true } : {}),
    ...presenceOf(form),
  };
}

function presenceOf({
  when = 'all',
  from,
  to,
  halves = [],
}: Omit<SeatForm, 'version' | 'step'>): Pick<Seat, 'presence' | 'offSite'> {
  if (when === 'off') return { offSite: true };
  if (when === 'all') return {};
  const first = from ?? 1;
  if (from === undefined && to === undefined && halves.length === 0)
    throw badField('/from', 'Say from which day, or until which');
  if (to !== undefined && to < first)
    throw badField('/to', `found day ${String(to)}; allowed: day ${String(first)} or a later one`);
  if (to === first && halves.length === 2)
    throw badField('/halves', 'One day from midday until midday is no time at all: choose one of the two');
  return {
    presence: {
      from: first,
      to: to ?? null,
      ...(halves.includes('from') ? { fromMidday: true } : {}),
      ...(halves.includes('until') ? { untilMidday: true } : {}),
    },
  };
}

function presenceInput(seat: Seat | null): Record<string, unknown> {
  const { presence, offSite } = seat ?? {};
  return {
    when: offSite ? 'off' : presence ? 'part' : 'all',
    from: presence?.from ?? '',
    to: presence?.to ?? '',
    halves: [...(presence?.fromMidday ? ['from'] : []), ...(presence?.untilMidday ? ['until'] : [])],
  };
}

const withSeat = (seats: readonly Seat[], known: Seat | null, saved: Seat): Seat[] =>
  known ? seats.map((one) => (one === known ? saved : one)) : [...seats, saved];

/** Seats after one was saved, added or removed. Throws a 400 for the name of another. */
export function seatsAfter(seats: readonly Seat[], name: string, { step, ...form }: SeatForm): Seat[] {
  const known = seatNamed({ seats }, name);
  const others = seats.filter((one) => one !== known);
  if (step === 'remove') return others;
  if (others.some((one) => one.id === form.seat))
    throw badField('/seat', `there is a seat named ${form.seat} already`);
  return withSeat(seats, known, seatOf(form));
}

/** What stands in the form: what was typed, or the seat. */
export function seatInput(seat: Seat | null, again: Again): Record<string, unknown> {
  if (again.errors.length > 0) return { ...again.input, positions: listOf(again.input.positions) };
  return {
    seat: seat?.id ?? '',
    positions: seat?.positions ?? [],
    party: seat?.party ?? 'any',
    skills: seat ? skillWords(seat.skills) : '',
    shadow: seat?.shadow ? 'yes' : '',
    ...presenceInput(seat),
  };
}
