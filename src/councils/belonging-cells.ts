import { isRecordedDate } from '../calendar/dates.js';
import { CellFault, type ReadCell } from '../web/cells.js';

/** Another body by its code, and the first and last day of what is between the two; null where that is open. */
export interface BelongingTo {
  code: string;
  since: string | null;
  until: string | null;
}

const PART = /^([A-Za-z0-9-]{3,20})(?: since (\S+))?(?: until (\S+))?$/;

/** "E10000016; E06000035 since 2024-05-01 until 2027-03-31" */
export const readBelongings: ReadCell = (cell) =>
  cell.split(';').flatMap((one): BelongingTo[] => {
    const part = one.trim();
    if (part === '') return [];
    const [whole, code = '', since = null, until = null] = PART.exec(part) ?? [];
    const areDays = [since, until].every((day) => day === null || isRecordedDate(day));
    if (whole === undefined || !areDays || (since !== null && until !== null && until < since))
      throw new CellFault(
        `found "${part.slice(0, 60)}"; allowed: a code of the register, and perhaps "since" and "until" with days as YYYY-MM-DD`,
      );
    return [{ code, since, until }];
  });

/** The same for export. */
export const writeBelongings = (all: readonly BelongingTo[]): string =>
  all
    .map(
      ({ code, since, until }) => `${code}${since ? ` since ${since}` : ''}${until ? ` until ${until}` : ''}`,
    )
    .join('; ');
