import type { EntityManager } from 'typeorm';
import { daysBetween, type CivilDate } from '../calendar/dates.js';
import { windowWarnings, type CalendarRules } from '../calendar/window-rules.js';

/** A visit to come, or days that are offered for one, against which a changed calendar would say something else. */
export interface MetVisit {
  id: string;
  council: string;
  firstDay: CivilDate;
  lastDay: CivilDate;
  /** Whether a challenge only offers these days: nothing is agreed for them. */
  offered: boolean;
  /** What the new calendar says against its days that the old one did not, and the other way round. */
  added: string[];
  gone: string[];
}

/** Visits to come, and offered days, that the changed calendar would meet, or no longer meet: none is moved by it. */
export async function visitsMet(
  tx: EntityManager,
  today: CivilDate,
  { before, after }: { before: CalendarRules; after: CalendarRules },
): Promise<MetVisit[]> {
  const visits = await tx.query<Omit<MetVisit, 'added' | 'gone'>[]>(
    `SELECT c.id, h.name AS council, w.first::text AS "firstDay", w.last::text AS "lastDay", c.first_day IS NULL AS offered
     FROM challenges c JOIN councils h ON h.id = c.council_id
     CROSS JOIN LATERAL (SELECT c.first_day AS first, c.last_day AS last WHERE c.first_day IS NOT NULL
       UNION ALL SELECT (x->>'start')::date, (x->>'start')::date + (x->>'days')::int - 1 FROM jsonb_array_elements(c.windows) x WHERE c.first_day IS NULL) w
     WHERE w.last >= $1 AND c.state IN (SELECT state FROM challenge_states WHERE open) ORDER BY w.first, h.name, c.id`,
    [today],
  );
  return visits
    .map((visit) => {
      const [was, is] = [against(visit, before), against(visit, after)];
      const [added, gone] = [is.filter((one) => !was.includes(one)), was.filter((one) => !is.includes(one))];
      return { ...visit, added, gone };
    })
    .filter(({ added, gone }) => added.length > 0 || gone.length > 0);
}

const against = (
  { firstDay, lastDay }: Pick<MetVisit, 'firstDay' | 'lastDay'>,
  rules: CalendarRules,
): string[] =>
  windowWarnings(firstDay, daysBetween(firstDay, lastDay) + 1, {
    rules,
    cycle: null,
    preElectionRefuses: false,
  }).map(({ message }) => message);
