import type { OtherPoll } from '../calendar/elections.js';
import { sayPlainDay } from '../calendar/phrases.js';
import { readTypedDay } from '../web/british-dates.js';
import { CellFault, type ReadCell } from '../web/cells.js';

const WARD = ' (one ward)';

/** "Mayor: 26 November 2026; Topsham: 2026-11-26 (one ward)", parted by semicolons or lines: days as people type them, or as lists are saved. */
export const pollsCell: ReadCell = (cell) => {
  const polls = cell.split(/[;\n]/).flatMap((one) => (one.trim() === '' ? [] : [readPoll(one.trim())]));
  return polls.sort((a, b) => (a.poll === b.poll ? a.name.localeCompare(b.name) : a.poll < b.poll ? -1 : 1));
};

function readPoll(said: string): OtherPoll {
  const isWard = /\(\s*one ward\s*\)$/i.test(said);
  const [, name = '', typed = ''] = /^(.{1,100}?)\s*:\s*(.+)$/.exec(said.replace(/\s*\([^()]*\)$/, '')) ?? [];
  const poll = readTypedDay(typed);
  if (name === '' || poll === null || said.endsWith(')') !== isWard)
    throw new CellFault(
      `found "${said.slice(0, 100)}"; allowed: what is elected, a colon and the day of the poll, such as Mayor: 26 November 2026, or Topsham: 26 November 2026 (one ward)`,
    );
  return { name, poll, isWard };
}

/** The same as people read it. */
export const sayPolls = (polls: readonly OtherPoll[]): string[] =>
  polls.map(({ name, poll, isWard }) => `${name}: ${sayPlainDay(poll)}${isWard ? WARD : ''}`);

/** The same as a file has it. */
export const writePolls = (polls: readonly OtherPoll[]): string =>
  polls.map(({ name, poll, isWard }) => `${name}: ${poll}${isWard ? WARD : ''}`).join('; ');
