import { Transform } from 'class-transformer';
import { integer, list, object, oneOf, orNull, text, truth, type Shape } from '../matching/files/reader.js';
import { identifier, WEIGHT_SHAPES } from '../reference/content.js';
import { Choice, Flag, Free, Int, Many, Text, Texts } from '../web/fields.js';
import { Says } from '../web/forms.js';
import { PURPOSES, type Clock, type Kind } from './kind.js';
import { COVERAGE, CoverageView, SEATS, SeatView } from './seats.js';

/** How a field stands on the page of a kind; a field without it is not changed there. */
export interface FormField {
  /** What stands beside it, and what the page says of a wrong answer. */
  label: string;
  /** How it is typed: a short number, a line of text, a tick with its own sentence, one entry a line, keys with commas. */
  as: 'number' | 'line' | 'tick' | 'lines' | 'keys' | 'coverage' | 'weights';
  /** The sentence beside a tick, or below a label. */
  hint?: string;
  /** How it comes from the form. */
  rules: PropertyDecorator[];
}

/** One part of a kind: what may be stored in it, how the API describes it, how the page asks for it. */
export interface KindField {
  shape: Shape;
  api: PropertyDecorator;
  form?: FormField;
}

/** Steps of the clock by their keys: as people say them, and what may be stored. */
export const CLOCK_FIELDS: Record<keyof Clock, { label: string; shape: Shape }> = {
  scopeMonthsBefore: step('Scope, months before (empty: none)', 120),
  papersDaysBefore: always('Papers, days before', 365),
  teamCallDaysBefore: always('Team call, days before', 365),
  draftReportDays: step('Draft report, days after (empty: none)', 365),
  accuracyDays: step('Answer on its accuracy, days after the draft (empty: none)', 365),
  reportMonths: always('Report, months after', 60),
  actionPlanMonths: step('Action plan, months after (empty: none)', 120),
  checkInMonths: step('Check-in without a visit, months after (empty: none)', 120),
  impactMonths: step('Question what it changed, months after (empty: none)', 120),
  progressReviewMonths: step('Progress review, months after (empty: none)', 120),
  reviewReportMonths: step('Report of the review, months after (empty: none)', 120),
  nextWithinMonths: step('Next one within months (empty: no cycle)', 120),
};

/** Everything a kind is made of: from here come the check of what is stored, the description in the API, and the page. */
export const KIND_FIELDS: Record<keyof Required<Kind>, KindField> = {
  name: {
    shape: text,
    api: Text(),
    form: { label: 'Name', as: 'line', rules: [Says('Enter the name'), Text({ max: 100 })] },
  },
  purpose: {
    shape: oneOf(PURPOSES),
    api: Choice(PURPOSES, {
      description: 'A challenge of its own, a further stay of one, or what follows one',
    }),
  },
  days: whole('Days on site, usually', 'days', [1, 5]),
  daysMin: whole('At least', 'days', [1, 5]),
  daysMax: whole('At most', 'days', [1, 5]),
  secondApproval: tick('Approval', 'A second approval by the opposition'),
  preElectionRefuses: tick('Pre-election periods', 'Refuse a visit, rather than warn'),
  accreditation: tick('Accreditation', 'Peers must be accredited for this kind'),
  coreQuestions: {
    shape: list(text),
    api: Texts(),
    form: {
      label: 'Questions that are always asked, one a line',
      as: 'lines',
      rules: [Text({ optional: true, max: 5000 })],
    },
  },
  seats: { shape: SEATS, api: Many(() => SeatView) },
  coverage: {
    shape: COVERAGE,
    api: Many(() => CoverageView),
    form: {
      label: 'Skills that the team covers together, one a line',
      as: 'coverage',
      hint: 'The skill, the level from 1 to 5 and by how many peers: finance, level 3, 2 peers',
      rules: [Text({ optional: true, max: 1000 })],
    },
  },
  clock: { shape: object(shapesOf(CLOCK_FIELDS)), api: Free() },
  weights: {
    shape: object({}, WEIGHT_SHAPES),
    api: Free(),
    form: {
      label: 'Weights of the score that differ from the usual ones, one a line',
      as: 'weights',
      hint: `Like: sameRegion 40. There are: ${Object.keys(WEIGHT_SHAPES).join(', ')}`,
      rules: [Text({ optional: true, max: 2000 })],
    },
  },
  measures: {
    shape: list(identifier, 20),
    api: Texts({ description: 'Keys of the measures that a visit counts towards' }),
    form: {
      label: 'Measures that it counts towards',
      as: 'keys',
      hint: 'Their keys, such as: challenges, councils',
      rules: [Text({ optional: true, max: 500 })],
    },
  },
  objectionWorkingDays: whole('Working days in which the council may object', 'working days', [1, 60]),
  invitationDays: whole('Days in which a peer answers', 'days', [1, 90]),
  retired: {
    shape: truth,
    api: Flag({ optional: true, description: 'Not offered for new challenges any more' }),
    form: {
      label: 'Retired',
      as: 'tick',
      hint: 'Not offered for new challenges any more; those there are go on',
      rules: [Choice(['yes'], { optional: true })],
    },
  },
};

/** The form of a kind as it is stored. */
const { retired, ...needed } = shapesOf(KIND_FIELDS);
export const KIND_SHAPE = object(needed, { retired });

/** Gives the fields of a class their decorators, as if they had been written there. */
export function describe(target: object, decorators: Record<string, PropertyDecorator[]>): void {
  for (const [name, list] of Object.entries(decorators)) for (const decorate of list) decorate(target, name);
}

/** A whole number of 0 or more that may be left out. */
function step(label: string, most: number): { label: string; shape: Shape } {
  return { label, shape: orNull(integer(0, most)) };
}

function always(label: string, most: number): { label: string; shape: Shape } {
  return { label, shape: integer(0, most) };
}

function whole(label: string, what: string, [min, max]: [number, number]): KindField {
  const says = Says(`Enter ${what} from ${String(min)} to ${String(max)}`);
  const rules = [says, Transform(({ value }) => Number(value)), Int({ min, max })];
  return { shape: integer(min, max), api: Int({ min, max }), form: { label, as: 'number', rules } };
}

function tick(label: string, hint: string): KindField {
  const rules = [Choice(['yes'], { optional: true })];
  return { shape: truth, api: Flag(), form: { label, as: 'tick', hint, rules } };
}

function shapesOf<Key extends string>(fields: Record<Key, { shape: Shape }>): Record<Key, Shape> {
  return Object.fromEntries(
    Object.entries<{ shape: Shape }>(fields).map(([key, { shape }]) => [key, shape]),
  ) as Record<Key, Shape>;
}
