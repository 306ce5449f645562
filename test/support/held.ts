import type { EntityManager } from 'typeorm';
import { eventually, type Service } from './service.js';

/**
 * Acts while another transaction has changed rows and not yet committed, then lets that one commit and gives the act's answer. Throws
 * where the act does not wait: it went by what was about to be no longer true. `meanwhile` happens as soon as the act waits.
 */
export async function actWhileHeld<T>(
  { source }: Service,
  change: (tx: EntityManager) => Promise<unknown>,
  act: () => Promise<T>,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<T> {
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  try {
    await change(runner.manager);
    const acting = act();
    const ended = acting.then(
      () => 'ended',
      () => 'ended',
    );
    const [mine] = (await runner.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[];
    const waiting = eventually(() => isAnybodyWaitingFor(source.manager, mine?.pid), 'the waiting');
    if ((await Promise.race([ended, waiting])) === 'ended') throw new Error('nothing waited for the change');
    await meanwhile();
    await runner.commitTransaction();
    return await acting;
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}

/** Whether anybody waits for the transaction of a connection. */
async function isAnybodyWaitingFor(manager: EntityManager, pid: number | undefined): Promise<boolean> {
  const rows = await manager.query<object[]>(
    'SELECT FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))',
    [pid],
  );
  return rows.length > 0;
}
