import type { PartyGroup } from '../people/party-groups.js';
import { badField } from '../web/problems.js';
import { PEER_CLASSES } from '../matching/problem/programme.js';
import { INSPECTED, type Finding, type Framework, type Named, type Position } from './content.js';

/** An entry of a list that the office changes on a page, a line each. */
export type Entry = Named | Framework | Finding | Position | PartyGroup;

/** What may come after the name in a list: how it is read, and how that is told. Reading gives nothing for what is not allowed. */
interface Tail {
  read: (rest: string) => object | null;
  allowed: string;
  /** What the page says beside the list. */
  hint: string;
}

const TAILS: Record<string, Tail> = {
  frameworks: {
    read: readFramework,
    hint: 'After the name, in how many months a plan and the next inspection follow, and every how many months the plan is looked at; what it may judge, the best first; and whom it inspects: fire: Fire and rescue; plan 2; review 24; look 6; judged Good | Inadequate; of county, fire authority',
    allowed: `, and then perhaps "; plan 4; review 36; look 6; judged Good | Inadequate; of county, unitary"; of ${INSPECTED.map((one) => one.replaceAll('_', ' ')).join(', ')}`,
  },
  positions: {
    hint: 'After the name, of whom it is: s151: Section 151 officer; officer',
    read: (rest) => {
      const [, of] = /^\s*;\s*(\w+)\s*$/.exec(rest) ?? [];
      return of && (PEER_CLASSES as readonly string[]).includes(of) ? { class: of } : null;
    },
    allowed: `, and then one of ${PEER_CLASSES.map((one) => `"; ${one}"`).join(', ')}`,
  },
  findings: {
    read: readFinding,
    allowed: ', and then perhaps "; support direct" or "; ends"',
    hint: 'After the name, the type of support that it leads to, or that no further review follows: off-track: Not on track; support direct',
  },
  groups: {
    read: readNames,
    hint: 'After the name, its other names: labour: Labour = Lab; Labour and Co-operative. One that ends in … stands for all that begin so.',
    allowed: ', and then perhaps "= Lab; Labour and Co-operative" with its other names',
  },
};
const NO_TAIL: Tail = { read: (rest) => (rest.trim() === '' ? {} : null), allowed: '', hint: '' };

/** What the page of a list says of how it is written. */
export const hintOf = (list: string): string =>
  `What is recorded keeps its id; a new name is shown for it everywhere. ${TAILS[list]?.hint ?? ''}`.trim();

const MONTHS = { plan: 'planMonths', review: 'reviewMonths', look: 'lookMonths' } as const;

const LINE = /^\s*([a-z][a-z0-9-]{0,40})\s*:\s*([^\s;=][^;=]{0,199}?)\s*((?:[;=].*)?)$/;

/** "fire: Fire and rescue; plan 2; review 24", "labour: Labour = Lab; Labour Party", or the name alone. */
export function lineOf(entry: Entry): string {
  return `${entry.id}: ${entry.name}${tailOf(entry)}`;
}

function tailOf(entry: Entry): string {
  if ('also' in entry) return entry.also.length > 0 ? ` = ${entry.also.join('; ')}` : '';
  if ('class' in entry) return `; ${entry.class}`;
  if ('ends' in entry)
    return (entry.support ? `; support ${entry.support}` : '') + (entry.ends ? '; ends' : '');
  if (!('planMonths' in entry)) return '';
  const months = Object.entries(MONTHS).flatMap(([word, key]) =>
    entry[key] === null ? [] : [`; ${word} ${String(entry[key])}`],
  );
  const judged = entry.judgements.length > 0 ? [`; judged ${entry.judgements.join(' | ')}`] : [];
  const of =
    entry.of.length > 0 ? [`; of ${entry.of.map((one) => one.replaceAll('_', ' ')).join(', ')}`] : [];
  return [...months, ...judged, ...of].join('');
}

/** The lines that a change of a list took off, and those that it put there. */
export function linesChanged(
  before: readonly Entry[] | null,
  after: readonly Entry[],
): { gone: string[]; come: string[] } {
  const [was, is] = [(before ?? []).map(lineOf), after.map(lineOf)];
  return { gone: was.filter((line) => !is.includes(line)), come: is.filter((line) => !was.includes(line)) };
}

/** Throws a 400 that names the first line at fault. */
export function entriesOf(text: string, list: string): Entry[] {
  const { read, allowed } = TAILS[list] ?? NO_TAIL;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const entries = lines.map((line, n): Entry => {
    const [, id, name, rest = ''] = LINE.exec(line) ?? [];
    const found = read(rest);
    if (!id || !name || !found)
      throw badField(
        '/entries',
        `line ${String(n + 1)}: found "${line.slice(0, 60)}"; allowed: small letters, digits and hyphens, a colon, and the name${allowed}`,
      );
    return { id, name, ...found };
  });
  const twice = entries.find(({ id }, n) => entries.findIndex((one) => one.id === id) !== n);
  if (twice) throw badField('/entries', `"${twice.id}" stands there twice`);
  return entries;
}

function readFramework(rest: string): object | null {
  const found: Record<string, unknown> = {
    planMonths: null,
    reviewMonths: null,
    lookMonths: null,
    judgements: [],
    of: [],
  };
  for (const part of rest.split(';').slice(1)) {
    const [, word = '', said = ''] = /^\s*([a-z]+)\s+(.*\S)\s*$/.exec(part) ?? [];
    if (Object.hasOwn(MONTHS, word) && /^\d{1,3}$/.test(said))
      found[MONTHS[word as keyof typeof MONTHS]] = Number(said);
    else if (word === 'judged') found.judgements = said.split(/[|,]/).flatMap((one) => one.trim() || []);
    else if (word === 'of') found.of = itemsOf(said, ',').map((one) => one.replaceAll(' ', '_'));
    else return null;
  }
  const areKnown = (found.of as string[]).every((one) => (INSPECTED as readonly string[]).includes(one));
  return areKnown ? found : null;
}

function readFinding(rest: string): object | null {
  const [, support = null, ends] = /^\s*(?:;\s*support\s+([a-z][a-z0-9-]*))?\s*(;\s*ends)?\s*$/.exec(
    rest,
  ) ?? [null];
  return ends === undefined && rest.trim() !== '' && support === null
    ? null
    : { support, ends: ends !== undefined };
}

function readNames(rest: string): object | null {
  const [found, said = ''] = /^\s*(?:=\s*(.+?))?\s*$/.exec(rest) ?? [];
  return found === undefined ? null : { also: itemsOf(said, ';') };
}

const itemsOf = (said: string, by: string): string[] => said.split(by).flatMap((one) => one.trim() || []);
