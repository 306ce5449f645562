import type { EntityManager } from 'typeorm';
import { Measure } from './measure.entity.js';

type Content = Record<string, unknown>;

/** A measure as it was known, and whether that was written down only later. */
export interface KnownMeasure {
  measure: Measure;
  later: boolean;
}

const camel = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A row as the database kept it, by the names of its entity. */
export const fieldsOf = (content: Content): object =>
  Object.fromEntries(Object.entries(content).map(([name, value]) => [camel(name), value]));

/**
 * Measures as they were known at an instant, in the order of their places then; one that was written down only later as it is now. What each was
 * is kept by the database itself, at every change.
 */
export async function measuresKnown(
  tx: EntityManager,
  measures: readonly Measure[],
  until: Date,
): Promise<KnownMeasure[]> {
  const rows = await tx.query<{ content: Content; later: boolean }[]>(
    `SELECT DISTINCT ON (measure_id) content, at >= $2 AS later FROM measure_versions WHERE measure_id = ANY($1)
     ORDER BY measure_id, at < $2 DESC, id DESC`,
    [measures.map(({ id }) => id), until],
  );
  const known = rows.map(({ content, later }) => {
    return { measure: tx.create(Measure, fieldsOf(content)), later };
  });
  return known.sort(({ measure: a }, { measure: b }) => a.place - b.place || (a.key < b.key ? -1 : 1));
}
