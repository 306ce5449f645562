import { sayPlainDay } from '../calendar/phrases.js';
import { readTypedDay } from '../web/british-dates.js';
import { CellFault, type ReadCell } from '../web/cells.js';

/** Another body by its code, and the first and last day of what is between the two; null where that is open. */
export interface BelongingTo {
  code: string;
  since: string | null;
  until: string | null;
}

const PART = /^([A-Za-z0-9-]{3,20})(?: since (.+?))?(?: until (.+?))?$/;

/** "E10000016; E06000035 since 1 May 2024 until 2027-03-31": days as people type them, or as lists are saved. */
export const readBelongings: ReadCell = (cell) =>
  cell.split(';').flatMap((one): BelongingTo[] => {
    const part = one.trim();
    if (part === '') return [];
    const [whole, code = '', ...said] = PART.exec(part) ?? [];
    const days = [said[0], said[1]].map((day) => (day === undefined ? null : (readTypedDay(day) ?? '')));
    const [since = null, until = null] = days;
    if (whole === undefined || days.includes('') || (since !== null && until !== null && until < since))
      throw new CellFault(
        `found "${part.slice(0, 60)}"; allowed: a code of the register, and perhaps "since" and "until" with days like 31 March 2027`,
      );
    return [{ code, since, until }];
  });

/** The same as people read it. */
export const sayBelongings = (all: readonly BelongingTo[]): string =>
  writeBelongings(
    all.map(({ code, since, until }) => ({
      code,
      since: since && sayPlainDay(since),
      until: until && sayPlainDay(until),
    })),
  );

/** The same for export. */
export const writeBelongings = (all: readonly BelongingTo[]): string =>
  all
    .map(
      ({ code, since, until }) => `${code}${since ? ` since ${since}` : ''}${until ? ` until ${until}` : ''}`,
    )
    .join('; ');
