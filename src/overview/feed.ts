import { HOSTS, placeOf, SCOPE_COLUMNS } from '../challenges/hosts.js';
import { Challenge, type ChallengeMode } from '../challenges/challenge.entity.js';
import { askedWords, meetsBefore, type AskedDays } from '../kinds/presence.js';
import { visitEvents } from '../invitations/calendars.service.js';
import { calendarFile, type DayEvent } from '../messages/calendar-file.js';
import { narrow, type Actor } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { paths } from '../web/paths.js';
import { Database } from '../database/database.js';

interface FeedRow extends Omit<AskedDays, 'offSite'> {
  mode: ChallengeMode;
  calendarKey: string;
  calendarSequence: number | null;
  challengeId: string;
  isConfirmed: boolean;
  council: string;
  kind: string;
}

/**
 * The visits of a peer, those that a challenge manager runs, or the challenges of an adviser's region, as a calendar that is read again
 * and again.
 */
export async function feedOf(
  db: Database,
  actor: (Actor & { accountId: string }) | null,
  { stamp, address }: { stamp: Date; address: (path: string) => string },
): Promise<string> {
  if (actor?.role === 'peer')
    return calendarFile('PUBLISH', await ofPeer(db, actor.peerId ?? '', address), { stamp });
  const scope = actor && scopeOf(actor.role, 'challenges.read');
  if (!actor || !scope) return calendarFile('PUBLISH', [], { stamp });
  const query = db.manager
    .createQueryBuilder(Challenge, 'c')
    .innerJoinAndSelect('c.council', 'h')
    .where('c.first_day IS NOT NULL')
    .andWhere(`c.state IN (SELECT state FROM challenge_states WHERE live)`);
  if (actor.role === 'manager')
    query.andWhere(
      `EXISTS (SELECT FROM challenge_people p WHERE p.challenge_id = c.id AND p.account_id = :id AND p.role <> 'analyst')`,
      { id: actor.accountId },
    );
  const challenges = await narrow(query, { actor, scope }, SCOPE_COLUMNS).getMany();
  const kinds = await db.query<{ id: string; name: string }[]>(
    `SELECT id, content->>'name' AS name FROM kinds`,
  );
  const names = new Map(kinds.map(({ id, name }) => [id, name]));
  const events = challenges.map(({ id, kind, council, version, firstDay, lastDay, state }): DayEvent => ({
    uid: `challenge-${id}@critical-friend`,
    sequence: version,
    title: `${names.get(kind) ?? kind}: ${council?.name ?? ''}`,
    firstDay: firstDay ?? '',
    lastDay: lastDay ?? '',
    description: '',
    location: council?.name ?? '',
    url: address(paths.challenge(id)),
    tentative: ['team_agreed', 'inviting'].includes(state),
    free: true,
  }));
  return calendarFile('PUBLISH', events, { stamp });
}

async function ofPeer(db: Database, peerId: string, address: (path: string) => string) {
  const rows = await db.query<FeedRow[]>(
    `SELECT i.calendar_key AS "calendarKey", i.calendar_sequence AS "calendarSequence", ${HOSTS} AS council, k.content->>'name' AS kind, b.first_day::text AS "firstDay", b.last_day::text AS "lastDay",
       c.mode, b.visit_first_day::text AS "visitFirstDay", b.visit_last_day::text AS "visitLastDay", i.from_midday AS "fromMidday", i.until_midday AS "untilMidday", c.id AS "challengeId", c.state IN (SELECT state FROM challenge_states WHERE confirmed) AS "isConfirmed"
     FROM bookings b JOIN invitations i ON i.id = b.invitation_id JOIN challenges c ON c.id = b.challenge_id JOIN councils h ON h.id = c.council_id JOIN kinds k ON k.id = c.kind
     WHERE b.peer_id = $1 AND b.live AND b.state = 'booked' AND NOT b.off_site ORDER BY b.first_day`,
    [peerId],
  );
  const reviews = await db.query<{ id: string; council: string; firstDay: string; lastDay: string }[]>(
    `SELECT v.id, ${HOSTS} AS council, v.first_day::text AS "firstDay", v.last_day::text AS "lastDay"
     FROM visits v JOIN challenges c ON c.id = v.challenge_id JOIN councils h ON h.id = c.council_id
     WHERE v.type = 'progress_review' AND v.state = 'pencilled' AND EXISTS (SELECT FROM bookings b WHERE b.challenge_id = c.id AND b.peer_id = $1 AND b.live AND b.state = 'booked')`,
    [peerId],
  );
  // A pencilled review is shown, and holds nobody's days.
  const pencilled = reviews.map(({ id, council, ...days }): DayEvent => ({
    uid: `review-${id}@critical-friend`,
    sequence: 0,
    title: `About now: progress review, ${council}`,
    description: 'Not dated yet.',
    tentative: true,
    free: true,
    ...days,
  }));
  return [
    ...rows.flatMap(({ mode, ...row }) => {
      const [onSite, evening] = visitEvents(row, { ...row, place: placeOf(mode, row.council) }, row, {
        page: address(paths.visit(row.challengeId)),
        part: askedWords({ ...row, offSite: false }),
        tentative: !row.isConfirmed,
      });
      return mode === 'remote' || !meetsBefore({ ...row, offSite: false }) ? [onSite] : [onSite, evening];
    }),
    ...pencilled,
  ];
}
