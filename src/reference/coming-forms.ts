import { Choice, Uuid } from '../web/fields.js';

/** What a form says of a day from which a change holds, where it is none. */
export const HOLDS_FROM = 'Enter the day like 4 January 2027, or leave it empty';

/** Takes a change back that waits for its day: the one that the page showed. */
export class WithdrawForm {
  @Choice(['yes']) withdraw: 'yes';
  @Uuid() change: string;
}
