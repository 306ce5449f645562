import type { PartyGroup } from '../people/party-groups.js';
import { badField } from '../web/problems.js';
import type { Framework, Named } from './content.js';

/** An entry of a list that the office changes on a page, a line each. */
export type Entry = Named | Framework | PartyGroup;

/** What may come after the name, and how that is told. */
const TAILS: Record<string, { tail: RegExp; allowed: string }> = {
  frameworks: {
    tail: /^\s*(?:;\s*plan\s+(\d{1,3}))?\s*(?:;\s*review\s+(\d{1,3}))?\s*$/,
    allowed: ', and then perhaps "; plan 4; review 36"',
  },
  groups: {
    tail: /^\s*(?:=\s*(.+?))?\s*$/,
    allowed: ', and then perhaps "= Lab; Labour and Co-operative" with its other names',
  },
};
const NO_TAIL = { tail: /^\s*$/, allowed: '' };

const LINE = /^\s*([a-z][a-z0-9-]{0,40})\s*:\s*([^\s;=][^;=]{0,199}?)\s*((?:[;=].*)?)$/;

/** "fire: Fire and rescue; plan 2; review 24", "labour: Labour = Lab; Labour Party", or the name alone. */
export function lineOf(entry: Entry): string {
  const months = (what: string, count: number | null): string =>
    count === null ? '' : `; ${what} ${String(count)}`;
  const tail =
    'planMonths' in entry
      ? months('plan', entry.planMonths) + months('review', entry.reviewMonths)
      : 'also' in entry && entry.also.length > 0
        ? ` = ${entry.also.join('; ')}`
        : '';
  return `${entry.id}: ${entry.name}${tail}`;
}

/** Throws a 400 that names the first line at fault. */
export function entriesOf(text: string, list: string): Entry[] {
  const { tail, allowed } = TAILS[list] ?? NO_TAIL;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const entries = lines.map((line, n): Entry => {
    const [, id, name, rest = ''] = LINE.exec(line) ?? [];
    const found = tail.exec(rest);
    if (!id || !name || !found)
      throw badField(
        '/entries',
        `line ${String(n + 1)}: found "${line.slice(0, 60)}"; allowed: small letters, digits and hyphens, a colon, and the name${allowed}`,
      );
    return { id, name, ...tailOf(list, found) };
  });
  const twice = entries.find(({ id }, n) => entries.findIndex((one) => one.id === id) !== n);
  if (twice) throw badField('/entries', `"${twice.id}" stands there twice`);
  return entries;
}

function tailOf(list: string, [, first, second]: RegExpExecArray): object {
  const months = (said: string | undefined): number | null => (said === undefined ? null : Number(said));
  if (list === 'frameworks') return { planMonths: months(first), reviewMonths: months(second) };
  if (list !== 'groups') return {};
  return { also: (first ?? '').split(';').flatMap((one) => one.trim() || []) };
}
