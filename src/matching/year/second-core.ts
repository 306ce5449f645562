import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Listed } from '../teams/frame.js';
import { Desk, type Colleague, type Order } from './crew.js';
import { loadSolver, NO_LIMIT } from './solver.js';
import { begin, listing, yearOf, type YearInput } from './year-of.js';
import type { YearProblem } from './year-problem.js';

const NAME = 'second core';
/** MB for what is soon forgotten; more would make the process larger and nothing faster. */
const YOUNG = 24;

interface Asked {
  what: keyof Colleague;
  order: Order;
}

export interface SecondCore extends Colleague {
  /** The year, half of it listed there and half here. */
  year: () => Promise<YearProblem>;
  /** To be called when done. */
  stop: () => Promise<void>;
}

/**
 * A colleague on another core, who reads the same lists in shared memory: this file run as a worker thread, which takes JavaScript, so
 * that there is none where the engine runs from its sources.
 */
export function secondCore(input: YearInput): SecondCore | null {
  if (import.meta.url.endsWith('.ts')) return null;
  const worker = new Worker(new URL(import.meta.url), {
    name: NAME,
    workerData: { ...input, role: NAME },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
  });
  const told = async <T>(): Promise<T> => ((await once(worker, 'message')) as [T])[0];
  const ask = <T>(asked: Asked): Promise<T> => {
    worker.postMessage(asked);
    return told();
  };
  return {
    year: async () => {
      const theirs = told<Listed[]>();
      const begun = begin(input);
      const listings = begun.questions.map((question, c) => (isTheirs(c) ? null : listing(question)));
      for (const [at, one] of (await theirs).entries()) listings[2 * at + 1] = one;
      const all = listings.filter((one) => one !== null);
      worker.postMessage(all);
      return yearOf(input, begun, all);
    },
    price: (order) => ask({ what: 'price', order }),
    settle: (order) => ask({ what: 'settle', order }),
    stop: async () => {
      await worker.terminate();
    },
  };
}

/** Every second challenge is listed by the colleague. */
const isTheirs = (c: number): boolean => c % 2 === 1;

async function work(port: NonNullable<typeof parentPort>): Promise<void> {
  const input = workerData as YearInput;
  const begun = begin(input);
  const solver = await loadSolver();
  const given = once(port, 'message');
  port.postMessage(begun.questions.filter((_, c) => isTheirs(c)).map(listing));
  const [listings] = (await given) as [Listed[]];
  let left = Infinity;
  // Whoever asks holds the clock; the solver keeps to the seconds that it is given.
  const desk = new Desk(yearOf(input, begun, listings), solver, { ...NO_LIMIT, left: () => left });
  port.on('message', ({ what, order }: Asked) => {
    left = order.left;
    port.postMessage(desk[what](order));
  });
}

if (!isMainThread && parentPort && (workerData as { role?: string } | null)?.role === NAME)
  await work(parentPort);
