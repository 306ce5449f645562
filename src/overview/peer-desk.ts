import { daysBetween, type CivilDate } from '../calendar/dates.js';
import { seatWords } from '../kinds/seats.js';
import { Peer } from '../peers/peer.entity.js';
import type { Words } from '../kinds/words.js';
import { HOSTS } from '../challenges/hosts.js';
import { Database } from '../database/database.js';

/** A line of a peer's own record. */
export interface PeerVisit {
  id: string;
  challengeId: string;
  council: string;
  kind: string;
  seat: string;
  state: string;
  challengeState: string;
  firstDay: string;
  lastDay: string;
  expiresAt: Date;
}

/** A peer's start page and record. */
export interface PeerDesk {
  name: string;
  open: PeerVisit[];
  coming: PeerVisit[];
  past: PeerVisit[];
  daysGiven: number;
  confirmedOn: CivilDate | null;
  stale: boolean;
}

/** Availability that is older than this is asked for again. */
export const STALE_DAYS = 90;

/** Seats of before this service, the latest first. */
const BEFORE = `SELECT s.id, c.id AS "challengeId", ${HOSTS} AS council, c.kind, s.seat, 'accepted' AS state, c.state AS "challengeState",
    c.first_day::text AS "firstDay", c.last_day::text AS "lastDay", now() AS "expiresAt"
  FROM past_seats s JOIN past_challenges x USING (reference) JOIN challenges c ON c.id = x.challenge_id
  WHERE s.peer_id = $1 ORDER BY c.first_day DESC`;

/** What a peer's start page shows: invitations to answer, visits to come, what was given, whether the diary is fresh. */
export async function peerDesk(
  db: Database,
  peerId: string,
  today: CivilDate,
  words: Words,
): Promise<PeerDesk> {
  const rows = await db.query<PeerVisit[]>(
    `SELECT i.id, i.challenge_id AS "challengeId", ${HOSTS} AS council, c.kind, i.seat, i.state, c.state AS "challengeState",
       i.first_day::text AS "firstDay", i.last_day::text AS "lastDay", i.off_site AS "offSite", i.expires_at AS "expiresAt"
     FROM invitations i JOIN challenges c ON c.id = i.challenge_id
     WHERE i.peer_id = $1 ORDER BY i.first_day`,
    [peerId],
  );
  const visits = rows.map((row) => ({ ...row, kind: words.kind(row.kind), seat: seatWords(row.seat) }));
  const accepted = visits.filter(({ state }) => state === 'accepted');
  const { availability, name } = await db.manager.findOneByOrFail(Peer, { id: peerId });
  const [given] = await db.query<{ days: number }[]>(
    'SELECT coalesce(sum(days), 0)::int AS days FROM peer_days WHERE peer_id = $1 AND last_day < $2',
    [peerId, today],
  );
  const past = accepted.filter(({ lastDay }) => lastDay < today);
  const before = await db.query<PeerVisit[]>(BEFORE, [peerId]);
  return {
    name,
    open: visits.filter(({ state }) => state === 'pending'),
    coming: accepted.filter(({ lastDay }) => lastDay >= today),
    past: [...past, ...before.map((row) => ({ ...row, kind: words.kind(row.kind) }))],
    daysGiven: given?.days ?? 0,
    confirmedOn: availability.confirmedOn,
    stale: availability.confirmedOn === null || daysBetween(availability.confirmedOn, today) > STALE_DAYS,
  };
}
