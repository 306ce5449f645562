import type { EntityManager } from 'typeorm';
import { lastDay, londonDate, type CivilDate } from '../calendar/dates.js';
import { askedWords, type AskedDays } from '../kinds/presence.js';
import type { Window } from '../matching/problem/programme.js';
import { Peer } from '../peers/peer.entity.js';

/** Days on site, both ends included. */
export interface Dates {
  firstDay: CivilDate;
  lastDay: CivilDate;
}

/** What is asked where it is not the whole of a visit. */
export const partOf = (asked: AskedDays): { part: string; offSite: boolean } => ({
  part: askedWords(asked),
  offSite: asked.offSite,
});

/** A message tells a peer something of this invitation. */
export const concerning = (id: string): string => `invitation:${id}`;

/** A window as days on site. */
export const daysOfWindow = ({ start, days }: Pick<Window, 'start' | 'days'>): Dates => ({
  firstDay: start,
  lastDay: lastDay(start, days),
});

/** The last day before an instant, on London's calendar. */
export const lastDayBefore = (instant: Date): string => londonDate(new Date(instant.getTime() - 1));

/** Where a peer reads mail; null where nobody told us. */
export async function addressOf(tx: EntityManager, peerId: string): Promise<string | null> {
  const peer = await tx.findOne(Peer, { where: { id: peerId }, select: { id: true, email: true } });
  return peer?.email ?? null;
}
