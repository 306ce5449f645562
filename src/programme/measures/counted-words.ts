import { sayShortDay } from '../../calendar/phrases.js';
import { STATE_NAMES } from '../../challenges/states.js';
import type { Beside } from './counted-beside.js';
import type { CountedChallenge } from './counted-visits.js';
import type { Measure, Source } from './measure.entity.js';

type Told = Pick<Measure, 'source' | 'counting'>;

/** What one row of a source is, and more of them. */
const ROW_WORDS: Record<Beside, [one: string, more: string]> = {
  events: ['event', 'events'],
  attendance: ['place at an event', 'places at events'],
  evaluations: ['answer', 'answers'],
  support: ['piece of support', 'pieces of support'],
  take_up: ['thing taken up', 'things taken up'],
  feedback: ['answer', 'answers'],
  impact: ['answer', 'answers'],
  recommendations: ['recommendation', 'recommendations'],
  inspections: ['inspection', 'inspections'],
  offers: ['offer', 'offers'],
  offers_accepted: ['offer taken up', 'offers taken up'],
};

const OF_EVENTS: readonly Source[] = ['events', 'attendance', 'evaluations'];

const wordsOf = (source: Source): [one: string, more: string] =>
  (ROW_WORDS as Partial<Record<Source, [string, string]>>)[source] ?? ['challenge', 'challenges'];

const isBeside = (source: Source): boolean => source in ROW_WORDS;

/** The heads of a table of what a measure counts. */
export function headsOf({ source }: Told): string[] {
  if (isBeside(source)) return [OF_EVENTS.includes(source) ? 'Event' : 'Council', 'What', 'Day'];
  return ['Council', 'Kind', 'State', 'Last day', ...(source === 'days' ? ['Days of peers'] : [])];
}

/** The cells of a row after its name. What somebody answered is not told row by row. */
export function cellsOf(
  { source }: Told,
  { kind, state, day, peerDays, beside }: CountedChallenge,
  kindName: (kind: string) => string,
): (string | number)[] {
  if (beside) return [beside.detail, sayShortDay(day)];
  return [kindName(kind), STATE_NAMES[state], sayShortDay(day), ...(source === 'days' ? [peerDays] : [])];
}

/** "12 challenges at 11 different councils; …" */
export function saidOf({ source, counting }: Told, rows: readonly CountedChallenge[]): string {
  const [one, more] = wordsOf(source);
  const amount = `${String(rows.length)} ${rows.length === 1 ? one : more}`;
  if (source === 'days')
    return `${String(rows.reduce((sum, { peerDays }) => sum + peerDays, 0))} days of peers in ${amount}.`;
  if (counting === 'average') return `The mean of ${amount}.`;
  if (source === 'attendance')
    return `${amount}, of which ${String(rows.filter(({ beside }) => beside?.counts).length)} were taken.`;
  if (counting !== 'distinct') return `${amount}.`;
  return `${amount} at ${String(new Set(rows.map(({ code }) => code)).size)} different councils; a council counts once in a quarter, and once in the year.`;
}
