import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import type { Database } from '../database/database.js';
import type { Work } from '../feature.js';
import type { Jobs } from './jobs.js';

/** A step that was not done is asked for again after this long, as often as it takes. */
const AGAIN_MS = 30 * 60_000;

/** Tells these locks from others of the database. */
const DAILY_LOCK = 4_203;

/** The steps of a day's work by name, in their order. Throws for two of one name. */
export function dailySteps(works: readonly Work[]): Map<string, (now: Date) => Promise<unknown>> {
  const steps = works.flatMap(({ daily = {} }) => Object.entries(daily));
  const named = new Map(steps);
  if (named.size < steps.length) throw new Error('two steps of the day have one name');
  return named;
}

/**
 * Adds a job for each step that was not done today, each tried by itself: a step that fails keeps none of the others, and comes again the same day. Several
 * workers add one.
 */
export async function addDaily(db: Database, jobs: Jobs, works: readonly Work[]): Promise<void> {
  const date = db.today();
  const again = Math.floor(db.now().getTime() / AGAIN_MS);
  await db.transact(async (tx) => {
    const done = await doneOf(tx, date);
    for (const step of dailySteps(works).keys())
      if (!done.has(step))
        await jobs.add(tx, 'daily-step', `daily-${date}-${step}-${String(again)}`, { step, date });
  });
}

/**
 * Does one step of today, and notes that; one that was done today is not done again, nor while another worker is at it. A job of yesterday that comes late
 * does today's.
 */
export async function doDaily(db: Database, works: readonly Work[], name: string): Promise<void> {
  const step = dailySteps(works).get(name);
  // A worker of another release may know steps that this one does not.
  if (!step) return;
  await alone(db, name, async () => {
    const day = db.today();
    if ((await doneOf(db.manager, day)).has(name)) return;
    await step(db.now());
    await db.query(
      `INSERT INTO daily_work (step, day, done_at) VALUES ($1, $2, $3)
       ON CONFLICT (step) DO UPDATE SET day = EXCLUDED.day, done_at = EXCLUDED.done_at`,
      [name, day, db.now()],
    );
  });
}

/** Does work unless another process is at it. A lock of the connection, since a step may take longer than a transaction should. */
async function alone(db: Database, name: string, work: () => Promise<void>): Promise<void> {
  const connection = db.manager.dataSource.createQueryRunner();
  try {
    const [row] = (await connection.query('SELECT pg_try_advisory_lock($1, hashtext($2)) AS mine', [
      DAILY_LOCK,
      name,
    ])) as { mine: boolean }[];
    if (!row?.mine) return;
    try {
      await work();
    } finally {
      await connection.query('SELECT pg_advisory_unlock($1, hashtext($2))', [DAILY_LOCK, name]);
    }
  } finally {
    await connection.release();
  }
}

async function doneOf(tx: EntityManager, day: CivilDate): Promise<Set<string>> {
  const rows = await tx.query<{ step: string }[]>('SELECT step FROM daily_work WHERE day >= $1', [day]);
  return new Set(rows.map(({ step }) => step));
}
