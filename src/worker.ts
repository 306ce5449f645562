import { explain } from './operations/explain.js';
import { claimDatabase } from './commands/claim-database.js';
import { startWorker } from './background.js';
import { watchLoop } from './operations/watchdog.js';
import { makeLog } from './operations/log.js';
import { requireSurroundings } from './operations/surroundings.js';
import { readServiceSettings } from './settings.js';

/** The worker process: runs jobs until SIGTERM or SIGINT, then ends what it has in hand. */
try {
  const settings = readServiceSettings();
  const log = makeLog(settings, 'worker');
  await requireSurroundings('worker', settings, log);
  await claimDatabase(settings);
  const worker = await startWorker(settings, log);
  watchLoop(log);
  const stop = (): void => void worker.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
  process.send?.('ready');
} catch (error) {
  console.error(`The worker cannot start: ${explain(error)}`);
  process.exit(1);
}
