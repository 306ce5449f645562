import { strFromU8, unzipSync } from 'fflate';

const BOOK = 'xl/workbook.xml';
const LINKS = 'xl/_rels/workbook.xml.rels';

/** Of a sheet of Excel. */
const MOST_ROWS = 1_048_576;

/** What a sheet holds that is no value of a cell. */
export interface SheetMarks {
  /** How many of its rows are hidden. */
  hidden: number;
  /** Cells that came to a fault, as "#N/A", and formulas of which nobody saved what they come to, as "#CALC!"; row and column from 0. */
  spoilt: { row: number; column: number; text: string }[];
}

/** Marks of a sheet of a workbook, by the number of the sheet from 0; none where the workbook does not say. */
export function marksOf(file: Uint8Array, sheet: number): SheetMarks {
  const part = (name: string): string => {
    const found = unzipSync(file, { filter: (one) => one.name === name })[name];
    return found ? strFromU8(found) : '';
  };
  const id = attribute([...part(BOOK).matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)][sheet]?.[0] ?? '', '\\w+:id');
  const link = [...part(LINKS).matchAll(/<Relationship\s[^>]*>/g)].find(
    ([one]) => attribute(one, 'Id') === id,
  );
  const target = attribute(link?.[0] ?? '', 'Target').replace(/^\/?(xl\/)?/, 'xl/');
  const text = part(target);
  const hidden = [...text.matchAll(/<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"/g)].length;
  return { hidden, spoilt: /\st="e"|<(?:\w+:)?f[\s>]/.test(text) ? spoiltIn(text) : [] };
}

function spoiltIn(text: string): SheetMarks['spoilt'] {
  return [...text.matchAll(/<(?:\w+:)?c\s([^>]*[^>/])>(.*?)<\/(?:\w+:)?c>/gs)].flatMap(
    ([, attributes = '', content = '']) => {
      const [, letters = '', row] = /\br="([A-Z]{1,3})(\d{1,7})"/.exec(attributes) ?? [];
      const [, value = ''] = /<(?:\w+:)?v>([^<]*)</.exec(content) ?? [];
      const isFault = /\bt="e"/.test(attributes);
      const isUnsaved = /<(?:\w+:)?f[\s>/]/.test(content) && !/<(?:\w+:)?v[\s>/]/.test(content);
      if (row === undefined || Number(row) > MOST_ROWS || (!isFault && !isUnsaved)) return [];
      // What Excel itself shows for a formula that it could not work out.
      const shown = isFault && value !== '' ? value : '#CALC!';
      return [{ row: Number(row) - 1, column: numberOf(letters), text: shown }];
    },
  );
}

/** The number of a column from 0: A, B, … Z, AA. */
const numberOf = (letters: string): number =>
  [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0) - 1;

const attribute = (element: string, name: string): string =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(element)?.[1] ?? '';
