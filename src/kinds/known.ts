import type { EntityManager } from 'typeorm';
import { BadInput, type Fault } from '../matching/files/reader.js';
import type { Kind } from './kind.js';

/** What kinds may name: ids of positions and of skills, and keys of measures of any year, or that kinds name already. */
interface Known {
  positions: ReadonlySet<string>;
  skills: ReadonlySet<string>;
  measures: ReadonlySet<string>;
}

/**
 * Throws BadInput for a kind that names positions, skills or measures which there are none of, since nobody could ever fill such a seat, for
 * usual days beyond its bounds, and for the name of another kind.
 */
export async function requireKnown(tx: EntityManager, id: string, content: Kind): Promise<void> {
  const faults = [
    ...strangeIn(content, await knownTo(tx)),
    ...daysApart(content),
    ...(await sameName(tx, id, content)),
  ];
  if (faults.length > 0) throw new BadInput(faults);
}

function strangeIn({ seats, coverage, measures }: Kind, known: Known): Fault[] {
  const faultsOf = (path: string, ids: readonly string[], allowed: ReadonlySet<string>): Fault[] =>
    ids
      .filter((id) => !allowed.has(id))
      .map((id) => ({ path, found: `"${id}"`, allowed: [...allowed].sort().join(', ') }));
  return [
    ...seats.flatMap((seat, at) => [
      ...faultsOf(`seats[${String(at)}].positions`, seat.positions, known.positions),
      ...faultsOf(`seats[${String(at)}].skills`, Object.keys(seat.skills), known.skills),
    ]),
    ...coverage.flatMap(({ skill }, at) => faultsOf(`coverage[${String(at)}].skill`, [skill], known.skills)),
    ...faultsOf('measures', measures, known.measures),
  ];
}

/** The usual number of days is one that a challenge may have. */
function daysApart({ days, daysMin, daysMax }: Kind): Fault[] {
  if (daysMin > daysMax)
    return [
      { path: 'daysMin', found: String(daysMin), allowed: `at most ${String(daysMax)}, which is the most` },
    ];
  return days < daysMin || days > daysMax
    ? [{ path: 'days', found: String(days), allowed: `${String(daysMin)} to ${String(daysMax)}` }]
    : [];
}

async function knownTo(tx: EntityManager): Promise<Known> {
  const rows = await tx.query<{ what: keyof Known; id: string }[]>(
    `SELECT 'positions' AS what, x->>'id' AS id FROM policies p, jsonb_array_elements(p.content) x WHERE p.id = 'positions'
     UNION ALL SELECT 'skills', x->>'id' FROM policies p, jsonb_array_elements(p.content) x WHERE p.id = 'skills'
     UNION ALL SELECT 'measures', key FROM measures
     UNION ALL SELECT 'measures', m FROM kinds k, jsonb_array_elements_text(k.content->'measures') m`,
  );
  const of = (what: keyof Known): Set<string> =>
    new Set(rows.filter((row) => row.what === what).map(({ id }) => id));
  return { positions: of('positions'), skills: of('skills'), measures: of('measures') };
}

/** Two kinds of one name could not be told apart where one is chosen. */
async function sameName(tx: EntityManager, id: string, { name }: Kind): Promise<Fault[]> {
  const others = await tx.query<{ id: string }[]>(
    `SELECT id FROM kinds WHERE id <> $1 AND lower(content->>'name') = lower($2)`,
    [id, name.trim()],
  );
  return others.map((other) => ({
    path: 'name',
    found: `"${name}"`,
    allowed: `a name that no other kind has: ${other.id} has this one`,
  }));
}
