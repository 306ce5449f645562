import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { DateRange } from '../calendar/dates.js';
import { badField, conflict, Problem } from '../web/problems.js';
import type { AvailabilityRange } from './availability.js';
import { busyDays } from './calendar-busy.js';

const NAME = 'calendar';
/** Of work, once the thread has begun; a calendar of a year takes a few hundredths. */
const DEADLINE_MS = 2000;
/** For the thread to begin on a busy machine. */
const START_MS = 8000;
const MOST_MB = 64;
/** Files that wait for their turn; a process reads one at a time. */
const MOST_WAITING = 20;

interface Task {
  role: typeof NAME;
  file: string;
  span: DateRange;
}
type Told = 'begun' | { ranges: AvailabilityRange[] } | { problem: Problem['errors'] };

let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/**
 * The busy days of a calendar file that somebody else wrote, read on a thread that is ended after 2 seconds of work or 64 MB. Throws a
 * 400 for what is no calendar or takes longer, a 409 where too many wait already.
 */
export async function readCalendar(file: string, span: DateRange): Promise<AvailabilityRange[]> {
  if (waiting >= MOST_WAITING)
    throw conflict('busy', 'Too many calendars are being read just now. Try again in a minute.');
  waiting++;
  const turn = last.then(() => onThread({ role: NAME, file, span }));
  last = turn.catch(() => undefined).finally(() => waiting--);
  return turn;
}

function onThread(task: Task): Promise<AvailabilityRange[]> {
  return new Promise((done, failed) => {
    const thread = new Worker(FILE, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MB },
    });
    const giveUp = (): void => {
      end(() => {
        failed(badField('/file', TOO_LONG));
      });
    };
    let deadline = setTimeout(giveUp, START_MS);
    const end = (how: () => void): void => {
      clearTimeout(deadline);
      thread.removeAllListeners();
      void thread.terminate();
      how();
    };
    thread.on('message', (told: Told) => {
      if (told === 'begun') {
        clearTimeout(deadline);
        deadline = setTimeout(giveUp, DEADLINE_MS);
      } else
        end(() => {
          if ('ranges' in told) done(told.ranges);
          else failed(new Problem(400, 'bad-input', 'What was sent cannot be used.', told.problem));
        });
    });
    // Out of memory, or ended before it said anything.
    thread.on('error', giveUp);
    thread.on('exit', giveUp);
  });
}

const TOO_LONG =
  'this calendar takes too long to read; save it again with fewer entries, or of the coming year only, and choose that file';

/** Threads run what was built; tests run from the source beside it. */
const FILE = new URL(
  import.meta.url.replace(/\/src\/peers\/calendar-thread\.ts$/, '/dist/src/peers/calendar-thread.js'),
);

function readHere({ file, span }: Task): Told {
  try {
    return { ranges: busyDays(file, span) };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.errors };
    throw error;
  }
}

if (!isMainThread && (workerData as Partial<Task> | null)?.role === NAME) {
  parentPort?.postMessage('begun' satisfies Told);
  parentPort?.postMessage(readHere(workerData as Task));
}
