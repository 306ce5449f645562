import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** How long a task may take and how much memory; `startMs` is for the thread to begin on a busy machine. */
export interface Bounds {
  startMs: number;
  workMs: number;
  megabytes: number;
}

type Told<T> = 'begun' | { done: T } | { failed: unknown };

/** What a task threw that is data, to be made an error of again by whoever asked. */
export class TaskFailed extends Error {
  constructor(readonly why: unknown) {
    super('the task failed on its thread');
  }
}

/**
 * Has a file of ours do a task on a thread of its own, which is ended after its time, so that whatever the task does, the process goes on.
 * Rejects with `tooLong` for a task that took longer or more memory, and with TaskFailed for one that threw data.
 */
export function onThread<T>(
  file: string,
  task: { role: string },
  { startMs, workMs, megabytes }: Bounds,
  tooLong: () => Error,
): Promise<T> {
  return new Promise((done, failed) => {
    const limits = { maxOldGenerationSizeMb: megabytes };
    const thread = new Worker(builtOf(file), { workerData: task, resourceLimits: limits });
    const end = (how: () => void): void => {
      clearTimeout(deadline);
      thread.removeAllListeners();
      void thread.terminate();
      how();
    };
    const giveUp = (): void => {
      end(() => {
        failed(tooLong());
      });
    };
    let deadline = setTimeout(giveUp, startMs);
    thread.on('message', (told: Told<T>) => {
      if (told === 'begun') {
        clearTimeout(deadline);
        deadline = setTimeout(giveUp, workMs);
      } else
        end(() => {
          if ('done' in told) done(told.done);
          else failed(new TaskFailed(told.failed));
        });
    });
    // Out of memory, or ended before it said anything.
    thread.on('error', giveUp);
    thread.on('exit', giveUp);
  });
}

/** The other end: does a task of a role where this file runs as its thread. `failure` makes data of what is thrown; null throws it on. */
export function serveThread<Task extends { role: string }>(
  role: Task['role'],
  work: (task: Task) => unknown,
  failure: (error: unknown) => unknown = () => null,
): void {
  if (isMainThread || (workerData as Partial<Task> | null)?.role !== role) return;
  parentPort?.postMessage('begun');
  try {
    parentPort?.postMessage({ done: work(workerData as Task) });
  } catch (error) {
    const why = failure(error);
    if (why === null) throw error;
    parentPort?.postMessage({ failed: why });
  }
}

/** Threads run what was built; tests run from the source beside it. */
const builtOf = (file: string): URL => new URL(file.replace(/\/src\/(.+)\.ts$/, '/dist/src/$1.js'));
