import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../../calendar/dates.js';
import { programmeYearRange } from '../../calendar/programme-year.js';
import { seatLabel } from '../../kinds/seats.js';
import type { AssignmentView } from './plans.dto.js';
import type { Entry } from './plan-calendar.js';

/** What is said of a challenge wherever it stands on the calendar. */
type About = Pick<Entry, 'region' | 'kind' | 'manager'>;

const ABOUT = `coalesce(h.region, 'other') AS region, k.content->>'name' AS kind,
  (SELECT coalesce(a.name, p.name) FROM challenge_people p LEFT JOIN accounts a ON a.id = p.account_id
   WHERE p.challenge_id = c.id AND p.role = 'manager' ORDER BY p.id LIMIT 1) AS manager`;
const JOINED = 'JOIN councils h ON h.id = c.council_id JOIN kinds k ON k.id = c.kind';

/** Region, kind and manager of some challenges. */
async function aboutOf(tx: EntityManager, ids: readonly string[]): Promise<Map<string, About>> {
  const rows = await tx.query<(About & { id: string })[]>(
    `SELECT c.id, ${ABOUT} FROM challenges c ${JOINED} WHERE c.id = ANY($1)`,
    [ids],
  );
  return new Map(rows.map(({ id, ...about }) => [id, about]));
}

/** What a plan places, with its teams by name; `taken` are those whose team is proposed or agreed just so. */
export async function plannedEntries(
  tx: EntityManager,
  placed: readonly AssignmentView[],
  taken: ReadonlySet<string>,
): Promise<Omit<Entry, 'warnings'>[]> {
  const about = await aboutOf(
    tx,
    placed.map(({ challengeId }) => challengeId),
  );
  return placed.map(({ challengeId, council, firstDay, lastDay, seats }) => ({
    ...{ challengeId, council, fixed: false, confirmed: false, taken: taken.has(challengeId) },
    ...{ firstDay: firstDay ?? '', lastDay: lastDay ?? '' },
    ...(about.get(challengeId) ?? { region: 'other', kind: '', manager: null }),
    team: seats.map(({ seat, peer }) => ({ seat: seatLabel(seat), peer })),
  }));
}

/** Challenges of a year whose days are fixed already, from a day on, with whoever is booked; those of the plan left out. */
export async function fixedEntries(
  tx: EntityManager,
  year: number,
  { except, after }: { except: readonly string[]; after: CivilDate },
): Promise<Omit<Entry, 'warnings'>[]> {
  const { from, to } = programmeYearRange(year);
  const rows = await tx.query<Omit<Entry, 'fixed' | 'taken' | 'warnings'>[]>(
    `SELECT c.id AS "challengeId", h.name AS council, ${ABOUT}, c.first_day::text AS "firstDay", c.last_day::text AS "lastDay",
       c.state IN (SELECT state FROM challenge_states WHERE confirmed) AS confirmed,
       coalesce((SELECT jsonb_agg(jsonb_build_object('seat', s->>'id', 'peer', (
         SELECT p.name FROM bookings b JOIN peers p ON p.id = b.peer_id WHERE b.challenge_id = c.id AND b.live AND b.seat = s->>'id' LIMIT 1)))
         FROM jsonb_array_elements(c.seats) s), '[]') AS team
     FROM challenges c ${JOINED}
     WHERE c.first_day BETWEEN $1 AND $2 AND c.state IN (SELECT state FROM challenge_states WHERE live) AND c.id <> ALL($3) AND c.first_day > $4
     ORDER BY c.first_day, h.name`,
    [from, to, except, after],
  );
  return rows.map((row) => ({
    ...row,
    ...{ fixed: true, taken: false },
    team: row.team.map(({ seat, peer }) => ({ seat: seatLabel(seat), peer })),
  }));
}
