import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Desk, type Colleague, type Order } from './crew.js';
import { loadSolver, NO_LIMIT } from './solver.js';
import { yearOf, type YearInput } from './year-of.js';

const NAME = 'second core';

interface Asked {
  what: keyof Colleague;
  order: Order;
}

/**
 * A colleague on another core: the same file run as a worker thread, which takes JavaScript, so that there is none where the engine runs
 * from its sources. Stop it when done.
 */
export function secondCore(input: YearInput): (Colleague & { stop: () => Promise<void> }) | null {
  if (import.meta.url.endsWith('.ts')) return null;
  const worker = new Worker(new URL(import.meta.url), { name: NAME, workerData: { ...input, role: NAME } });
  const ask = async (asked: Asked): Promise<unknown> => {
    worker.postMessage(asked);
    const [answer] = (await once(worker, 'message')) as [unknown];
    return answer;
  };
  return {
    price: (order) => ask({ what: 'price', order }) as ReturnType<Colleague['price']>,
    settle: (order) => ask({ what: 'settle', order }) as ReturnType<Colleague['settle']>,
    stop: async () => {
      await worker.terminate();
    },
  };
}

if (!isMainThread && (workerData as { role?: string } | null)?.role === NAME) {
  let left = Infinity;
  // Whoever asks holds the clock; the solver keeps to the seconds that it is given.
  const clock = { ...NO_LIMIT, left: () => left };
  const desk = new Desk(yearOf(workerData as YearInput), await loadSolver(), clock);
  parentPort?.on('message', ({ what, order }: Asked) => {
    left = order.left;
    parentPort?.postMessage(desk[what](order));
  });
}
