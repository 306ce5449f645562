import { setTimeout as pause } from 'node:timers/promises';
import type { Response } from 'express';

const LOOK_MS = 150;
const LONGEST_WATCH_MS = 120_000;

/** Tells a page how far some long work is, as it goes, until it is done, the reader leaves, or two minutes have passed. */
export async function sendProgress(
  response: Response,
  look: () => Promise<{ phase: string; done: boolean }>,
): Promise<void> {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  let last = '';
  for (const until = Date.now() + LONGEST_WATCH_MS; Date.now() < until && !response.destroyed;) {
    const progress = await look();
    const event = JSON.stringify(progress);
    if (event !== last) response.write(`data: ${event}\n\n`);
    last = event;
    if (progress.done) break;
    await pause(LOOK_MS);
  }
  response.end();
}
