import { badField } from '../web/problems.js';
import { textOf } from '../web/lists.js';

/** The programme year of a path. Throws a 400 for anything but its first calendar year. */
export function readYear(text: string): number {
  if (!/^2[01]\d\d$/.test(text))
    throw badField(
      'year',
      `found "${text.slice(0, 20)}"; allowed: a programme year by its first calendar year, 2000 to 2199`,
    );
  return Number(text);
}

/** The programme year that an address asks for; this one where it names none. Throws a 400 for what is no year. */
export function yearAsked(query: Record<string, unknown>, thisYear: number): number {
  const asked = textOf(query.year);
  return asked === '' ? thisYear : readYear(asked);
}
