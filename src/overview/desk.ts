import type { DataSource } from 'typeorm';
import { addDays, daysBetween, type CivilDate } from '../calendar/dates.js';
import { mondayOf, sayDay } from '../calendar/phrases.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { STATE_NAMES } from '../challenges/states.js';
import { narrow, type Access } from '../people/access.js';
import type { Kind } from '../policy/content.js';
import type { Words } from '../policy/words.js';
import { paths } from '../web/paths.js';
import { challengesFacts, type ChallengeFacts } from './challenge-facts.js';
import { clockOf } from './clock.js';
import { tasksOf } from './tasks.js';

/** One line of a start page. */
export interface DeskLine {
  council: string;
  kind: string;
  what: string;
  /** What to do about it, and where. */
  action: string;
  href: string;
}

/** A start page's lists: what waits for the reader, what for others, what is late, what comes. */
export interface Desk {
  now: DeskLine[];
  waiting: DeskLine[];
  late: DeskLine[];
  coming: { week: string; lines: DeskLine[] }[];
  all: (DeskLine & { state: string })[];
}

interface Around {
  today: CivilDate;
  kinds: (Kind & { id: string })[];
  words: Words;
}

const COMING_DAYS = 90;

/** The open challenges that somebody may see, laid out by what is to be done. */
export async function deskOf(source: DataSource, access: Access, around: Around): Promise<Desk> {
  const query = source.manager
    .createQueryBuilder(Challenge, 'c')
    .innerJoinAndSelect('c.council', 'h')
    .where(`c.state NOT IN ('closed', 'cancelled', 'stood_down')`)
    .orderBy('c.first_day', 'ASC', 'NULLS FIRST')
    .addOrderBy('h.name');
  const challenges = await narrow(query, access, { region: 'h.region', council: 'c.council_id' }).getMany();
  const facts = await challengesFacts(
    source,
    challenges.map(({ id }) => id),
  );
  const desk: Desk = { now: [], waiting: [], late: [], coming: [], all: [] };
  for (const challenge of challenges) {
    const known = facts.get(challenge.id);
    if (known) place(desk, challenge, known, around);
  }
  return desk;
}

function place(desk: Desk, challenge: Challenge, facts: ChallengeFacts, { today, kinds, words }: Around): void {
  const line = { council: challenge.council?.name ?? '', kind: words.kind(challenge.kind), href: paths.challenge(challenge.id) };
  const tasks = tasksOf(challenge, facts);
  const doing = tasks.find(({ state }) => state === 'now');
  const waiting = tasks.find(({ state }) => state === 'waiting');
  const kind = kinds.find(({ id }) => id === challenge.kind);
  desk.all.push({ ...line, what: STATE_NAMES[challenge.state], action: 'Open', state: challenge.state });
  if (challenge.state === 'postponed') desk.now.push({ ...line, what: 'postponed', action: 'Find new dates' });
  else if (doing) desk.now.push({ ...line, what: doing.hint, action: doing.title });
  else if (waiting) desk.waiting.push({ ...line, what: waitingWords(waiting.hint, facts, today), action: waiting.title });
  const late = kind && clockOf({ challenge, kind, facts, today }).find(({ state }) => state === 'late');
  if (late?.when)
    desk.late.push({
      ...line,
      what: `${late.title}: due ${sayDay(late.when)}, ${String(daysBetween(late.when, today))} days late`,
      action: 'Chase',
    });
  const { firstDay } = challenge;
  if (firstDay && firstDay >= today && firstDay <= addDays(today, COMING_DAYS)) {
    const week = mondayOf(firstDay);
    const known = desk.coming.find((one) => one.week === week) ?? { week, lines: [] };
    if (known.lines.length === 0) desk.coming.push(known);
    known.lines.push({ ...line, what: STATE_NAMES[challenge.state], action: `${String(facts.accepted)} of ${String(facts.seats)} booked` });
  }
}

function waitingWords(hint: string, { oldestAsk }: ChallengeFacts, today: CivilDate): string {
  if (oldestAsk === null) return hint;
  const days = daysBetween(oldestAsk, today);
  return `${hint}, oldest ask ${days === 0 ? 'today' : days === 1 ? '1 day' : `${String(days)} days`}`;
}
