import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Database } from '../database/database.js';
import type { Settings } from '../settings.js';
import { isSame } from '../web/secrets.js';
import { measured } from './metrics.js';

/** Whether somebody who says this may read what is measured: who has the token; everybody where the service is tried out. */
export function mayMeasure({ METRICS_TOKEN, MODE }: Settings, said: string | undefined): boolean {
  return METRICS_TOKEN ? isSame(said ?? '', `Bearer ${METRICS_TOKEN}`) : MODE !== 'live';
}

/** Serves the metrics of a worker, which answers nobody else, at METRICS_PORT. Throws where the port is taken. */
export async function serveMetrics(
  settings: Settings,
  db: Database,
): Promise<{ port: number; close: () => void }> {
  const server = createServer((request, response) => {
    const isMeant = request.url === '/metrics' && mayMeasure(settings, request.headers.authorization);
    const answer = isMeant ? measured(db, settings) : Promise.resolve('Not found\n');
    void answer
      .then((text) => response.writeHead(isMeant ? 200 : 404, { 'Content-Type': 'text/plain' }).end(text))
      .catch(() => response.writeHead(500).end());
  });
  server.listen(settings.METRICS_PORT);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    close: () => {
      server.close().closeAllConnections();
    },
  };
}
