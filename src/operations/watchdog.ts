import { writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { Logger } from 'pino';

const BEAT_MS = 250;
/** Longer than anything of ours holds the loop. */
const STILL_MS = 1000;
/** A loop that stood still tells so for this long, so that who looks every few seconds sees it. */
const REMEMBERED_MS = 15_000;
/** After that nobody expects it to go on: the process is ended, and its jobs go to another worker. */
const DEAD_MS = 60_000;
/** A thread's own stream goes through the loop that stands still. */
const STDERR = 2;
const NAME = 'watchdog';

interface Watch {
  role: typeof NAME;
  beats: SharedArrayBuffer;
  deadMs: number;
}

let stoodStillAt = 0;

/** Whether the event loop of this process stood still for over a second lately, so that callers waited. */
export const stoodStillLately = (): boolean => Date.now() - stoodStillAt < REMEMBERED_MS;

/**
 * Watches the event loop of this process: logs each time it stood still for over a second, and ends the process from outside where it
 * stands still for a minute, since nothing within can.
 */
export function watchLoop(log: Logger, deadMs = DEAD_MS): { stop: () => void } {
  const beats = new SharedArrayBuffer(4);
  const thread = new Worker(new URL(import.meta.url), {
    workerData: { role: NAME, beats, deadMs } satisfies Watch,
    execArgv: [],
  });
  thread.unref();
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const timer = setInterval(() => {
    Atomics.add(new Int32Array(beats), 0, 1);
    const longestMs = delay.max / 1e6;
    delay.reset();
    if (longestMs < STILL_MS) return;
    stoodStillAt = Date.now();
    log.warn(
      { ms: Math.round(longestMs) },
      'the event loop stood still: something worked for too long at a stretch',
    );
  }, BEAT_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      delay.disable();
      void thread.terminate();
    },
  };
}

/** On its thread: ends the process once no beat has come for too long. */
function guard({ beats, deadMs }: Watch): void {
  const counter = new Int32Array(beats);
  let [last, since] = [-1, Date.now()];
  setInterval(() => {
    const now = Atomics.load(counter, 0);
    if (now !== last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > deadMs) {
      writeSync(STDERR, 'The event loop stands still for too long; the process is ended.\n');
      process.kill(process.pid, 'SIGKILL');
    }
  }, BEAT_MS);
}

if (!isMainThread && (workerData as Partial<Watch> | null)?.role === NAME) guard(workerData as Watch);
