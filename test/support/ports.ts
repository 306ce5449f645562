import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems give out by themselves, and apart from those of the database servers of runs. */
const [FIRST, COUNT] = [10_000, 9_900];

/** A port that nobody listens on, and that nobody is given by chance before the caller does. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const probe = createServer().listen(port, '127.0.0.1');
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
