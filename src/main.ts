import { once } from 'node:events';
import { makeApp } from './app.js';
import { claimDatabase } from './commands/claim-database.js';
import { makeLog } from './operations/log.js';
import { requireSurroundings } from './operations/surroundings.js';
import { endInTime } from './operations/shutdown.js';
import { watchLoop } from './operations/watchdog.js';
import { explain } from './operations/explain.js';
import { readServiceSettings } from './settings.js';

/** The web process. Exits with 1 and one sentence when it cannot start. */
try {
  const settings = readServiceSettings();
  const log = makeLog(settings, 'web');
  await requireSurroundings('web', settings, log);
  await claimDatabase(settings);
  const app = await makeApp(settings, log);
  await app.init();
  const server = app.getHttpServer();
  server.listen(settings.PORT);
  await once(server, 'listening'); // throws what the server says, where the framework would log it too
  // Also where whoever started this process is gone: it does not stay behind on its port.
  endInTime(app);
  watchLoop(log);
  process.send?.('ready');
} catch (error) {
  console.error(`The web process cannot start: ${explain(error)}`);
  process.exit(1);
}
