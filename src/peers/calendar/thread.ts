import type { DateRange } from '../../calendar/dates.js';
import { onThread, serveThread, TaskFailed } from '../../web/on-thread.js';
import { badField, badInput, conflict, Problem } from '../../web/problems.js';
import { readDays, type CalendarRead } from './busy-days.js';

const NAME = 'calendar';
/** Two seconds of work; a calendar of a year takes a few hundredths. */
const BOUNDS = { startMs: 8000, workMs: 2000, megabytes: 64 };
/** Files that wait for their turn; a process reads one at a time. */
const MOST_WAITING = 20;

interface Task {
  role: typeof NAME;
  file: Uint8Array;
  span: DateRange;
}
let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/**
 * The days of a calendar file that somebody else wrote, read on a thread that is ended after 2 seconds of work or 64 MB. Throws a 400 for
 * what is no calendar or takes longer, a 409 where too many wait already.
 */
export async function readCalendar(file: Uint8Array, span: DateRange): Promise<CalendarRead> {
  if (waiting >= MOST_WAITING)
    throw conflict('busy', 'Too many calendars are being read just now. Try again in a minute.');
  waiting++;
  const turn = last.then(() => read({ role: NAME, file, span }));
  last = turn.catch(() => undefined).finally(() => waiting--);
  return turn;
}

function read(task: Task): Promise<CalendarRead> {
  return onThread<CalendarRead>(import.meta.url, task, BOUNDS, () => badField('/file', TOO_LONG)).catch(
    (error: unknown) => {
      throw error instanceof TaskFailed
        ? badInput('What was sent cannot be used.', error.why as Problem['errors'])
        : error;
    },
  );
}

const TOO_LONG =
  'this calendar takes too long to read; save it again with fewer entries, or of the coming year only, and choose that file';

serveThread<Task>(
  NAME,
  ({ file, span }) => readDays(file, span),
  (error) => (error instanceof Problem ? error.errors : null),
);
