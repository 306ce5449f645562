import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../../calendar/dates.js';
import { programmeYearRange } from '../../calendar/programme-year.js';
import type { PlanAnswer } from '../../matching/files/plan-answer.js';
import type { PartyRule, Seat, SkillLevels } from '../../matching/problem/programme.js';
import type { CountedChallenge } from '../measures/counted-visits.js';
import { REFUSED } from '../../invitations/invitation.entity.js';

/** A seat of a challenge of the year, with how hard it was to fill. */
export interface SeatRow {
  challengeId: string;
  council: string;
  region: string;
  /** The first day of its month on site, or of its earliest window. */
  month: CivilDate;
  seat: string;
  positions: string[];
  skills: SkillLevels;
  party: PartyRule;
  /** The party that a member must be of, or must not be of, by the seat's rule. */
  leading: string | null;
  asked: number;
  refused: number;
  /** Nobody in the team that is agreed or proposed first, or no team has anybody for it. */
  empty: boolean;
}

/** A seat is hard to fill when it stays empty, or when more than one had to be asked. */
export const isHard = ({ asked, empty }: SeatRow): boolean => empty || asked > 1;

/** What seats are told apart by. */
export const GAP_PARTS = ['position', 'skill', 'party', 'region', 'month'] as const;
export type GapPart = (typeof GAP_PARTS)[number];

/** The groups that a seat belongs to, by one part: one of several positions or skills counts in each. */
export function groupsOfSeat(row: SeatRow, part: GapPart): string[] {
  if (part === 'position') return row.positions;
  if (part === 'skill') return Object.keys(row.skills);
  if (part === 'region') return [row.region];
  if (part === 'month') return [row.month.slice(0, 7)];
  return [
    row.party === 'any' || row.leading === null
      ? 'any party'
      : row.party === 'leading'
        ? row.leading
        : `other than ${row.leading}`,
  ];
}

export interface GapRow {
  group: string;
  seats: number;
  hard: number;
  empty: number;
}

/** Seats counted by one part, those with the most hard ones first. */
export function gapsBy(rows: readonly SeatRow[], part: GapPart): GapRow[] {
  const groups = new Map<string, GapRow>();
  for (const row of rows)
    for (const group of groupsOfSeat(row, part)) {
      const known = groups.get(group) ?? { group, seats: 0, hard: 0, empty: 0 };
      known.seats++;
      if (isHard(row)) known.hard++;
      if (row.empty) known.empty++;
      groups.set(group, known);
    }
  return [...groups.values()].sort(
    (a, b) => b.hard - a.hard || b.seats - a.seats || (a.group < b.group ? -1 : 1),
  );
}

/** The seats of challenges that have looked for a team. */
export async function seatRows(tx: EntityManager, counted: readonly CountedChallenge[]): Promise<SeatRow[]> {
  const days = new Map(counted.map(({ id, day }) => [id, day]));
  const rows = await tx.query<
    (Omit<SeatRow, 'month'> & { seated: string | null; teamed: boolean; blocked: boolean | null })[]
  >(
    `SELECT c.id AS "challengeId", h.name AS council, coalesce(h.region, 'other') AS region, h.leading_group AS leading, s->>'id' AS seat,
       ARRAY(SELECT jsonb_array_elements_text(s->'positions')) AS positions, s->'skills' AS skills, s->>'party' AS party,
       coalesce(i.asked, 0) AS asked, coalesce(i.refused, 0) AS refused, t.seats->>(s->>'id') AS seated, t.seats IS NOT NULL AS teamed,
       t.seats IS NULL AND r.blocked @> jsonb_build_array(jsonb_build_object('seat', s->>'id')) AS blocked
     FROM challenges c JOIN councils h ON h.id = c.council_id
     LEFT JOIN LATERAL (SELECT p.seats FROM proposals p WHERE p.challenge_id = c.id AND p.state <> 'superseded' ORDER BY p.state, p.rank LIMIT 1) t ON true
     LEFT JOIN LATERAL (SELECT q.blocked FROM team_requests q WHERE q.challenge_id = c.id AND q.state = 'done' ORDER BY q.created_at DESC LIMIT 1) r ON true
     CROSS JOIN LATERAL jsonb_array_elements(c.seats) s
     LEFT JOIN (SELECT challenge_id, seat, count(*)::int AS asked, count(*) FILTER (WHERE state = ANY($2))::int AS refused
       FROM invitations WHERE challenge_id = ANY($1) GROUP BY 1, 2) i ON i.challenge_id = c.id AND i.seat = s->>'id'
     WHERE c.id = ANY($1) AND (t.seats IS NOT NULL OR r.blocked IS NOT NULL) AND (s->>'shadow')::boolean IS NOT TRUE ORDER BY h.name, c.id, seat`,
    [[...days.keys()], REFUSED],
  );
  return rows.map(({ seated, blocked, teamed, ...row }) => ({
    ...row,
    month: `${(days.get(row.challengeId) ?? '').slice(0, 7)}-01`,
    empty: blocked === true || (teamed && seated === null),
  }));
}

/** A refusal of an invitation in the year. */
export interface Refusal {
  challengeId: string;
  council: string;
  region: string;
  seat: string;
  reason: string;
  on: CivilDate;
}

/** Invitations that were declined, with the reason given, by the day of the answer. */
export function refusals(tx: EntityManager, year: number): Promise<Refusal[]> {
  const { from, to } = programmeYearRange(year);
  return tx.query(
    `SELECT c.id AS "challengeId", h.name AS council, coalesce(h.region, 'other') AS region, i.seat, coalesce(nullif(i.reason, ''), 'no reason given') AS reason, (i.answered_at AT TIME ZONE 'Europe/London')::date::text AS on
     FROM invitations i JOIN challenges c ON c.id = i.challenge_id JOIN councils h ON h.id = c.council_id
     WHERE i.state = 'declined' AND (i.answered_at AT TIME ZONE 'Europe/London')::date BETWEEN $1 AND $2 ORDER BY i.answered_at DESC, i.id`,
    [from, to],
  );
}

/** Whom to recruit, from the prices of a plan, with how many of its challenges have an empty seat that they could take. */
export interface RecruitWish {
  positions: string[];
  party: string | null;
  skills: SkillLevels;
  region: string;
  month: string;
  gain: number;
  unlocks: number;
}

type Recruit = PlanAnswer['recruit'][number];

/** The recruits of a plan with the challenges that each would unlock. `seats` are the seats of the plan's challenges. */
export function recruitWishes(plan: PlanAnswer, seats: SeatsOfChallenges): RecruitWish[] {
  return plan.recruit.map((recruit) => {
    const { positions, party, skills, region, month, gain } = recruit;
    return {
      ...{ positions, party, skills, region, month, gain },
      unlocks: new Set(unlockedBy(recruit, plan, seats).map(({ challenge }) => challenge)).size,
    };
  });
}

/** The seats of challenges by their ids, with who leads there. */
export type SeatsOfChallenges = ReadonlyMap<string, { seats: Seat[]; leading: string | null }>;

/** The empty seats of a plan that somebody could sit in. */
export const unlockedBy = (
  recruit: Recruit,
  { blocked }: Pick<PlanAnswer, 'blocked'>,
  seats: SeatsOfChallenges,
): { challenge: string; seat: string }[] =>
  blocked.filter(({ challenge, seat }) => {
    const host = seats.get(challenge);
    const found = host?.seats.find(({ id }) => id === seat);
    return found !== undefined && host !== undefined && couldSit(recruit, found, host.leading);
  });

function couldSit({ positions, party, skills }: Recruit, seat: Seat, leading: string | null): boolean {
  if (!seat.positions.some((position) => positions.includes(position))) return false;
  if (!Object.entries(seat.skills).every(([skill, level]) => (skills[skill] ?? 0) >= level)) return false;
  if (seat.party === 'any' || leading === null) return true;
  return party !== null && (seat.party === 'leading') === (party === leading);
}
