import { Choice, Flag, Instant, Int, Many, One, Text, Uuid } from '../web/fields.js';
import { IMPORT_STATES } from './import.entity.js';

const MOST = 1_000_000;

export class ImportCountsView {
  @Int({ min: 0, max: MOST }) added: number;
  @Int({ min: 0, max: MOST }) changed: number;
  @Int({ min: 0, max: MOST, description: 'Rows of the file that say what is so already' }) unchanged: number;
  @Int({ min: 0, max: MOST, description: 'Rows of the list that would not be there any more' }) gone: number;
}

export class ImportFaultView {
  @Text({ description: 'Row and column in the file, such as "row 12, phone"' }) pointer: string;
  @Text() detail: string;
}

/** A file that was brought, and how far it is. */
export class ImportView {
  @Uuid() id: string;
  @Text({ description: 'Which list it is for' }) list: string;
  @Text({
    nullable: true,
    description:
      'Of a list that there is for each year: which; of availability, the days that it stands for whole',
  })
  about: string | null;
  @Choice(IMPORT_STATES) state: string;
  @Text({ description: 'How the file was understood, and why it stands where it does' }) told: string;
  @Int({ min: 0, max: MOST, description: 'Rows of the file' }) rows: number;
  @Int({ min: 0, max: MOST, description: 'Rows that were looked at so far' }) done: number;
  @One(() => ImportCountsView, {
    nullable: true,
    description: 'What it would do, or did; null before it is checked',
  })
  counts: ImportCountsView | null;
  @Text({ nullable: true, description: 'Names what it would do; send it to enter that' }) digest:
    string | null;
  @Many(() => ImportFaultView, { description: 'What is wrong with it; the first 200' })
  faults: ImportFaultView[];
  @Flag({ description: 'Whether what it did can be taken back' }) mayUndo: boolean;
  @Instant() createdAt: string;
  @Instant({ nullable: true, description: 'The instant at which it was entered; null where it was not' })
  enteredAt: string | null;
}

export class ImportCellView {
  @Text({ description: 'The column of the list' }) column: string;
  @Text({ description: 'What the cell held before; empty for nothing' }) was: string;
  @Text({ description: 'What it holds then; empty for nothing' }) is: string;
}

/** A row that is new, says something else, or goes. */
export class ImportChangeView {
  @Choice(['added', 'changed', 'gone']) kind: string;
  @Text() name: string;
  @Many(() => ImportCellView, { description: 'The cells that are another' }) cells: ImportCellView[];
}

/** Which file is brought. */
export class BringQuery {
  @Text({
    optional: true,
    max: 21,
    description:
      'Of a list that there is for each year: which, such as 2026. Of availability: two days, such as 2026-09-01/2027-03-31; the file then takes the place of all that the peers in it said of them',
  })
  about?: string;
}

export class EnterBody {
  @Text({ max: 40, description: 'From the import that was looked at' }) digest: string;
}
