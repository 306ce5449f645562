import type { EntityManager } from 'typeorm';
import { addMonths, monthOf, type CivilDate } from '../calendar/dates.js';
import { sayMonth } from '../calendar/phrases.js';
import type { ElectionCycle } from '../calendar/elections.js';
import type { CalendarRules } from '../calendar/window-rules.js';
import type { ChallengeState } from '../challenges/states.js';
import type { Window } from '../matching/problem/programme.js';
import type { KeptPolicy } from '../kinds/kept-policy.js';
import { electionsOf } from '../councils/election-columns.js';
import type { Kind } from '../kinds/kind.js';
import type { ClockFacts, StepRecord } from './clock.js';

interface Row {
  id: string;
  kind: string;
  policy: KeptPolicy | null;
  state: ChallengeState;
  firstDay: CivilDate | null;
  lastDay: CivilDate | null;
  endsOn: CivilDate | null;
  windows: Window[];
  approved: boolean;
  objected: boolean;
  scoped: boolean;
  asked: boolean;
  isPast: boolean;
  elections: ElectionCycle | null;
  records: StepRecord[];
  parentKind: string | null;
  parentPolicy: KeptPolicy | null;
  parentLastDay: CivilDate | null;
  review: ClockFacts['review'];
}

/** What of a challenge its clock is made of, for many challenges in one query, by id. */
export async function clockFacts(
  tx: EntityManager,
  ids: string[],
  kinds: readonly (Kind & { id: string })[],
  rules: CalendarRules,
): Promise<Map<string, ClockFacts>> {
  const rows = await tx.query<Row[]>(
    `SELECT c.id, c.kind, c.policy, c.state, c.first_day::text AS "firstDay", c.last_day::text AS "lastDay", c.windows,
       ${electionsOf('h')} AS elections,
       EXISTS (SELECT FROM past_challenges x WHERE x.challenge_id = c.id) AS "isPast",
       EXISTS (SELECT FROM approved_teams a WHERE a.challenge_id = c.id) AS approved,
       EXISTS (SELECT FROM proposals t JOIN objections o ON o.proposal_id = t.id
         WHERE t.challenge_id = c.id AND t.state = 'agreed' AND o.state = ANY ('{open,upheld}')) AS objected,
       EXISTS (SELECT FROM challenge_changes x WHERE x.challenge_id = c.id AND x.to = 'scoped') AS scoped,
       EXISTS (SELECT FROM invitations i WHERE i.challenge_id = c.id AND i.state = 'pending') AS asked,
       coalesce((SELECT jsonb_agg(jsonb_build_object('step', s.step, 'doneOn', s.done_on, 'link', s.link, 'movedTo', s.moved_to, 'moveReason', s.move_reason))
         FROM challenge_steps s WHERE s.challenge_id = c.id), '[]') AS records,
       (SELECT max(s.last_day)::text FROM challenges s WHERE s.stay_of_id = c.id
         AND s.state IN (SELECT state FROM challenge_states WHERE live OR delivered)) AS "endsOn",
       p.kind AS "parentKind", p.policy AS "parentPolicy", p.last_day::text AS "parentLastDay",
       (SELECT jsonb_build_object('firstDay', r.first_day, 'lastDay', r.last_day,
           'heldOn', CASE WHEN r.state IN (SELECT state FROM challenge_states WHERE delivered) THEN r.last_day END,
           'reportOn', (SELECT s.done_on FROM challenge_steps s WHERE s.challenge_id = r.id AND s.step = 'report'))
         FROM challenges r JOIN kinds k ON k.id = r.kind AND k.content->>'purpose' = 'progress_review'
         WHERE r.follows_id = c.id AND r.state IN (SELECT state FROM challenge_states WHERE live OR open) ORDER BY r.created_at LIMIT 1) AS review
     FROM challenges c JOIN councils h ON h.id = c.council_id LEFT JOIN challenges p ON p.id = c.follows_id
     WHERE c.id = ANY($1)`,
    [ids],
  );
  return new Map(
    rows.flatMap((row): [string, ClockFacts][] => {
      const facts = factsOf(row, kinds, rules);
      return facts ? [[row.id, facts]] : [];
    }),
  );
}

function factsOf(
  row: Row,
  kinds: readonly (Kind & { id: string })[],
  rules: CalendarRules,
): ClockFacts | null {
  const kind = kinds.find(({ id }) => id === row.kind);
  if (!kind) return null;
  const { windows, parentLastDay, policy, isPast, ...facts } = row;
  const { firstDay, lastDay } = row;
  const isMonth = isPast && firstDay !== null && lastDay !== null && monthOf(firstDay, lastDay) !== null;
  const parent = kinds.find(({ id }) => id === row.parentKind);
  const months =
    kind.purpose === 'progress_review' ? (row.parentPolicy ?? parent)?.clock.reviewReportMonths : null;
  const reportBy =
    months !== null && months !== undefined && parentLastDay ? addMonths(parentLastDay, months) : null;
  const [wanted = null] = windows.map(({ start }) => start).sort();
  const past = isPast ? { month: isMonth ? sayMonth(firstDay) : null } : null;
  // Of a visit of which only the month is known nothing is due on a day.
  const days = isMonth ? { firstDay: null, lastDay: null } : {};
  return {
    ...facts,
    isStay: kind.purpose === 'stay',
    ...days,
    past,
    clock: (policy ?? kind).clock,
    wanted,
    reportBy,
    rules,
  };
}
