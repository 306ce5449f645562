import type { Logger } from 'pino';
import type { Database } from '../database/database.js';
import type { Work } from '../feature.js';
import type { Settings } from '../settings.js';
import type { Jobs } from './jobs.js';
import { addDaily } from './daily.js';
import { openQueues, relayOutbox } from './queue.js';

const RELAY_MS = 250;
const SWEEP_MS = 20_000;
/** A request is found without a job within a minute: it waits this long before the sweeper looks at it. */
const LOST_AFTER_S = 30;

/** What a worker process looks after besides jobs: work whose job was lost, the day's steps, and the relay to Redis where there is one. */
export function startSweeper(
  settings: Settings,
  log: Logger,
  { db, jobs, works }: { db: Database; jobs: Jobs; works: Work[] },
): { close: () => Promise<void> } {
  const queues = settings.QUEUE_URL ? openQueues(settings) : null;
  const rounds = [
    ...(queues ? [every(RELAY_MS, () => relayOutbox(db, queues.it), log)] : []),
    every(SWEEP_MS, () => sweep(db, jobs, works), log),
  ];
  return {
    close: async () => {
      for (const round of rounds) await round.stop();
      await queues?.close();
    },
  };
}

/** Jobs for requests that lost theirs, and for the steps of the day, once a day however many workers there are. */
async function sweep(db: Database, jobs: Jobs, works: Work[]): Promise<void> {
  // One that fails keeps neither the others nor the day's steps from their turn.
  const failed: unknown[] = [];
  for (const { sweeps = [] } of works)
    for (const look of sweeps) await look(LOST_AFTER_S).catch((error: unknown) => failed.push(error));
  await addDaily(db, jobs, works);
  if (failed.length > 0) throw failed[0];
}

/** Does work now and then again so long after it ended, until stopped; a failure is logged and the next time comes. */
function every(ms: number, work: () => Promise<unknown>, log: Logger): { stop: () => Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const turn = async (): Promise<void> => {
    await work().catch((error: unknown) =>
      log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'a round was missed'),
    );
    if (!stopped) timer = setTimeout(again, ms);
  };
  let now = turn();
  function again(): void {
    now = turn();
  }
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await now;
    },
  };
}
