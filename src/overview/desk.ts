import { hostsByChallenge, SCOPE_COLUMNS } from '../challenges/hosts.js';
import { addDays, daysBetween, type CivilDate } from '../calendar/dates.js';
import { mondayOf, sayDay } from '../calendar/phrases.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { STATE_NAMES } from '../challenges/states.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { asksFor } from '../proposals/consents.js';
import type { Words } from '../kinds/words.js';
import { paths } from '../web/paths.js';
import { challengesFacts, type ChallengeFacts } from './challenge-facts.js';
import type { ClockStep } from '../visits/clock.js';
import { OWNER_NAMES, type Owner } from '../visits/steps.js';
import { answersOwed } from './answers-owed.js';
import { lastDayOf, tasksOf } from './tasks.js';
import { Database } from '../database/database.js';

/** One line of a start page. */
export interface DeskLine {
  council: string;
  kind: string;
  what: string;
  /** What to do about it, and where. */
  action: string;
  href: string;
  /** The challenge that it is about; none where it is about people. */
  challengeId?: string;
}

/** A start page's lists: what waits for the reader, what for others, what is late, what comes. */
export interface Desk {
  now: DeskLine[];
  waiting: DeskLine[];
  late: (DeskLine & { due: CivilDate })[];
  /** Steps due within a month, soonest first. */
  next: (DeskLine & { due: CivilDate })[];
  coming: { week: string; lines: DeskLine[] }[];
  all: (DeskLine & { state: string })[];
  /** What waits for the word of the reader's council. */
  turn: DeskLine[];
}

interface Around {
  today: CivilDate;
  words: Words;
  /** Whose steps of a clock are the reader's own; null where none are. */
  own: Owner | null;
  /** The challenges to which the lists are narrowed; null for all that the reader may see. */
  only: ReadonlySet<string> | null;
  /** The reader, where their word on a team counts; null where it does not. */
  speaker: Pick<Actor, 'role' | 'councilId'> | null;
  /** Kinds that ask for a second approval. */
  second: ReadonlySet<string>;
  /** The clocks of challenges, by id. */
  clocks: (ids: string[]) => Promise<Map<string, ClockStep[]>>;
}

/** One challenge with all that its lines need. */
interface Placed {
  challenge: Challenge;
  /** The names of all bodies that it is of. */
  hosts: string;
  facts: ChallengeFacts;
  clock: ClockStep[];
}

/** Days for which a start page tells what visits come. */
export const COMING_DAYS = 90;
const NEXT_DAYS = 30;

/** The open challenges that somebody may see, laid out by what is to be done. */
export async function deskOf(db: Database, access: Access, around: Around): Promise<Desk> {
  const query = db.manager
    .createQueryBuilder(Challenge, 'c')
    .innerJoinAndSelect('c.council', 'h')
    .where(`c.state IN (SELECT state FROM challenge_states WHERE open)`)
    .orderBy('c.first_day', 'ASC', 'NULLS FIRST')
    .addOrderBy('h.name');
  if (around.only) query.andWhere('c.id = ANY(:only)', { only: [...around.only] });
  const challenges = await narrow(query, access, SCOPE_COLUMNS).getMany();
  const ids = challenges.map(({ id }) => id);
  const facts = await challengesFacts(db, ids);
  const clocks = await around.clocks(ids);
  const hosts = await hostsByChallenge(db.manager, challenges);
  const desk: Desk = { now: [], waiting: [], late: [], next: [], coming: [], all: [], turn: [] };
  for (const challenge of challenges) {
    const known = facts.get(challenge.id);
    if (known)
      place(
        desk,
        {
          challenge,
          hosts: hosts.get(challenge.id) ?? '',
          facts: known,
          clock: clocks.get(challenge.id) ?? [],
        },
        around,
      );
  }
  for (const list of [desk.next, desk.late]) list.sort((a, b) => (a.due < b.due ? -1 : 1));
  return desk;
}

function place(desk: Desk, placed: Placed, around: Around): void {
  const { challenge, hosts } = placed;
  const line: Line = {
    council: hosts,
    kind: around.words.kind(challenge.kind),
    href: paths.challenge(challenge.id),
  };
  desk.all.push({ ...line, what: STATE_NAMES[challenge.state], action: 'Open', state: challenge.state });
  placeTask(desk, line, placed, around);
  placeApproval(desk, line, placed, around);
  placeChange(desk, line, placed, around);
  const owed = around.speaker?.role === 'council' ? answersOwed(placed) : [];
  desk.turn.push(...owed.map((one) => ({ ...line, ...one })));
  placeSteps(desk, line, placed, { ...around, isTold: owed.length > 0 });
  placeComing(desk, line, placed, around);
}

type Line = Pick<DeskLine, 'council' | 'kind' | 'href'>;

/** What waits for the reader, or for others. */
function placeTask(desk: Desk, line: Line, { challenge, facts }: Placed, { today }: Around): void {
  const tasks = tasksOf(challenge, facts);
  const doing = tasks.filter(({ state }) => state === 'now');
  const waiting = tasks.find(({ state }) => state === 'waiting');
  if (challenge.state === 'postponed')
    desk.now.push({ ...line, what: 'postponed', action: 'Find new dates' });
  else if (doing.length > 0)
    desk.now.push(...doing.map(({ title, hint }) => ({ ...line, what: hint, action: title })));
  else if (waiting)
    desk.waiting.push({ ...line, what: waitingWords(waiting.hint, facts, today), action: waiting.title });
}

/** The team on which its council has a word to say. */
function placeApproval(
  desk: Desk,
  line: Line,
  { challenge, facts }: Placed,
  { speaker, second }: Around,
): void {
  const { proposalId, approved, upheldSeat, openObjection, deadline, consents: given } = facts;
  const { id, state } = challenge;
  const secondApproval = second.has(challenge.kind);
  if (speaker === null || !asksFor(speaker, challenge, { secondApproval, given })) return;
  if (state !== 'team_agreed' || proposalId === null || approved || upheldSeat || openObjection) return;
  const until = deadline === null ? '' : ` Please answer by ${lastDayOf(deadline)};`;
  desk.turn.push({
    ...line,
    what: `A team is proposed.${until} silence counts as approval`,
    action: 'Look at the team',
    href: paths.approval(id),
  });
}

/** A change of its team on which its council has a word to say. */
function placeChange(
  desk: Desk,
  line: Line,
  { challenge, facts: { change } }: Placed,
  { speaker, second }: Around,
): void {
  const secondApproval = second.has(challenge.kind);
  if (!change || speaker === null) return;
  if (!asksFor(speaker, challenge, { secondApproval, given: change.approvals })) return;
  desk.turn.push({
    ...line,
    what: `May your team change? Please answer by ${lastDayOf(change.answerBy)}; without an answer it stays as it is`,
    action: 'Look at the change',
    href: paths.changedTeam(challenge.id),
  });
}

/** The step of the clock that has been late longest, and the one that is due next; what a council was told already is not told again. */
function placeSteps(
  desk: Desk,
  line: Line,
  { challenge, clock }: Placed,
  { today, own, speaker, isTold }: Around & { isTold: boolean },
): void {
  const [late, ...more] = clock.filter(({ state }) => state === 'late');
  if (late?.due && late.owner === own) {
    const mine = {
      ...line,
      what: lateWords(late, late.due, today, { more: more.length, isOwn: true }),
      action: late.title,
      href: paths.step(challenge.id, late.id),
    };
    if (!isTold) (speaker ? desk.turn : desk.now).push(mine);
  } else if (late?.due)
    desk.late.push({
      ...line,
      what: lateWords(late, late.due, today, { more: more.length, isOwn: false }),
      action: speaker ? 'Open' : 'Chase',
      href: paths.step(challenge.id, late.id),
      due: late.due,
    });
  const until = addDays(today, NEXT_DAYS);
  const next = clock.find(
    ({ state, due }) => (state === 'now' || state === 'next') && due !== null && due >= today && due <= until,
  );
  if (next?.due)
    desk.next.push({
      ...line,
      what: `${next.title}: ${sayDay(next.due)}, ${OWNER_NAMES[next.owner]}`,
      action: 'Open',
      due: next.due,
    });
}

/** A visit that begins soon, under its week. */
function placeComing(desk: Desk, line: Line, { challenge, facts }: Placed, { today }: Around): void {
  const { firstDay, state } = challenge;
  if (!firstDay || firstDay < today || firstDay > addDays(today, COMING_DAYS)) return;
  const week = mondayOf(firstDay);
  const known = desk.coming.find((one) => one.week === week) ?? { week, lines: [] };
  if (known.lines.length === 0) desk.coming.push(known);
  known.lines.push({
    ...line,
    what: STATE_NAMES[state],
    action: `${String(facts.accepted)} of ${String(Math.max(facts.seats, facts.allSeats))} booked`,
  });
}

/** How late a step is, who owes it where it is not the reader, and how many more are late. */
function lateWords(
  { title, owner }: ClockStep,
  due: CivilDate,
  today: CivilDate,
  { more, isOwn }: { more: number; isOwn: boolean },
): string {
  const days = daysBetween(due, today);
  const others = more > 0 ? `; ${String(more)} more ${more === 1 ? 'step is' : 'steps are'} late` : '';
  return `${title}: due ${sayDay(due)}, ${String(days)} ${days === 1 ? 'day' : 'days'} late${isOwn ? '' : `, owed by ${OWNER_NAMES[owner]}`}${others}`;
}

function waitingWords(hint: string, { oldestAsk }: ChallengeFacts, today: CivilDate): string {
  if (oldestAsk === null) return hint;
  const days = daysBetween(oldestAsk, today);
  return `${hint}, oldest ask ${days === 0 ? 'today' : days === 1 ? '1 day' : `${String(days)} days`}`;
}
