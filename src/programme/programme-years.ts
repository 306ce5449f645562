import { badField } from '../web/problems.js';

/** The programme year of a path. Throws a 400 for anything but its first calendar year. */
export function readYear(text: string): number {
  if (!/^2[01]\d\d$/.test(text))
    throw badField('year', `found "${text.slice(0, 20)}"; allowed: a programme year by its first calendar year, 2000 to 2199`);
  return Number(text);
}
