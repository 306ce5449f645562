import type { CoverageLine, Policy, Seat } from '../matching/problem/programme.js';

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

/** What a visit of a kind is: a challenge of its own, a further stay of one, or what follows one. */
export const PURPOSES = ['challenge', 'stay', 'progress_review', 'follow_up', 'check_in', 'support'] as const;
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
  /** Not offered for new challenges any more; those there are go on. */
  retired?: boolean;
}

/** The id of a kind among the rows of reference data. */
export const kindKey = (kind: string): string => `kind:${kind}`;

/** The kind of such a row; null for a row of anything else. */
export const kindOfKey = (key: string): string | null =>
  key.startsWith(kindKey('')) ? key.slice(kindKey('').length) : null;
