import { amount, listAnd, thousands, upperFirst } from '../english/words.js';
import type { FieldError } from '../web/problems.js';
import type { Import, ImportCounts } from './import.entity.js';

/** How an import stands, in words. */
export function importWords({ state, counts, told }: Pick<Import, 'state' | 'counts' | 'told'>): string {
  switch (state) {
    case 'waiting':
      return 'being checked';
    case 'checked':
      return `checked, not entered: it would ${wouldWords(counts)}`;
    case 'refused':
      return told || 'refused; nothing was changed';
    case 'entering':
      return 'being entered';
    case 'entered':
      return `entered: ${didWords(counts)}`;
    case 'undoing':
      return 'being undone';
    case 'undone':
      return 'undone';
    case 'stopped':
      return 'stopped; nothing was changed';
    case 'failed':
      return told || 'failed; nothing was changed';
  }
}

const NOTHING: ImportCounts = { added: 0, changed: 0, unchanged: 0, gone: 0 };

/** "add 2 rows and change 1 row". */
export function wouldWords(counts: ImportCounts | null): string {
  const { added, changed, gone } = counts ?? NOTHING;
  const said = [
    ...(added > 0 ? [`add ${amount(added, 'row')}`] : []),
    ...(changed > 0 ? [`change ${amount(changed, 'row')}`] : []),
    ...(gone > 0 ? [`take away ${amount(gone, 'row')}`] : []),
  ];
  return said.length === 0 ? 'change nothing' : listAnd(said);
}

/** "; 12 rows would stay as they are". */
export const stayWords = (counts: ImportCounts | null): string => {
  const unchanged = counts?.unchanged ?? 0;
  return unchanged === 0
    ? ''
    : `; ${amount(unchanged, 'row')} would stay as ${unchanged === 1 ? 'it is' : 'they are'}`;
};

/** "2 rows added, 1 row changed". */
export function didWords(counts: ImportCounts | null): string {
  const { added, changed, gone } = counts ?? NOTHING;
  const said = [
    ...(added > 0 ? [`${amount(added, 'row')} added`] : []),
    ...(changed > 0 ? [`${amount(changed, 'row')} changed`] : []),
    ...(gone > 0 ? [`${amount(gone, 'row')} taken away`] : []),
  ];
  return said.length === 0 ? 'nothing changed' : said.join(', ');
}

/** How far somebody is with it: "Checking: 400 of 2,000 rows". */
export function progressWords({ state, done, rows }: Pick<Import, 'state' | 'done' | 'rows'>): string {
  const what = { waiting: 'Checking', entering: 'Entering', undoing: 'Undoing' }[state as 'waiting'] as
    string | undefined;
  if (what === undefined) return 'done';
  return done > 0 ? `${what}: ${thousands(done)} of ${amount(rows, 'row')}` : `${what}, from the beginning`;
}

/** A fault with its place: "Row 2, kind: found …". */
export const faultWords = ({ pointer, detail }: FieldError): string =>
  upperFirst(pointer ? `${pointer}: ${detail}` : detail);
