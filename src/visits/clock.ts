import { addWorkingDays } from '../calendar/bank-holidays.js';
import { addDays, addMonths, type CivilDate, type DateRange } from '../calendar/dates.js';
import { preElectionPeriods, type ElectionCycle } from '../calendar/elections.js';
import { sayMonth } from '../calendar/phrases.js';
import type { CalendarRules } from '../calendar/window-rules.js';
import { CHALLENGE_STATES, type ChallengeState } from '../challenges/states.js';
import type { Clock } from '../kinds/kind.js';
import { OWED_BY_A_DAY, PUBLISHED, STEP_IDS, STEPS, type Owner, type StepId } from './steps.js';

/** What people said of a step. */
export interface StepRecord {
  step: string;
  doneOn: CivilDate | null;
  link: string | null;
  movedTo: CivilDate | null;
  moveReason: string | null;
}

/** What a clock is made of: the kind's policy, the challenge, and what has happened to it. */
export interface ClockFacts {
  clock: Clock;
  state: ChallengeState;
  firstDay: CivilDate | null;
  lastDay: CivilDate | null;
  /** The last day of its further stays; null where there is none. */
  endsOn: CivilDate | null;
  /** It is a further stay itself, whose report is that of its challenge. */
  isStay: boolean;
  /** The first day of the earliest window, before there is a date. */
  wanted: CivilDate | null;
  approved: boolean;
  /** Its council spoke against somebody of the team, and that is not settled. */
  objected: boolean;
  /** Its scope was agreed once. */
  scoped: boolean;
  /** Somebody was invited and has not answered. */
  asked: boolean;
  /** Of one of before this service: in words when it was, where only the month is known; null of any other. */
  past: { month: string | null } | null;
  records: readonly StepRecord[];
  /** Of a progress review, when its report is due by the clock of the challenge that it follows. */
  reportBy: CivilDate | null;
  /** The progress review that followed: its days once it has some, and when its report was published. */
  review: {
    firstDay: CivilDate | null;
    lastDay: CivilDate | null;
    heldOn: CivilDate | null;
    reportOn: CivilDate | null;
  } | null;
  elections: ElectionCycle | null;
  rules: Pick<CalendarRules, 'generalElections' | 'addedBankHolidays'>;
}

/** A step as its readers see it. */
export interface ClockStep {
  id: StepId;
  title: string;
  owner: Owner;
  /** The day it is due, moved or not; null before there are dates. */
  due: CivilDate | null;
  /** The day by the rule of the kind, where no office is open on it and another day counts; else null. */
  rule: CivilDate | null;
  /** In words, where the day is not fixed. */
  about: string | null;
  /** The day before it was moved, and why. */
  moved: { from: CivilDate | null; reason: string } | null;
  /** `missed`: the challenge was closed without it; `unknown`: it was before this service, and nobody said. */
  state: 'done' | 'now' | 'next' | 'late' | 'missed' | 'unknown';
  /** The step that it cannot be done without, and that is not done. */
  waitsFor: StepId | null;
  doneOn: CivilDate | null;
  link: string | null;
  /** The council's pre-election period that the day falls into, and the first day after it. */
  election: { from: CivilDate; to: CivilDate; after: CivilDate } | null;
}

/**
 * When each step is due by policy: before the visit counted in days from its first day, after it in calendar months from its last day,
 * or from that of its last further stay (31 May + 3 months = 31 August, 30 November + 3 months = the last of February). Null where a kind has no such step; a step without a
 * day has `null` as its day.
 */
export function dueDays(
  facts: Omit<ClockFacts, 'records' | 'review' | 'rules' | 'elections'>,
): Partial<Record<StepId, CivilDate | null>> {
  const { clock, firstDay, lastDay, endsOn, wanted, reportBy } = facts;
  const start = firstDay ?? wanted;
  const before = (days: number): CivilDate | null => firstDay && addDays(firstDay, -days);
  const end = lastDay && endsOn && endsOn > lastDay ? endsOn : lastDay;
  const after = (months: number): CivilDate | null => end && addMonths(end, months);
  const draft = clock.draftReportDays === null ? null : end && addDays(end, clock.draftReportDays);
  const own = after(clock.reportMonths);
  const days: [StepId, number | null, CivilDate | null][] = [
    [
      'scope',
      0,
      clock.scopeMonthsBefore === null ? null : start && addMonths(start, -clock.scopeMonthsBefore),
    ],
    ['team', 0, null],
    ['answers', 0, null],
    ['papers', 0, before(clock.papersDaysBefore)],
    ['call', 0, before(clock.teamCallDaysBefore)],
    ['meets', 0, before(1)],
    ['on_site', 0, firstDay],
    ['verbal', 0, end],
    ['draft', clock.draftReportDays, draft],
    ['accuracy', clock.accuracyDays, draft && addDays(draft, clock.accuracyDays ?? 0)],
    ['report', facts.isStay ? null : 0, reportBy && lastDay && reportBy > lastDay ? reportBy : own],
    ['plan', clock.actionPlanMonths, after(clock.actionPlanMonths ?? 0)],
    ['impact', clock.impactMonths, after(clock.impactMonths ?? 0)],
    ['check_in', clock.checkInMonths, after(clock.checkInMonths ?? 0)],
    ['review', clock.progressReviewMonths, after(clock.progressReviewMonths ?? 0)],
    [
      'review_report',
      clock.progressReviewMonths === null ? null : clock.reviewReportMonths,
      after(clock.reviewReportMonths ?? 0),
    ],
  ];
  return Object.fromEntries(days.flatMap(([id, has, day]) => (has === null ? [] : [[id, day]])));
}

/** What happens when in a challenge, what is done, and what comes next, as of a day. */
export function clockOf(facts: ClockFacts, today: CivilDate): ClockStep[] {
  const due = dueDays(facts);
  if (due.accuracy && due.draft !== undefined) due.accuracy = answerBy(due.accuracy, facts);
  const steps = STEP_IDS.filter((id) => id in due).map((id) => stepOf(id, due[id] ?? null, facts, today));
  const current = steps.find(({ state, waitsFor }) => state === 'next' && waitsFor === null);
  if (current && !isOver(facts.state)) current.state = 'now';
  return steps;
}

/** A council has its days from the draft on, however late that comes. */
function answerBy(due: CivilDate, { clock, records }: ClockFacts): CivilDate {
  const draftOn = records.find(({ step }) => step === 'draft')?.doneOn;
  const days = draftOn && addDays(draftOn, clock.accuracyDays ?? 0);
  return days && days > due ? days : due;
}

/** While there is no draft, the council can neither answer on it nor publish: its manager is the one to see to it. */
const AWAITS_DRAFT: readonly StepId[] = ['accuracy', 'report'];
function awaitsDraft(id: StepId, facts: ClockFacts): boolean {
  if (!AWAITS_DRAFT.includes(id) || facts.clock.draftReportDays === null || isImplied('draft', facts))
    return false;
  return !facts.records.some(({ step, doneOn }) => step === 'draft' && doneOn !== null);
}

/** A team that is agreed waits for its council, unless that has spoken. */
const isWithCouncil = (id: StepId, { state, approved, objected }: ClockFacts): boolean =>
  id === 'team' && state === 'team_agreed' && !approved && !objected;

/** Whoever has to do something for a step now. */
function ownerOf(id: StepId, facts: ClockFacts, waits: boolean): Owner {
  if (waits && id === 'report') return 'manager';
  if (isWithCouncil(id, facts)) return 'council';
  // Where nobody is asked, somebody has to be: first of all, or in place of who cannot come.
  return id === 'answers' && facts.approved && !facts.asked ? 'adviser' : STEPS[id].owner;
}

function stepOf(id: StepId, rule: CivilDate | null, facts: ClockFacts, today: CivilDate): ClockStep {
  const { title } = STEPS[id];
  const waits = awaitsDraft(id, facts);
  const owner = ownerOf(id, facts, waits);
  const record = facts.records.find(({ step }) => step === id);
  const policyDue = rule !== null && OWED_BY_A_DAY.includes(id) ? workingDay(id, rule, facts) : rule;
  const due = record?.movedTo ?? policyDue;
  const doneOn = record?.doneOn ?? derivedDay(id, facts);
  const done = doneOn !== null || isImplied(id, facts);
  const state = done
    ? 'done'
    : facts.state === 'closed'
      ? facts.past
        ? 'unknown'
        : 'missed'
      : isLate(id, due, facts, today) && !(waits && id === 'accuracy')
        ? 'late'
        : 'next';
  return {
    id,
    title,
    owner,
    due,
    rule: due === rule || record?.movedTo ? null : rule,
    about: id === 'on_site' ? (facts.past?.month ?? null) : done ? null : aboutWords(id, due, facts),
    waitsFor: !done && waits && id === 'accuracy' ? 'draft' : null,
    moved: record?.movedTo && record.moveReason ? { from: policyDue, reason: record.moveReason } : null,
    state,
    doneOn,
    link: record?.link ?? null,
    election: done || due === null || !PUBLISHED.includes(id) ? null : electionOn(due, facts),
  };
}

/** A day, or where nobody works on it the last working day before it; for a council’s answer the next, since it has all its days. */
function workingDay(id: StepId, day: CivilDate, { rules }: ClockFacts): CivilDate {
  const [start, by] = id === 'accuracy' ? [addDays(day, -1), 1] : [addDays(day, 1), -1];
  return addWorkingDays(start, by, rules.addedBankHolidays);
}

/** Agreeing the scope late is a pity, and no debt. What does not go on owes nothing. */
const isLate = (id: StepId, due: CivilDate | null, { state }: ClockFacts, today: CivilDate): boolean =>
  id !== 'scope' && due !== null && due < today && !isOver(state);

/** A review has a day once it is booked; until then its month is known. */
function aboutWords(id: StepId, due: CivilDate | null, { review }: ClockFacts): string | null {
  if (due === null) return null;
  if (id === 'scope') return `best by ${sayMonth(due)}`;
  if (id !== 'review') return null;
  return review?.firstDay ? null : `about ${sayMonth(due)}`;
}

/** What is known from elsewhere. */
function derivedDay(id: StepId, { review }: ClockFacts): CivilDate | null {
  if (id === 'review') return review?.heldOn ?? null;
  if (id === 'review_report') return review?.reportOn ?? null;
  return null;
}

const REACHED: Partial<Record<StepId, ChallengeState>> = {
  scope: 'scoped',
  team: 'inviting',
  answers: 'confirmed',
  papers: 'on_site',
  call: 'on_site',
  meets: 'on_site',
  on_site: 'reporting',
  verbal: 'reporting',
  draft: 'report_published',
  accuracy: 'report_published',
  report: 'report_published',
  plan: 'action_plan_published',
  review: 'reviewed',
};
const BEFORE_VISIT: readonly StepId[] = [
  'scope',
  'team',
  'answers',
  'papers',
  'call',
  'meets',
  'on_site',
  'verbal',
];

/** Whether the state of the challenge says that a step is behind it. Closing says so of the visit, and of nothing after it; of one of before this service nothing else is known. */
function isImplied(id: StepId, { state, approved, scoped, past }: ClockFacts): boolean {
  if (past) return id === 'on_site';
  if (id === 'team' && approved) return true;
  // What was agreed stays agreed while new dates are looked for.
  if (id === 'scope' && state === 'postponed') return scoped;
  const needed = REACHED[id];
  if (needed === undefined || isLeft(state) || (state === 'closed' && !BEFORE_VISIT.includes(id)))
    return false;
  return CHALLENGE_STATES.indexOf(state) >= CHALLENGE_STATES.indexOf(needed);
}

/** The pre-election period in which a day lies, and the first day after it that lies in none. */
function electionOn(due: CivilDate, { elections, rules }: ClockFacts): ClockStep['election'] {
  const periodOn = (day: CivilDate): DateRange | undefined =>
    preElectionPeriods(elections, { from: day, to: day }, rules.generalElections, rules.addedBankHolidays)[0];
  const period = periodOn(due);
  if (!period) return null;
  let after = addDays(period.to, 1);
  for (let next = periodOn(after); next; next = periodOn(after)) after = addDays(next.to, 1);
  return { ...period, after };
}

const isLeft = (state: ChallengeState): boolean =>
  state === 'postponed' || state === 'cancelled' || state === 'stood_down';
const isOver = (state: ChallengeState): boolean => isLeft(state) || state === 'closed';
