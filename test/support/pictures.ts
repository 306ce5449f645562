import type { DataSource } from 'typeorm';

/** What is known of a council besides its challenges, one of each, by the first word of its pages. */
export async function pictureObjects(
  source: DataSource,
  councilId: string,
): Promise<Record<'inspections' | 'support' | 'signals' | 'region-people', string>> {
  const insert = async (sql: string): Promise<string> =>
    (await source.query<{ id: string }[]>(`${sql} RETURNING id`, [councilId]))[0]?.id ?? '';
  return {
    inspections: await insert(
      `INSERT INTO inspections (council_id, framework, actor, version) VALUES ($1, 'best-value', 'x', 1)`,
    ),
    support: await insert(
      `INSERT INTO supports (council_id, type, first_day, cause, actor, version) VALUES ($1, 'mentoring', '2026-01-05', 'x', 'x', 1)`,
    ),
    'region-people': await insert(
      `INSERT INTO region_people (region, role, peer_id, subject, day_budget, first_day, actor, version)
       SELECT h.region, 'improvement_adviser', (SELECT id FROM peers ORDER BY id LIMIT 1), 'finance', 12, '2026-04-01', 'x', 1 FROM councils h WHERE h.id = $1`,
    ),
    signals: await insert(
      `INSERT INTO signals (council_id, type, observed_on, source, actor, version) VALUES ($1, 'inspection', '2026-01-05', 'x', 'x', 1)`,
    ),
  };
}
