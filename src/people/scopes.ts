import type { Database } from '../database/database.js';
import { badField } from '../web/problems.js';

/** A region of the register. Throws a 400 that lists them for any other. */
export async function regionNamed(db: Database, region: string): Promise<string> {
  const rows = await db.query<{ region: string }[]>(
    'SELECT DISTINCT region FROM councils WHERE region IS NOT NULL ORDER BY 1',
  );
  const known = rows.map((row) => row.region);
  if (!known.includes(region)) throw badField('/region', `found "${region}"; allowed: ${known.join(', ')}`);
  return region;
}

/** The id of a council by its code. Throws a 400 for one that the register does not have. */
export async function councilOf(db: Database, code: string): Promise<string> {
  const [row] = await db.query<{ id: string }[]>('SELECT id FROM councils WHERE code = $1', [code]);
  if (!row) throw badField('/council', `found "${code}"; allowed: a code of the register, such as E07000041`);
  return row.id;
}
