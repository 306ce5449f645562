import type { Database } from '../database/database.js';
import { badField } from '../web/problems.js';

/** The regions of the register, by name. */
export async function regionsThere(db: Database): Promise<string[]> {
  const rows = await db.query<{ region: string }[]>(
    'SELECT DISTINCT region FROM councils WHERE region IS NOT NULL ORDER BY 1',
  );
  return rows.map((row) => row.region);
}

/** The bodies that are there today, and besides them one that an account is of, by name. */
export function bodiesToday(
  db: Database,
  own: string | null,
): Promise<{ id: string; code: string; name: string }[]> {
  return db.query(
    'SELECT id, code, name FROM councils WHERE valid_to IS NULL OR valid_to >= $1 OR id = $2 ORDER BY name, code',
    [db.today(), own],
  );
}

/** A region of the register. Throws a 400 that lists them for any other. */
export async function regionNamed(db: Database, region: string): Promise<string> {
  const known = await regionsThere(db);
  if (!known.includes(region)) throw badField('/region', `found "${region}"; allowed: ${known.join(', ')}`);
  return region;
}

/** The id of a council by its code. Throws a 400 for one that the register does not have. */
export async function councilOf(db: Database, code: string): Promise<string> {
  const [row] = await db.query<{ id: string }[]>('SELECT id FROM councils WHERE code = $1', [code]);
  if (!row) throw badField('/council', `found "${code}"; allowed: a code of the register, such as E07000041`);
  return row.id;
}
