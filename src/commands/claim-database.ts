import type { EntityManager } from 'typeorm';
import { DatabaseMode } from '../operations/database-mode.entity.js';
import { noticeCopy } from '../operations/restored.js';
import type { Settings } from '../settings.js';
import { withSource } from './prepare-database.js';

type Mode = Settings['MODE'];

const REFUSALS: Record<Mode, string> = {
  live: 'this database is for trying out: it holds the example, and people whom anybody may sign in as. For real use create an empty database and migrate that one.',
  example:
    'this database is for real use; the example would make sign-ins that everybody knows. Set MODE=live, or set DATABASE_URL to an empty database, or to none.',
};

/**
 * Holds a database to what it was first used for. The first process claims it; the example claims only one in which nobody is yet. In
 * a live one, whatever the example may have left there before databases were claimed opens nothing any more. Throws an Error that says
 * what to do.
 */
export async function claimDatabase({
  DATABASE_URL,
  MODE,
}: Pick<Settings, 'DATABASE_URL' | 'MODE'>): Promise<void> {
  await withSource(DATABASE_URL, (source) =>
    source.transaction(async (tx) => {
      const known = await tx.findOneBy(DatabaseMode, { id: 1 });
      if (!known && MODE === 'example' && (await hasPeople(tx))) throw new Error(REFUSALS.example);
      // Web and worker start side by side, and one of them is first.
      await tx.createQueryBuilder().insert().into(DatabaseMode).values({ mode: MODE }).orIgnore().execute();
      const { mode } = await tx.findOneByOrFail(DatabaseMode, { id: 1 });
      if (mode !== MODE) throw new Error(REFUSALS[MODE]);
      if (mode === 'live') await closeExample(tx);
      await noticeCopy(tx);
    }),
  );
}

async function hasPeople(tx: EntityManager): Promise<boolean> {
  const [row] = await tx.query<{ found: boolean }[]>(
    'SELECT EXISTS (SELECT FROM peers) OR EXISTS (SELECT FROM accounts) OR EXISTS (SELECT FROM challenges) AS found',
  );
  return row?.found ?? false;
}

async function closeExample(tx: EntityManager): Promise<void> {
  await tx.query('UPDATE api_tokens SET revoked_at = now() WHERE example AND revoked_at IS NULL');
  await tx.query(
    `UPDATE accounts SET state = 'disabled', version = version + 1 WHERE example AND state = 'active'`,
  );
}
