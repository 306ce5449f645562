import { setTimeout as pause } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** Longer than usual proxies keep a connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 75_000;
/** For clients to hear that their connection closes, before idle ones are. */
const GRACE_MS = 1000;
/** For answers that are under way after that; then what is left is cut. */
const DEADLINE_MS = 7000;

let ending = false;

/** Whether this process was told to end: it takes nobody new. */
export const isEnding = (): boolean => ending;

/**
 * Has the web process end within 10 seconds when it is told to, with no answer cut that does not take longer: each answer says from then
 * on that its connection closes, so that clients which keep theirs come anew, to another process.
 */
export function endInTime(app: NestExpressApplication): void {
  const server = app.getHttpServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + 5000;
  let ended: Promise<never> | null = null;
  const end = async (): Promise<never> => {
    ending = true;
    server.prependListener('request', (_, response) => {
      response.setHeader('Connection', 'close');
    });
    await pause(GRACE_MS);
    const closed = app.close();
    const cut = pause(DEADLINE_MS, undefined, { ref: false }).then(() => {
      server.closeAllConnections();
    });
    await Promise.race([closed, cut.then(() => closed)]);
    process.exit(0);
  };
  const told = (): void => void (ended ??= end());
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, told);
}
