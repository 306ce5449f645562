import type { EntityManager } from 'typeorm';
import { daysBetween, type CivilDate } from '../calendar/dates.js';
import { windowWarnings, type CalendarRules } from '../calendar/window-rules.js';

/** A visit to come against whose days a changed calendar would say something else. */
export interface MetVisit {
  id: string;
  council: string;
  firstDay: CivilDate;
  lastDay: CivilDate;
  /** What the new calendar says against its days that the old one did not, and the other way round. */
  added: string[];
  gone: string[];
}

/** Visits to come that the changed calendar would meet, or no longer meet: none is moved by it. */
export async function visitsMet(
  tx: EntityManager,
  today: CivilDate,
  { before, after }: { before: CalendarRules; after: CalendarRules },
): Promise<MetVisit[]> {
  const visits = await tx.query<Omit<MetVisit, 'added' | 'gone'>[]>(
    `SELECT c.id, h.name AS council, c.first_day::text AS "firstDay", c.last_day::text AS "lastDay"
     FROM challenges c JOIN councils h ON h.id = c.council_id
     WHERE c.last_day >= $1 AND c.state IN (SELECT state FROM challenge_states WHERE live) ORDER BY c.first_day, h.name, c.id`,
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
