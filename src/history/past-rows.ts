import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import type { ChallengeMode } from '../challenges/challenge.entity.js';

/** A challenge of before this service as a file tells it; what nobody knows is null. */
export interface PastRow {
  reference: string;
  councilId: string;
  partnerIds: string[];
  kind: string;
  mode: ChallengeMode;
  firstDay: CivilDate;
  lastDay: CivilDate;
  /** Nobody knows on which days of the month it was; it has all of them. */
  monthOnly: boolean;
  manager: string | null;
  reportOn: CivilDate | null;
  reportLink: string | null;
  planOn: CivilDate | null;
  planLink: string | null;
  reviewOn: CivilDate | null;
  reviewLink: string | null;
  recommendations: number | null;
  follows: string | null;
}

/** The same as it is held. */
export type StoredPast = Omit<PastRow, 'reference'> & {
  id: string;
  reference: string | null;
  /** What was written down of it here, such as "step:report": no file changes that. */
  writtenHere: string[];
};

/** All that is held of before this service, the oldest first. */
export function loadPast(tx: EntityManager): Promise<StoredPast[]> {
  const step = (id: string, name: string): string =>
    `${name}.done_on::text AS "${id}On", ${name}.link AS "${id}Link"`;
  return tx.query<StoredPast[]>(
    `SELECT c.id, x.reference, c.council_id AS "councilId", c.partner_ids::text[] AS "partnerIds", c.kind, c.mode, c.first_day::text AS "firstDay", c.last_day::text AS "lastDay", x.month_only AS "monthOnly",
       x.manager, ${step('report', 'r')}, ${step('plan', 'p')}, ${step('review', 'v')}, x.recommendations, x.follows_reference AS follows,
       ARRAY(SELECT DISTINCT f.subject FROM follow_up_changes f WHERE f.challenge_id = c.id) AS "writtenHere"
     FROM past_challenges x JOIN challenges c ON c.id = x.challenge_id
       LEFT JOIN challenge_steps r ON r.challenge_id = c.id AND r.step = 'report'
       LEFT JOIN challenge_steps p ON p.challenge_id = c.id AND p.step = 'plan'
       LEFT JOIN challenge_steps v ON v.challenge_id = c.id AND v.step = 'review'
     ORDER BY c.first_day, x.reference, c.id`,
  );
}
