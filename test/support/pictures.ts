import type { DataSource } from 'typeorm';

/** What is known of a council besides its challenges, one of each, by the first word of its pages. */
export async function pictureObjects(
  source: DataSource,
  councilId: string,
): Promise<Record<'inspections' | 'support' | 'signals', string>> {
  const insert = async (sql: string): Promise<string> =>
    (await source.query<{ id: string }[]>(`${sql} RETURNING id`, [councilId]))[0]?.id ?? '';
  return {
    inspections: await insert(
      `INSERT INTO inspections (council_id, framework, actor, version) VALUES ($1, 'fire', 'x', 1)`,
    ),
    support: await insert(
      `INSERT INTO supports (council_id, type, first_day, cause, actor, version) VALUES ($1, 'mentoring', '2026-01-05', 'x', 'x', 1)`,
    ),
    signals: await insert(
      `INSERT INTO signals (council_id, type, observed_on, source, actor, version) VALUES ($1, 'inspection', '2026-01-05', 'x', 'x', 1)`,
    ),
  };
}
