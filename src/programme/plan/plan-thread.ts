import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { answerPlan, type PlanAnswer } from '../../matching/files/plan-answer.js';
import type { YearInput } from '../../matching/year/year-of.js';
import type { Progress } from '../../matching/year/outcome.js';

const NAME = 'planning';
const MS_BETWEEN_REPORTS = 1000;

export interface PlanTask {
  input: YearInput;
  gap: number;
  /** Seconds. */
  timeLimit: number;
}

interface Started extends PlanTask {
  role: string;
  /** Set to 1 to end the search with the best so far. */
  flag: Int32Array;
}

/** A plan being made on a thread of its own, so that whoever waits for it can go on. */
export interface Planning {
  answer: Promise<PlanAnswer>;
  /** Ends the search; the answer is the best so far. */
  stop: () => void;
}

/** Plans on a thread of its own. Tells how far it is, once a second at most. */
export function planOnThread(task: PlanTask, onProgress: (progress: Progress) => void): Planning {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  if (import.meta.url.endsWith('.ts'))
    return { answer: plan({ ...task, role: NAME, flag }, onProgress), stop: () => Atomics.store(flag, 0, 1) };
  const worker = new Worker(new URL(import.meta.url), {
    name: NAME,
    workerData: { ...task, role: NAME, flag } satisfies Started,
  });
  worker.on('message', ({ progress }: { progress?: Progress }) => {
    if (progress) onProgress(progress);
  });
  return { answer: answerOf(worker), stop: () => Atomics.store(flag, 0, 1) };
}

async function answerOf(worker: Worker): Promise<PlanAnswer> {
  try {
    for (;;) {
      const [message] = (await once(worker, 'message')) as [{ answer?: PlanAnswer; error?: string }];
      if (message.error !== undefined) throw new Error(message.error);
      if (message.answer) return message.answer;
    }
  } finally {
    await worker.terminate();
  }
}

async function plan(
  { input, gap, timeLimit, flag }: Started,
  tell: (progress: Progress) => void,
): Promise<PlanAnswer> {
  const end = performance.now() + timeLimit * 1000;
  const left = (): number => (Atomics.load(flag, 0) === 1 ? 0 : (end - performance.now()) / 1000);
  let last = -Infinity;
  return answerPlan(input, {
    gap,
    clock: { left, stop: () => left() <= 0 },
    onProgress: (progress) => {
      if (performance.now() - last < MS_BETWEEN_REPORTS) return;
      last = performance.now();
      tell(progress);
    },
  });
}

if (!isMainThread && (workerData as { role?: string } | null)?.role === NAME) {
  const port = parentPort;
  plan(workerData as Started, (progress) => port?.postMessage({ progress })).then(
    (answer) => port?.postMessage({ answer }),
    (error: unknown) => port?.postMessage({ error: error instanceof Error ? error.message : String(error) }),
  );
}
