import type { EntityManager } from 'typeorm';
import { FEEDBACK_FORMS } from '../../outcomes/feedback-forms.js';
import { EVENT_TYPES } from '../../recruiting/event.entity.js';
import { TAKEN } from '../take-up/taken.js';
import { badField } from '../../web/problems.js';
import type { Measure, Source } from './measure.entity.js';

type Placed = Pick<Measure, 'key' | 'partOf' | 'source' | 'which'>;

/** Throws a 400 where a measure is part of what is no row of its year, or counts what its source does not hold. */
export async function requirePlace(
  tx: EntityManager,
  measure: Placed,
  others: readonly Placed[],
): Promise<void> {
  requirePart(measure, others);
  if (measure.which === null) return;
  const allowed = await partsOfSource(tx, measure.source);
  if (!allowed.includes(measure.which))
    throw badField(
      '/which',
      allowed.length === 0
        ? `found "${measure.which}"; of ${measure.source} all are counted`
        : `found "${measure.which}"; allowed: ${allowed.join(', ')}, or nothing for all`,
    );
}

function requirePart({ key, partOf }: Placed, others: readonly Placed[]): void {
  if (others.some((one) => one.key !== key && one.partOf === key) && partOf !== null)
    throw badField('/partOf', 'others are part of this one, so that it has a row of its own');
  if (partOf === null) return;
  const row = others.find((one) => one.key === partOf && one.key !== key);
  if (!row) throw badField('/partOf', `found "${partOf}"; allowed: the key of a measure of the year`);
  if (row.partOf !== null)
    throw badField(
      '/partOf',
      `found "${partOf}", which is part of ${row.partOf} itself; allowed: ${row.partOf}`,
    );
}

/** Which parts of a source can be counted by themselves. */
export async function partsOfSource(tx: EntityManager, source: Source): Promise<string[]> {
  // What a measure counts stays countable when the office takes it off its list.
  const counted = ids(
    await tx.query('SELECT DISTINCT which AS id FROM measures WHERE source = $1 AND which IS NOT NULL', [
      source,
    ]),
  );
  return [...new Set([...(await listedParts(tx, source)), ...counted])];
}

async function listedParts(tx: EntityManager, source: Source): Promise<string[]> {
  const fixed: Partial<Record<Source, readonly string[]>> = {
    events: EVENT_TYPES,
    attendance: EVENT_TYPES,
    evaluations: EVENT_TYPES,
    take_up: TAKEN,
    feedback: Object.keys(FEEDBACK_FORMS).filter((form) => form !== 'impact'),
  };
  const list: Partial<Record<Source, string>> = { support: 'supports', inspections: 'frameworks' };
  const id = list[source];
  if (id)
    return ids(
      await tx.query(
        `SELECT x->>'id' AS id FROM policies p, jsonb_array_elements(p.content) x WHERE p.id = $1`,
        [id],
      ),
    );
  if (source === 'offers' || source === 'offers_accepted')
    return ids(await tx.query('SELECT id FROM kinds ORDER BY id'));
  return [...(fixed[source] ?? [])];
}

const ids = (rows: { id: string }[]): string[] => rows.map(({ id }) => id);
