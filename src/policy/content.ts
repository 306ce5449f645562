import type { CalendarRules } from '../calendar/window-rules.js';
import { isRecordedDate } from '../calendar/dates.js';
import type { CoverageLine, Policy, Seat } from '../matching/problem/programme.js';
import { PARTY_RULES, PEER_CLASSES, type PeerClass } from '../matching/problem/programme.js';
import {
  BadInput,
  integer,
  list,
  object,
  oneOf,
  orNull,
  record,
  text,
  truth,
  where,
  type Fault,
  type Shape,
} from '../matching/files/reader.js';

/** Months and days between a visit and what hangs on it; counted from the first or the last day on site. */
export interface Clock {
  scopeMonthsBefore: number | null;
  papersDaysBefore: number;
  teamCallDaysBefore: number;
  /** Days from the last day on site to the draft report, and from there to the council's answer on its accuracy. */
  draftReportDays: number | null;
  accuracyDays: number | null;
  reportMonths: number;
  actionPlanMonths: number | null;
  /** A talk without a visit. */
  checkInMonths: number | null;
  /** The question what the challenge changed. */
  impactMonths: number | null;
  progressReviewMonths: number | null;
  reviewReportMonths: number | null;
  nextWithinMonths: number | null;
}

/** What a visit of a kind is: a challenge of its own, or what follows one. */
export const PURPOSES = ['challenge', 'progress_review', 'follow_up', 'check_in', 'support'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What a kind of challenge asks, for new challenges of it. */
export interface Kind {
  name: string;
  purpose: Purpose;
  /** Days on site: usual, least, most. */
  days: number;
  daysMin: number;
  daysMax: number;
  /** Another approval of the team, by the opposition. */
  secondApproval: boolean;
  /** Whether a pre-election period refuses a window, or only warns. */
  preElectionRefuses: boolean;
  /** Whether peers must be accredited for this kind. */
  accreditation: boolean;
  coreQuestions: string[];
  seats: Seat[];
  coverage: CoverageLine[];
  clock: Clock;
  /** Weights that differ from the usual ones: regional schemes prefer local peers. */
  weights: Partial<Policy>;
  /** Keys of the programme's measures that a visit of this kind counts towards. */
  measures: string[];
  /** Working days in which the council may object to a member. */
  objectionWorkingDays: number;
  /** Days that an invitation stays open. */
  invitationDays: number;
}

export interface Skill {
  id: string;
  name: string;
}

/** One of a list that people choose from. */
export type Named = Skill;

/** A framework of inspection, with what follows from it: months from the inspection to the council's plan, and to the next look. */
export interface Framework extends Named {
  planMonths: number | null;
  reviewMonths: number | null;
}

export interface Position {
  id: string;
  name: string;
  class: PeerClass;
}

/** How reports colour measures and look ahead; shares are per cent. */
export interface Reporting {
  /** A counted measure is amber from this share of its target on, with what is in discussion. */
  amberFromPercent: number;
  budgetGreenPercent: number;
  budgetAmberPercent: number;
  /** Visits of a usual year that end in Q1 to Q4. */
  seasonalProfile: number[];
  /** How many of those confirmed, and in discussion, take place in the year. */
  confirmedPercent: number;
  discussionPercent: number;
}

/** The type of each piece of policy by its id. */
export interface Policies {
  weights: Policy;
  calendar: CalendarRules;
  skills: Skill[];
  positions: Position[];
  reporting: Reporting;
  /** Types of what an adviser records of a council in confidence. */
  signals: Named[];
  /** Types of support other than challenges. */
  supports: Named[];
  /** Why a council is to be offered a challenge before others. */
  priorities: Named[];
  frameworks: Framework[];
  /** What somebody must meet to become a peer. */
  criteria: Named[];
}

const count = integer(0, 100_000);
const monthDay: Shape = where((value) => typeof value === 'string' && isRecordedDate(`2024-${value}`), 'a day of the year as MM-DD');
const date: Shape = where(isRecordedDate, 'a day of the calendar from 1900 to 2200, as YYYY-MM-DD');
const identifier: Shape = where(
  (value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,40}$/.test(value),
  'lower-case letters, digits and hyphens',
);
const period = object({ name: text, from: monthDay, to: monthDay });
const months = orNull(integer(0, 120));
const percent = integer(0, 100);
const isProfile = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 4 &&
  value.every((one) => Number.isInteger(one) && (one as number) >= 0 && (one as number) <= 1000) &&
  value.some((one) => one !== 0);

const WEIGHT_SHAPES: Record<keyof Policy, Shape> = {
  base: count,
  sameType: count,
  populationWithin1_5: count,
  populationWithin2_5: count,
  ruralMax: count,
  depthPerLevel: count,
  depthPerNeed: count,
  depthMax: count,
  kmPerPoint: integer(1, 100_000),
  distanceMax: count,
  recent: count,
  sameRegion: count,
  unfilled: count,
  uncovered: count,
  extraRegion: count,
  extraNovice: count,
  missingExperienced: count,
  experiencedFrom: count,
  experiencedWanted: integer(0, 20),
  repeat: list(count),
  disruption: count,
};

/** Larger teams with more needs are searched in minutes, not in seconds. */
export const MOST_SEATS = 9;
export const MOST_COVERAGE_LINES = 6;

/** The form of seats, wherever a person edits them. */
export const SEATS = list(
  object({ id: identifier, positions: list(identifier, 40), party: oneOf(PARTY_RULES), skills: record(integer(1, 5)) }, { shadow: truth }),
  MOST_SEATS,
);
export const COVERAGE = list(object({ skill: identifier, level: integer(1, 5), peers: integer(0, MOST_SEATS) }), MOST_COVERAGE_LINES);

const KIND = object({
  name: text,
  purpose: oneOf(PURPOSES),
  days: integer(1, 5),
  daysMin: integer(1, 5),
  daysMax: integer(1, 5),
  secondApproval: truth,
  preElectionRefuses: truth,
  accreditation: truth,
  coreQuestions: list(text),
  seats: SEATS,
  coverage: COVERAGE,
  clock: object({
    scopeMonthsBefore: months,
    papersDaysBefore: integer(0, 365),
    teamCallDaysBefore: integer(0, 365),
    draftReportDays: orNull(integer(0, 365)),
    accuracyDays: orNull(integer(0, 365)),
    reportMonths: integer(0, 60),
    actionPlanMonths: months,
    checkInMonths: months,
    impactMonths: months,
    progressReviewMonths: months,
    reviewReportMonths: months,
    nextWithinMonths: months,
  }),
  weights: object({}, WEIGHT_SHAPES),
  measures: list(identifier, 20),
  objectionWorkingDays: integer(1, 60),
  invitationDays: integer(1, 90),
});

const NAMED = list(object({ id: identifier, name: text }));
const SHAPES: Record<keyof Policies, Shape> = {
  weights: object(WEIGHT_SHAPES),
  calendar: object({
    never: list(period),
    avoid: list(period),
    addedBankHolidays: list(object({ date, name: text })),
    generalElections: list(object({ dissolved: date, poll: date })),
  }),
  skills: NAMED,
  signals: NAMED,
  supports: NAMED,
  priorities: NAMED,
  criteria: NAMED,
  frameworks: list(object({ id: identifier, name: text, planMonths: months, reviewMonths: months })),
  positions: list(object({ id: identifier, name: text, class: oneOf(PEER_CLASSES) })),
  reporting: object({
    amberFromPercent: percent,
    budgetGreenPercent: percent,
    budgetAmberPercent: percent,
    seasonalProfile: where(isProfile, 'four whole numbers from 0 to 1000, not all of them 0'),
    confirmedPercent: percent,
    discussionPercent: percent,
  }),
};

/** The id of a kind among the policies. */
export const kindKey = (kind: string): string => `kind:${kind}`;

/** Throws BadInput where content is not of the form of its policy; `null` where no policy has the id. */
export function checkContent(id: string, content: unknown): boolean {
  const shape = id.startsWith('kind:') ? KIND : (SHAPES as Record<string, Shape | undefined>)[id];
  if (!shape) return false;
  checkShape(shape, content);
  return true;
}

export function checkShape(shape: Shape, content: unknown): void {
  const faults: Fault[] = [];
  shape(content, '', faults);
  if (faults.length > 0) throw new BadInput(faults);
}
