import type { DataSource } from 'typeorm';

/** What the programme office looks after, one of each, by the first word of its pages. */
export async function programmeObjects(
  source: DataSource,
): Promise<
  Record<
    'measures' | 'budget-lines' | 'reports' | 'report-actions' | 'plans' | 'applications' | 'events',
    string
  >
> {
  const insert = async (sql: string, values: unknown[] = []): Promise<string> =>
    (await source.query<{ id: string }[]>(`${sql} RETURNING id`, values))[0]?.id ?? '';
  const content = {
    year: 2020,
    asOf: '2020-06-01',
    measures: [],
    trend: [],
    byRegion: [],
    byType: [],
    running: [],
    counted: {},
  };
  const reports = await insert(
    `INSERT INTO report_snapshots (year, title, meeting_on, content, actor) VALUES (2020, 'x', '2020-06-01', $1, 'x')`,
    [content],
  );
  return {
    measures: await insert(
      `INSERT INTO measures (year, key, name, place, source, counting, direction, colour_rule, version) VALUES (2020, 'x' || (SELECT count(*) FROM measures), 'x', 1, 'by_hand', 'sum', 'at_least', 'delivery', 1)`,
    ),
    'budget-lines': await insert(
      `INSERT INTO budget_lines (year, key, name, kind, place, budget, version) VALUES (2020, 'x' || (SELECT count(*) FROM budget_lines), 'x', 'income', 1, 10, 1)`,
    ),
    reports,
    'report-actions': await insert(
      `INSERT INTO report_actions (snapshot_id, text, owner, version) VALUES ($1, 'x', 'x', 1)`,
      [reports],
    ),
    applications: await insert(
      `INSERT INTO applications (route, name, email, class, positions, state, actor, version) VALUES ('applied', 'x', gen_random_uuid() || '@example.org', 'officer', '{s151}', 'applied', 'x', 1)`,
    ),
    events: await insert(
      `INSERT INTO events (type, title, held_on, actor) VALUES ('briefing', 'x', '2026-01-05', 'x')`,
    ),
    plans: await insert(
      `INSERT INTO plan_requests (year, challenge_ids, gap, time_limit, state, phase, actor) VALUES (2027, '{}', 0, 1, 'done', 'x', 'x')`,
    ),
  };
}
