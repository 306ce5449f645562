import { bankHolidayOn } from '../../calendar/bank-holidays.js';
import { addDays, type CivilDate } from '../../calendar/dates.js';
import { localElectionDay } from '../../calendar/elections.js';
import { mondayOf, sayMonth, sayPlainDay, sayShortDay } from '../../calendar/phrases.js';
import { inYearlyPeriod, type CalendarRules } from '../../calendar/window-rules.js';

/** A seat of a team: what it is, and who sits in it; null where it stays empty. */
export interface EntrySeat {
  seat: string;
  peer: string | null;
}

/** A challenge on the calendar of a year. */
export interface Entry {
  challengeId: string;
  council: string;
  region: string;
  kind: string;
  /** The challenge manager; null where nobody is one yet. */
  manager: string | null;
  firstDay: CivilDate;
  lastDay: CivilDate;
  /** Placed by the plan, or fixed already; and of a fixed one, whether everybody has said yes. */
  fixed: boolean;
  confirmed: boolean;
  /** Of a placed one: whether its team is proposed or agreed already, just as the plan has it. */
  taken: boolean;
  team: EntrySeat[];
  /** What the calendar of its council says against its days, though they were offered. */
  warnings: string[];
}

/** "Lead member: Amina Mason; Finance officer: nobody. Manager: Graham Lloyd" */
export function sayTeam({ team, manager }: Pick<Entry, 'team' | 'manager'>): string {
  const seats = team.map(({ seat, peer }) => `${seat}: ${peer ?? 'nobody'}`).join('; ');
  return manager === null ? seats : `${seats}. Manager: ${manager}`;
}

/** One week of the year, from Monday on. */
export interface CalendarWeek {
  monday: CivilDate;
  /** Each with its team in words. */
  entries: (Entry & { words: string })[];
  /** What the calendar says of it: closed, an election, a bank holiday. */
  notes: string[];
  /** No visit may be in any of its working days. */
  isClosed: boolean;
  /** How it is drawn: closed, with something to note, or with nothing in it; else as usual. */
  looks: 'closed' | 'noted' | 'empty' | '';
}

export interface CalendarMonth {
  /** Names it on its page: "2027-05". */
  id: string;
  name: string;
  weeks: CalendarWeek[];
  /** Visits that begin in it: each needs a manager of its own. */
  visits: number;
  /** Seats filled in them. */
  peers: number;
}

/** Every week from one day to another, by month, whether anybody is on site in it or not. */
export function calendarOf(
  entries: readonly Entry[],
  [from, to]: readonly [CivilDate, CivilDate],
  rules: CalendarRules,
): CalendarMonth[] {
  const months = new Map<string, CalendarMonth>();
  for (let monday = mondayOf(from); monday <= to; monday = addDays(monday, 7)) {
    const week = weekOf(monday, entries, rules);
    const name = sayMonth(monday);
    const month = months.get(name) ?? { id: monday.slice(0, 7), name, weeks: [], visits: 0, peers: 0 };
    month.weeks.push(week);
    month.visits += week.entries.length;
    month.peers += week.entries.reduce((sum, { team }) => sum + filledOf(team), 0);
    months.set(name, month);
  }
  return [...months.values()];
}

function weekOf(monday: CivilDate, all: readonly Entry[], rules: CalendarRules): CalendarWeek {
  const days = [0, 1, 2, 3, 4].map((after) => addDays(monday, after));
  const entries = all
    .filter(({ firstDay }) => mondayOf(firstDay) === monday)
    .sort((a, b) => (a.firstDay < b.firstDay ? -1 : a.firstDay > b.firstDay ? 1 : 0))
    .map((entry) => ({ ...entry, words: sayTeam(entry) }));
  const closed = rules.never.filter((period) => days.some((day) => inYearlyPeriod(day, period)));
  const election = localElectionDay(Number(monday.slice(0, 4)));
  const general = rules.generalElections.filter(({ poll }) => days.includes(poll));
  const holidays = days.flatMap((day) => {
    const holiday = bankHolidayOn(day, rules.addedBankHolidays);
    return holiday ? [`${holiday.name}, ${sayShortDay(day)}`] : [];
  });
  const notes = [
    ...closed.map(({ name }) => `Closed: ${name}`),
    ...(election && days.includes(election) ? [`Local elections, ${sayPlainDay(election)}`] : []),
    ...general.map(({ poll }) => `General election, ${sayPlainDay(poll)}`),
    ...holidays,
  ];
  const isClosed = days.every((day) => rules.never.some((period) => inYearlyPeriod(day, period)));
  const looks = isClosed ? 'closed' : notes.length > 0 ? 'noted' : entries.length > 0 ? '' : 'empty';
  return { monday, entries, notes, isClosed, looks };
}

export const filledOf = (team: readonly EntrySeat[]): number =>
  team.filter(({ peer }) => peer !== null).length;

/** Which part of the year somebody wants to see; what is empty leaves all. */
export interface CalendarFilter {
  region: string;
  kind: string;
  manager: string;
  peer: string;
}

/** The challenges that a filter leaves; a peer by any part of their name. */
export function filtered(
  entries: readonly Entry[],
  { region, kind, manager, peer }: CalendarFilter,
): Entry[] {
  const wanted = peer.toLowerCase();
  return entries.filter(
    (entry) =>
      (region === '' || entry.region === region) &&
      (kind === '' || entry.kind === kind) &&
      (manager === '' || entry.manager === manager) &&
      (wanted === '' || entry.team.some((seat) => seat.peer?.toLowerCase().includes(wanted))),
  );
}

/** What one may choose from, of each part. */
export const choicesOf = (entries: readonly Entry[]): Record<'regions' | 'kinds' | 'managers', string[]> => {
  const once = (values: (string | null)[]): string[] =>
    [...new Set(values.filter((value) => value !== null))].sort();
  return {
    regions: once(entries.map(({ region }) => region)),
    kinds: once(entries.map(({ kind }) => kind)),
    managers: once(entries.map(({ manager }) => manager)),
  };
};

/** How near the best a plan is, in words that need no mathematics: in per cent, and in seats left empty. */
export function gapWords(
  { score, bound, gap }: { score: number; bound: number; gap: number },
  seatWorth: number,
): string {
  if (bound <= score) return 'No plan is better than this one: that is proven.';
  return `This plan is within ${(100 * gap).toFixed(gap < 0.001 ? 2 : 1)}% of the best possible: ${seatsWords(bound - score, seatWorth)} at the very most.`;
}

/** Points of the score as seats that are filled or stay empty, which people can picture. */
export function seatsWords(points: number, seatWorth: number): string {
  const seats = points / seatWorth;
  if (seats < 0.2) return 'less than a fifth of one seat';
  if (seats < 0.4) return 'about a quarter of one seat';
  if (seats < 0.75) return 'about half a seat';
  const whole = Math.round(seats);
  return `about ${String(whole)} ${whole === 1 ? 'seat' : 'seats'}`;
}
