import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { pricer, type Colleague, type Order } from './crew.js';
import type { Priced } from './pricing.js';
import { yearOf, type YearInput } from './year-of.js';

const NAME = 'pricing';

/**
 * A colleague who prices on another core: the same file run as a worker thread, which takes JavaScript, so that there is none
 * where the engine runs from its sources. Stop it when done.
 */
export function secondCore(input: YearInput): (Colleague & { stop: () => Promise<void> }) | null {
  if (import.meta.url.endsWith('.ts')) return null;
  const worker = new Worker(new URL(import.meta.url), { name: NAME, workerData: { ...input, role: NAME } });
  return {
    price: async (order) => {
      worker.postMessage(order);
      const [answer] = (await once(worker, 'message')) as [(Priced | null)[]];
      return answer;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}

if (!isMainThread && (workerData as { role?: string } | null)?.role === NAME) {
  const price = pricer(yearOf(workerData as YearInput));
  parentPort?.on('message', (order: Order) => {
    parentPort?.postMessage([...price(order)]);
  });
}
