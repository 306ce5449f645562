import type { EntityManager } from 'typeorm';
import { addDays, daysBetween } from '../calendar/dates.js';
import { programmeYear, programmeYearRange } from '../calendar/programme-year.js';
import type { Peer } from '../peers/peer.entity.js';
import { conflict } from '../web/problems.js';
import { Booking } from './booking.entity.js';
import type { Invitation } from './invitation.entity.js';

/** Days on site, both ends included. */
export interface OnSite {
  firstDay: string;
  lastDay: string;
}

/**
 * Keeps the days of invited peers who are locked, rest included: all or none. The exclusion constraint has the last word, as a
 * 409. Throws a 409 where a yearly cap is reached or a peer is no longer active.
 */
export async function holdDays(
  tx: EntityManager,
  peers: Peer[],
  invitations: Invitation[],
  onSite: OnSite,
): Promise<void> {
  await requireCaps(tx, peers, onSite);
  for (const { id, peerId, challengeId, seat } of invitations) {
    const rest = peers.find((peer) => peer.id === peerId)?.restDays ?? 0;
    const days = `[${onSite.firstDay},${addDays(onSite.lastDay, rest)}]`;
    await tx.insert(Booking, {
      invitationId: id,
      peerId,
      challengeId,
      liveChallengeId: challengeId,
      seat,
      ...onSite,
      days,
      state: 'held',
      live: true,
    });
  }
}

/** Gives the days of an invitation back. */
export async function releaseHold(tx: EntityManager, invitationId: string): Promise<void> {
  const booking = await tx.findOneBy(Booking, { invitationId, live: true });
  if (!booking) return;
  booking.release();
  await tx.save(booking);
}

/** Throws a 409 where somebody does not take part any more, or has given what they agreed to for the year of these days, before this service too. */
export async function requireCaps(
  tx: EntityManager,
  peers: Peer[],
  { firstDay, lastDay }: OnSite,
): Promise<void> {
  const year = programmeYearRange(programmeYear(firstDay));
  const used = await tx.query<{ peer_id: string; challenges: string; days: string }[]>(
    `SELECT peer_id, count(*) AS challenges, sum(last_day - first_day + 1) AS days
     FROM (SELECT peer_id, first_day, last_day FROM bookings WHERE live UNION ALL SELECT peer_id, reckoned_from, last_day FROM past_service) given
     WHERE peer_id = ANY($1) AND first_day BETWEEN $2 AND $3 GROUP BY peer_id`,
    [peers.map(({ id }) => id), year.from, year.to],
  );
  const days = daysBetween(firstDay, lastDay) + 1;
  for (const peer of peers) {
    const now = used.find((row) => row.peer_id === peer.id);
    if (peer.state !== 'active')
      throw conflict('peer-not-active', `${peer.name} is ${peer.state}; choose another peer for the seat.`);
    if (
      Number(now?.challenges ?? 0) + 1 > peer.maxChallenges ||
      Number(now?.days ?? 0) + days > peer.maxDays
    ) {
      throw conflict(
        'cap-reached',
        `${peer.name} has given as many challenges or days as agreed for the year; choose another peer for the seat.`,
      );
    }
  }
}
