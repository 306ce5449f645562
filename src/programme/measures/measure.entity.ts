import { Check, Column, Entity, PrimaryGeneratedColumn, Unique, VersionColumn } from 'typeorm';
import { decimal } from '../../database/decimal.js';
import type { Colour, ColourRule, Counting, Direction, Progress } from './colour.js';
import type { Unit } from './units.js';

/** Where the figures of a measure come from: what this service holds, or people. */
export const SOURCES = [
  ...(['challenges', 'follow_ups', 'days', 'events', 'attendance', 'evaluations'] as const),
  ...(['support', 'take_up', 'feedback', 'impact'] as const),
  ...(['recommendations', 'inspections', 'offers', 'offers_accepted', 'by_hand'] as const),
] as const;
export type Source = (typeof SOURCES)[number];

/** What the board counts in one programme year, and its target. */
@Entity('measures')
@Unique(['year', 'key'])
@Check(
  'measures_source',
  `source IN ('challenges', 'follow_ups', 'days', 'events', 'attendance', 'evaluations', 'support', 'take_up',
          'feedback', 'impact', 'recommendations', 'inspections', 'offers', 'offers_accepted', 'by_hand')`,
)
@Check('measures_counting', `counting IN ('sum', 'running', 'distinct', 'average')`)
@Check('measures_direction', `direction IN ('at_least', 'up_to', 'aim')`)
@Check(
  'measures_colour_rule',
  `colour_rule IN ('delivery', 'line', 'season', 'forecast', 'income', 'spending', 'budget', 'by_hand')`,
)
@Check(
  'measures_colour',
  `colour IN ('green', 'amber', 'red', 'not_started') AND colour_reason IS NOT NULL OR colour IS NULL AND colour_reason IS NULL`,
)
@Check('measures_numbers', 'confirmed >= 0 AND in_discussion >= 0 AND together >= 0')
@Check('measures_together', 'together IS NULL OR confirmed IS NULL AND in_discussion IS NULL')
@Check(
  'measures_unit',
  `unit IN ('number', 'pounds', 'thousand_pounds', 'million_pounds', 'per_cent') AND decimals BETWEEN 0 AND 2`,
)
@Check('measures_progress', `progress IN ('not_started', 'under_way', 'done')`)
@Check('measures_part', 'part_of <> key')
@Check('measures_ahead_quarter', 'ahead_quarter BETWEEN 1 AND 4')
export class Measure {
  @PrimaryGeneratedColumn('uuid') id: string;
  /** The programme year by its first calendar year. */
  @Column('smallint') year: number;
  /** The same from year to year; kinds name the measures that they count towards by it. */
  @Column('text') key: string;
  /** The heading of the report that it stands under; themes stand in the order of their first measures. */
  @Column('text', { default: '' }) theme: string;
  @Column('text') name: string;
  /** The target as it was agreed, in full. */
  @Column('text', { default: '' }) wording: string;
  /** The key of the measure in whose row it is the second target; null in a row of its own. */
  @Column('text', { nullable: true }) partOf: string | null;
  /** Its place in the report, from 1. */
  @Column('smallint') place: number;
  @Column('text') source: Source;
  /** Which of its source are counted: a type of support, a framework, a kind, a form, a type of event; null for all. */
  @Column('text', { nullable: true }) which: string | null;
  @Column('text') counting: Counting;
  @Column('text') direction: Direction;
  @Column('text', { default: 'number' }) unit: Unit;
  /** How many decimals are printed, 0 to 2. */
  @Column('smallint', { default: 0 }) decimals: number;
  @Column(decimal) target: number | null;
  /** A target in words, such as "by December", and how far it has come. */
  @Column('text', { default: '' }) targetWords: string;
  @Column('text', { nullable: true }) progress: Progress | null;
  @Column('text') colourRule: ColourRule;
  /** A colour entered by hand, with its reason. */
  @Column('text', { nullable: true }) colour: Colour | null;
  @Column('text', { nullable: true }) colourReason: string | null;
  /** Of a measure by hand: booked and still to come, and in discussion; or both as one figure. */
  @Column(decimal) confirmed: number | null;
  @Column(decimal) inDiscussion: number | null;
  @Column(decimal) together: number | null;
  /** At the end of which quarter that was so: it counts until a later quarter has a figure. */
  @Column('smallint', { nullable: true }) aheadQuarter: 1 | 2 | 3 | 4 | null;
  @Column('text', { default: '' }) comment: string;
  /** From this day on no report shows it; null while reports do. */
  @Column('date', { nullable: true }) endedOn: string | null;
  @VersionColumn() version: number;
}
