import { isRecordedDate } from '../calendar/dates.js';
import type { CsvRow } from '../web/csv.js';
import type { FieldError } from '../web/problems.js';
import {
  MOST_RECOMMENDATIONS,
  PROGRESS_STATES,
  RECOMMENDATION_ANSWERS,
  type Recommendation,
} from './recommendation.entity.js';

export const RECOMMENDATION_COLUMNS = [
  'number',
  'text',
  'answer',
  'reason',
  'owner',
  'due',
  'council_state',
  'review_state',
  'evidence',
] as const;

const MOST_TEXT = 2000;

/** One row of a file. What a file leaves out stays as it is; a cell that is empty says nothing. Faults are added to the list. */
export function readRecommendation(
  { row, cells }: CsvRow,
  faults: FieldError[],
): Partial<Recommendation> & { number: number } {
  const fault = (column: string, detail: string): void => {
    faults.push({ pointer: `row ${String(row)}, ${column}`, detail });
  };
  const among = <T extends string>(column: string, values: readonly T[]): T | undefined => {
    const cell = cells[column] ?? '';
    if (cell !== '' && !(values as readonly string[]).includes(cell))
      fault(column, `found "${cell}"; allowed: ${values.join(', ')}, or nothing`);
    return cell === '' ? undefined : (cell as T);
  };
  const text = (column: string): string | undefined => {
    const cell = cells[column] ?? '';
    if (cell.length > MOST_TEXT)
      fault(column, `found ${String(cell.length)} characters; allowed: ${String(MOST_TEXT)}`);
    return cell === '' ? undefined : cell;
  };
  const number = Number(cells.number);
  if (!isNumber(number))
    fault('number', `found "${cells.number || 'nothing'}"; allowed: 1 to ${String(MOST_RECOMMENDATIONS)}`);
  const due = text('due');
  const isDay: boolean = isRecordedDate(due);
  if (due !== undefined && !isDay) fault('due', `found "${due}"; allowed: a day as YYYY-MM-DD, or nothing`);
  const facts = {
    text: text('text'),
    answer: among('answer', RECOMMENDATION_ANSWERS),
    answerReason: text('reason'),
    owner: text('owner'),
    due,
    councilState: among('council_state', PROGRESS_STATES),
    reviewState: among('review_state', PROGRESS_STATES),
    evidence: text('evidence'),
  };
  if (facts.text === undefined) fault('text', 'is empty; a recommendation needs words');
  if (facts.answer === 'rejected' && facts.answerReason === undefined)
    fault('reason', 'is empty; say why the recommendation is rejected');
  return { ...said(facts), number };
}

const isNumber = (number: number): boolean =>
  Number.isInteger(number) && number >= 1 && number <= MOST_RECOMMENDATIONS;

/** Without what the row left out. */
const said = (facts: object): Partial<Recommendation> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
