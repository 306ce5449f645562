import type { EntityManager } from 'typeorm';
import { addDays, daysBetween } from '../calendar/dates.js';
import { programmeYear, programmeYearRange } from '../calendar/programme-year.js';
import type { AskedDays } from '../kinds/presence.js';
import type { Peer } from '../peers/peer.entity.js';
import { conflict } from '../web/problems.js';
import { Booking } from './booking.entity.js';
import type { Invitation } from './invitation.entity.js';

/**
 * Keeps the days of invited peers who are locked, rest included: all or none. The exclusion constraints have the last word, as a
 * 409. `familyId` names the challenge, or the one of which it is a further stay. Throws a 409 where a yearly cap is reached or a peer is
 * no longer active.
 */
export async function holdDays(
  tx: EntityManager,
  peers: Peer[],
  invitations: Invitation[],
  familyId: string,
): Promise<void> {
  for (const invitation of invitations) {
    const peer = peers.find(({ id }) => id === invitation.peerId);
    if (peer) await requireCaps(tx, peer, { ...invitation.asked, familyId });
    await tx.insert(
      Booking,
      bookingOf(invitation, { state: 'held', restDays: peer?.restDays ?? 0, familyId }),
    );
  }
}

/** The days of an invitation as they are kept, with so many days of rest after them. */
export function bookingOf(
  { id, peerId, challengeId, seat, asked }: Invitation,
  { state, restDays, familyId }: { state: 'held' | 'booked'; restDays: number; familyId: string },
): Partial<Booking> {
  const { firstDay, lastDay, visitFirstDay, visitLastDay, offSite } = asked;
  return {
    invitationId: id,
    peerId,
    challengeId,
    liveChallengeId: challengeId,
    familyId,
    seat,
    firstDay,
    lastDay,
    visitFirstDay,
    visitLastDay,
    offSite,
    days: offSite ? 'empty' : `[${firstDay},${addDays(lastDay, restDays)}]`,
    state,
    live: true,
  };
}

/** Gives the days of an invitation back. */
export async function releaseHold(tx: EntityManager, invitationId: string): Promise<void> {
  const booking = await tx.findOneBy(Booking, { invitationId, live: true });
  if (!booking) return;
  booking.release();
  await tx.save(booking);
}

/**
 * Throws a 409 where somebody does not take part any more, or has given what they agreed to for the year of these days, before this
 * service too. Stays of one challenge are one challenge; what is done off site counts for nothing here.
 */
export async function requireCaps(
  tx: EntityManager,
  peer: Peer,
  {
    firstDay,
    lastDay,
    offSite,
    familyId,
  }: Pick<AskedDays, 'firstDay' | 'lastDay' | 'offSite'> & { familyId: string },
): Promise<void> {
  if (peer.state !== 'active')
    throw conflict('peer-not-active', `${peer.name} is ${peer.state}; choose another peer for the seat.`);
  if (offSite) return;
  const year = programmeYearRange(programmeYear(firstDay));
  const [used] = await tx.query<{ challenges: number; days: number }[]>(
    `SELECT count(DISTINCT family_id) FILTER (WHERE family_id <> $4)::int AS challenges, coalesce(sum(last_day - first_day + 1), 0)::int AS days
     FROM (SELECT peer_id, family_id, first_day, last_day FROM bookings WHERE live AND NOT off_site
       UNION ALL SELECT peer_id, challenge_id, reckoned_from, last_day FROM past_service) given
     WHERE peer_id = $1 AND first_day BETWEEN $2 AND $3`,
    [peer.id, year.from, year.to, familyId],
  );
  const days = daysBetween(firstDay, lastDay) + 1;
  if ((used?.challenges ?? 0) + 1 <= peer.maxChallenges && (used?.days ?? 0) + days <= peer.maxDays) return;
  throw conflict(
    'cap-reached',
    `${peer.name} has given as many challenges or days as agreed for the year; choose another peer for the seat.`,
  );
}
