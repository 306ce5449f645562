import type { EntityManager } from 'typeorm';
import { Measure } from './measure.entity.js';

type Content = Record<string, unknown>;

const camel = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Measures as they were known at an instant, in the order of their places then; one that was written down only later as it is now. What each was
 * is kept by the database itself, at every change.
 */
export async function measuresKnown(
  tx: EntityManager,
  measures: readonly Measure[],
  until: Date,
): Promise<Measure[]> {
  const rows = await tx.query<{ content: Content }[]>(
    `SELECT DISTINCT ON (measure_id) content FROM measure_versions WHERE measure_id = ANY($1)
     ORDER BY measure_id, at < $2 DESC, id DESC`,
    [measures.map(({ id }) => id), until],
  );
  const known = rows.map(({ content }) => {
    const named = Object.entries(content).map(([name, value]) => [camel(name), value]);
    return tx.create(Measure, Object.fromEntries(named) as Partial<Measure>);
  });
  return known.sort((a, b) => a.place - b.place || (a.key < b.key ? -1 : 1));
}
