import { addDays, daysBetween, type CivilDate } from '../calendar/dates.js';
import { sayDays } from '../calendar/phrases.js';
import { daysPresent } from '../matching/problem/presence.js';
import type { Seat } from '../matching/problem/programme.js';
import { upperFirst } from '../english/words.js';
import { seatWords } from './seats.js';

/** Days on site, both ends included. */
interface OnSite {
  firstDay: CivilDate;
  lastDay: CivilDate;
}

/** What a seat asks of a peer on a visit: the whole of it, some days, or work from afar. Off site, the days are those of the visit, and none is held. */
export interface AskedDays extends OnSite {
  visitFirstDay: CivilDate;
  visitLastDay: CivilDate;
  fromMidday: boolean;
  untilMidday: boolean;
  offSite: boolean;
}

/** The days that a seat asks for on a visit. */
export function askedDays(seat: Pick<Seat, 'presence' | 'offSite'>, visit: OnSite): AskedDays {
  const { firstDay: first, lastDay: last } = visit;
  const { from, to } = daysPresent(seat, daysBetween(first, last) + 1);
  return {
    firstDay: addDays(first, from - 1),
    lastDay: addDays(first, to - 1),
    visitFirstDay: first,
    visitLastDay: last,
    fromMidday: seat.presence?.fromMidday ?? false,
    untilMidday: seat.presence?.untilMidday ?? false,
    offSite: seat.offSite ?? false,
  };
}

/** Whether a peer meets the team on the evening before it begins: those who come later, or not at all, do not. */
export const meetsBefore = ({
  firstDay,
  visitFirstDay,
  fromMidday,
  offSite,
}: Omit<AskedDays, 'lastDay' | 'visitLastDay' | 'untilMidday'>): boolean =>
  !offSite && firstDay === visitFirstDay && !fromMidday;

/** "These days only: the team is there on 8 to 11 June 2027. You come at midday on your first day." Empty for the whole of a visit. */
export function askedWords({ firstDay, lastDay, fromMidday, untilMidday, ...visit }: AskedDays): string {
  if (visit.offSite) return 'You work off site, when it suits you: no day is kept for it.';
  const isPart = firstDay !== visit.visitFirstDay || lastDay !== visit.visitLastDay;
  const isOne = firstDay === lastDay;
  return [
    ...(isPart
      ? [
          `${isOne ? 'This day' : 'These days'} only: the team is there on ${sayDays(visit.visitFirstDay, visit.visitLastDay)}.`,
        ]
      : []),
    ...(fromMidday ? [`You come at midday${isOne ? '' : ' on your first day'}.`] : []),
    ...(untilMidday ? [`You leave at midday${isOne ? '' : ' on your last day'}.`] : []),
  ].join(' ');
}

/** "finance officer (days 2 to 3)": a seat of a challenge in words, with what of the visit it is wanted for. */
export function seatWithDays(seats: readonly Seat[], id: string): string {
  const words = presenceWords(seats.find((seat) => seat.id === id) ?? {});
  return seatWords(id) + (words ? ` (${words})` : '');
}

/** The same at the beginning. */
export const seatLabelWithDays = (seats: readonly Seat[], id: string): string =>
  upperFirst(seatWithDays(seats, id));

/** "days 2 to 3", "day 1, until midday", "off site": what a seat is wanted for, whatever the visit; empty for the whole of one. */
export function presenceWords({ presence, offSite }: Pick<Seat, 'presence' | 'offSite'>): string {
  if (offSite) return 'off site';
  if (!presence) return '';
  const { from, to, fromMidday = false, untilMidday = false } = presence;
  const days =
    to === null
      ? from === 1
        ? 'all days'
        : `from day ${String(from)} on`
      : from === to
        ? `day ${String(from)} only`
        : `days ${String(from)} to ${String(to)}`;
  return [
    days,
    ...(fromMidday ? [`from midday of day ${String(from)}`] : []),
    ...(untilMidday ? [`until midday of ${to === null ? 'the last day' : `day ${String(to)}`}`] : []),
  ].join(', ');
}
