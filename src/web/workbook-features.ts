import type { Feature, SheetOptions } from 'write-excel-file/node';
import type { ColumnWords } from './cells.js';

/** What a sheet has besides its cells. */
export interface Extras {
  /** How many rows are filtered, with the names of the columns. */
  filtered?: number;
  /** Columns with lists to choose from, and where the sheet of choices has them. */
  chosen?: readonly { column: number; choices: string }[];
}

/** For how many rows of a template there are choices. */
const MOST_ROWS = 20_000;

/** The letters of a column: A is 0. */
export const lettersOf = (column: number): string =>
  (column >= 26 ? lettersOf(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));

/** Buttons to filter by in the first row, and lists of what a cell may hold. The order in which they stand is that of the format. */
export const filtersAndChoices: Feature<never> = {
  files: {
    transform: {
      'xl/worksheets/sheet{id}.xml': {
        transform: (xml: string, options: SheetOptions<never> & Extras & { data?: unknown[][] }) =>
          xml.replace('</sheetData>', `</sheetData>${filterOf(options)}${choicesOf(options)}`),
      },
    },
  },
};

function filterOf({ filtered, columns }: Extras & { columns?: unknown[] }): string {
  if (filtered === undefined || !columns) return '';
  return `<autoFilter ref="A1:${lettersOf(columns.length - 1)}${String(filtered + 1)}"/>`;
}

function choicesOf({ chosen = [] }: Extras): string {
  if (chosen.length === 0) return '';
  const lists = chosen.map(({ column, choices }) => {
    const at = `${lettersOf(column)}2:${lettersOf(column)}${String(MOST_ROWS)}`;
    return `<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="${at}"><formula1>${choices}</formula1></dataValidation>`;
  });
  return `<dataValidations count="${String(lists.length)}">${lists.join('')}</dataValidations>`;
}

/** Where the choices of each column stand on a sheet that has them side by side. */
export const placesOf = (
  words: readonly ColumnWords[],
  sheet: string,
): { column: number; choices: string }[] =>
  words
    .map(({ choices }, column) => ({ column, count: choices.length }))
    .filter(({ count }) => count > 0)
    .map(({ column, count }, at) => ({
      column,
      choices: `${sheet}!$${lettersOf(at)}$2:$${lettersOf(at)}$${String(count + 1)}`,
    }));
