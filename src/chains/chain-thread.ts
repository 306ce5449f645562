import type { Assignment, YearInput } from '../matching/year/year-of.js';
import { chainFor } from '../matching/year/chain.js';
import { onThread, serveThread } from '../web/on-thread.js';

const NAME = 'chain';
const SECONDS = 20;
const BOUNDS = { startMs: 30_000, workMs: 2 * SECONDS * 1000, megabytes: 2048 };

interface Task {
  role: typeof NAME;
  input: YearInput;
  challenge: string;
}

/** A chain for a challenge of a year, looked for on a thread, so that it holds up nothing else of the worker; null where there is none. */
export function findChain(input: YearInput, challenge: string): Promise<Assignment[] | null> {
  const task: Task = { role: NAME, input, challenge };
  return onThread<Assignment[] | null>(
    import.meta.url,
    task,
    BOUNDS,
    () => new Error('the search for a chain took too long'),
  );
}

serveThread<Task>(NAME, ({ input, challenge }) => {
  const end = performance.now() + SECONDS * 1000;
  const left = (): number => (end - performance.now()) / 1000;
  return chainFor(input, challenge, { left, stop: () => left() <= 0 });
});
