import { BODIES, type Body } from './bodies.js';
import type { CalendarRules } from '../calendar/window-rules.js';
import { isRecordedDate } from '../calendar/dates.js';
import {
  COUNCIL_TYPES,
  PEER_CLASSES,
  type CouncilType,
  type PeerClass,
  type Policy,
} from '../matching/problem/programme.js';
import { ADDED_TO } from '../messages/examples.js';
import type { LetterWords } from '../messages/letter.js';
import type { PartyGroup } from '../people/party-groups.js';
import {
  BadInput,
  integer,
  list,
  object,
  oneOf,
  orNull,
  text,
  where,
  type Fault,
  type Shape,
} from '../matching/files/reader.js';

export interface Skill {
  id: string;
  name: string;
}

/** One of a list that people choose from. */
export type Named = Skill;

/** What a framework of inspection may be of: a type of council, or another body. */
export const INSPECTED = [...COUNCIL_TYPES, ...BODIES] as const;
export type Inspected = CouncilType | Body;

/** A framework of inspection, with what follows from it: months from the inspection to the council's plan, and to the next look. */
export interface Framework extends Named {
  planMonths: number | null;
  reviewMonths: number | null;
  /** Every so many months the council's plan is reviewed; null where it is not. */
  lookMonths: number | null;
  /** What it may judge, from the best down; none where its judgement is in words of its own. */
  judgements: string[];
  /** Whom it inspects; anybody where none is named. */
  of: Inspected[];
}

/** What a review of a council's plan finds, and what follows: support of a type, or no further review. */
export interface Finding extends Named {
  support: string | null;
  ends: boolean;
}

export interface Position {
  id: string;
  name: string;
  class: PeerClass;
}

/** How reports colour measures and look ahead; shares are per cent. */
export interface Reporting {
  /** The day from which these rules hold; reports as at a day before it go by those before. From the beginning where it is not said. */
  from?: string;
  /** A measure held against a line or a season is amber from this share of it on. */
  lineAmberPercent: number;
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

/** For how many days each kind of data is kept, after it was used last. */
export interface Retention {
  codes: number;
  answers: number;
  links: number;
  messages: number;
  soundings: number;
  applications: number;
  tokens: number;
}

/** The type of each piece of reference data by its id. */
export interface ReferenceData {
  weights: Policy;
  calendar: CalendarRules;
  skills: Skill[];
  positions: Position[];
  reporting: Reporting;
  retention: Retention;
  /** What stands around the text of messages. */
  letter: LetterWords;
  /** Types of what an adviser records of a council in confidence. */
  signals: Named[];
  /** Types of support other than challenges. */
  supports: Named[];
  /** Why a council is to be offered a challenge before others. */
  priorities: Named[];
  frameworks: Framework[];
  /** What reviews of plans after inspections find. */
  findings: Finding[];
  /** What good practice is about. */
  themes: Named[];
  /** What somebody must meet to become a peer. */
  criteria: Named[];
  /** Groups of councillors, with their other names. */
  groups: PartyGroup[];
  /** What councils belong to besides the bodies that they make: networks, families, boards of a region. */
  groupings: Named[];
}

const count = integer(0, 100_000);
const monthDay: Shape = where(
  (value) => typeof value === 'string' && isRecordedDate(`2024-${value}`),
  'a day of the year as MM-DD',
);
const date: Shape = where(isRecordedDate, 'a day of the calendar from 1900 to 2200, as YYYY-MM-DD');
/** The id of a position, a skill or a kind. */
export const identifier: Shape = where(
  (value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,40}$/.test(value),
  'lower-case letters, digits and hyphens',
);
const period = object({ name: text, from: monthDay, to: monthDay });
export const months = orNull(integer(0, 120));
const percent = integer(0, 100);
const keptDays = integer(1, 3650);
/** Text of one length or another, without control characters but the ends of its lines. */
const lines = (least: number, most: number, holds = ''): Shape =>
  where(
    (value) =>
      typeof value === 'string' &&
      value.length >= least &&
      value.length <= most &&
      value.includes(holds) &&
      !/[^\P{Cc}\n]/u.test(value),
    `${String(least)} to ${String(most)} signs${holds && ` with ${holds} among them`}`,
  );
const isProfile = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 4 &&
  value.every((one) => Number.isInteger(one) && (one as number) >= 0 && (one as number) <= 1000) &&
  value.some((one) => one !== 0);

export const WEIGHT_SHAPES: Record<keyof Policy, Shape> = {
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

const isFlag: Shape = where((value) => typeof value === 'boolean', 'true or false');
const NAMED = list(object({ id: identifier, name: text }));
const SHAPES: Record<keyof ReferenceData, Shape> = {
  weights: object(WEIGHT_SHAPES),
  calendar: object({
    never: list(period),
    avoid: list(period),
    addedBankHolidays: list(object({ date, name: text })),
    generalElections: list(object({ dissolved: date, poll: date })),
  }),
  skills: NAMED,
  groupings: NAMED,
  signals: NAMED,
  supports: NAMED,
  priorities: NAMED,
  themes: NAMED,
  criteria: NAMED,
  groups: list(object({ id: identifier, name: text, also: list(text) })),
  frameworks: list(
    object({
      id: identifier,
      name: text,
      planMonths: months,
      reviewMonths: months,
      lookMonths: months,
      judgements: list(text),
      of: list(oneOf(INSPECTED)),
    }),
  ),
  findings: list(object({ id: identifier, name: text, support: orNull(identifier), ends: isFlag })),
  positions: list(object({ id: identifier, name: text, class: oneOf(PEER_CLASSES) })),
  letter: object(
    {
      greeting: lines(1, 100, '{name}'),
      greetingOfAll: lines(1, 100),
      closing: lines(0, 100),
      office: lines(1, 200),
    },
    { added: object({}, Object.fromEntries(ADDED_TO.map((name) => [name, lines(1, 1000)]))) },
  ),
  retention: object({
    codes: keptDays,
    answers: keptDays,
    links: keptDays,
    messages: keptDays,
    soundings: keptDays,
    applications: keptDays,
    tokens: keptDays,
  }),
  reporting: object(
    {
      lineAmberPercent: percent,
      amberFromPercent: percent,
      budgetGreenPercent: percent,
      budgetAmberPercent: percent,
      seasonalProfile: where(isProfile, 'four whole numbers from 0 to 1000, not all of them 0'),
      confirmedPercent: percent,
      discussionPercent: percent,
    },
    { from: date },
  ),
};

/** Throws BadInput where content is not of the form of its piece; false where no piece has the id. */
export function checkContent(id: string, content: unknown): boolean {
  const shape = (SHAPES as Record<string, Shape | undefined>)[id];
  if (!shape) return false;
  checkShape(shape, content);
  return true;
}

export function checkShape(shape: Shape, content: unknown): void {
  const faults: Fault[] = [];
  shape(content, '', faults);
  if (faults.length > 0) throw new BadInput(faults);
}
