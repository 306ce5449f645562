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

/** A thread that has nothing to do waits this long for the next task: to begin one takes a tenth of a second. */
const IDLE_MS = 5000;
/** One at most for each file, and how it ends. */
const idle = new Map<string, { thread: Worker; timer: NodeJS.Timeout; end: () => void }>();

/**
 * Has a file of ours do a task on a thread of its own, which is ended after its time, so that whatever the task does, the process goes on.
 * Rejects with `tooLong` for a task that took longer or more memory, and with TaskFailed for one that threw data.
 */
export function onThread<T>(
  file: string,
  task: { role: string },
  bounds: Bounds,
  tooLong: () => Error,
): Promise<T> {
  const thread = takeThread(file, task.role, bounds);
  return new Promise((done, failed) => {
    const end = (how: () => void): void => {
      clearTimeout(deadline);
      thread.off('message', hear).off('error', giveUp).off('exit', giveUp);
      how();
    };
    // Also out of memory, or ended before it said anything.
    const giveUp = (): void => {
      void thread.terminate();
      end(() => {
        failed(tooLong());
      });
    };
    const hear = (told: Told<T>): void => {
      if (told === 'begun') {
        clearTimeout(deadline);
        deadline = setTimeout(giveUp, bounds.workMs);
        return;
      }
      end(() => {
        if ('done' in told) done(told.done);
        else failed(new TaskFailed(told.failed));
      });
      keepThread(file, thread);
    };
    let deadline = setTimeout(giveUp, bounds.startMs);
    thread.on('message', hear).on('error', giveUp).on('exit', giveUp);
    thread.postMessage(task);
  });
}

function takeThread(file: string, role: string, { megabytes }: Bounds): Worker {
  const waiting = idle.get(file);
  if (waiting) {
    idle.delete(file);
    clearTimeout(waiting.timer);
    waiting.thread.off('error', waiting.end).off('exit', waiting.end).ref();
    return waiting.thread;
  }
  const resourceLimits = { maxOldGenerationSizeMb: megabytes };
  return new Worker(builtOf(file), { workerData: { role }, resourceLimits });
}

/** It waits for the next task, without keeping the process from its end. */
function keepThread(file: string, thread: Worker): void {
  const end = (): void => {
    if (idle.get(file)?.thread === thread) idle.delete(file);
    void thread.terminate();
  };
  if (idle.has(file)) {
    end();
    return;
  }
  thread.on('error', end).on('exit', end).unref();
  idle.set(file, { thread, end, timer: setTimeout(end, IDLE_MS).unref() });
}

/** The other end: does tasks of a role where this file runs as its thread. `failure` makes data of what is thrown; null throws it on. */
export function serveThread<Task extends { role: string }>(
  role: Task['role'],
  work: (task: Task) => unknown,
  failure: (error: unknown) => unknown = () => null,
): void {
  if (isMainThread || (workerData as Partial<Task> | null)?.role !== role) return;
  parentPort?.on('message', (task: Task) => {
    parentPort?.postMessage('begun');
    void answerTo(task, work, failure);
  });
}

async function answerTo<Task>(
  task: Task,
  work: (task: Task) => unknown,
  failure: (error: unknown) => unknown,
): Promise<void> {
  try {
    parentPort?.postMessage({ done: await work(task) });
  } catch (error) {
    const why = failure(error);
    // Nobody catches it: the thread ends, and whoever waits for it hears that.
    if (why === null) throw error;
    parentPort?.postMessage({ failed: why });
  }
}

/** Threads run what was built; tests run from the source beside it. */
const builtOf = (file: string): URL => new URL(file.replace(/\/src\/(.+)\.ts$/, '/dist/src/$1.js'));
