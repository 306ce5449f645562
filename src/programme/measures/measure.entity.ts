import { Check, Column, Entity, PrimaryGeneratedColumn, Unique, VersionColumn } from 'typeorm';
import type { Colour, ColourRule, Counting, Direction } from './colour.js';

/** Where the figures of a measure come from: challenges of kinds that count towards it, days that peers gave, events
 * held, or people. */
export const SOURCES = ['challenges', 'days', 'events', 'by_hand'] as const;
export type Source = (typeof SOURCES)[number];

/** What the board counts in one programme year, and its target. */
@Entity('measures')
@Unique(['year', 'key'])
@Check('measures_source', `source IN ('challenges', 'days', 'events', 'by_hand')`)
@Check('measures_counting', `counting IN ('sum', 'running', 'distinct')`)
@Check('measures_direction', `direction IN ('at_least', 'up_to')`)
@Check('measures_colour_rule', `colour_rule IN ('delivery', 'budget', 'by_hand')`)
@Check(
  'measures_colour',
  `colour IN ('green', 'amber', 'red', 'not_started') AND colour_reason IS NOT NULL OR colour IS NULL AND colour_reason IS NULL`,
)
@Check('measures_numbers', 'target >= 0 AND confirmed >= 0 AND in_discussion >= 0')
export class Measure {
  @PrimaryGeneratedColumn('uuid') id: string;
  /** The programme year by its first calendar year. */
  @Column('smallint') year: number;
  /** The same from year to year; kinds name the measures that they count towards by it. */
  @Column('text') key: string;
  @Column('text') name: string;
  /** Its place in the report, from 1. */
  @Column('smallint') place: number;
  @Column('text') source: Source;
  @Column('text') counting: Counting;
  @Column('text') direction: Direction;
  @Column('integer', { nullable: true }) target: number | null;
  @Column('text') colourRule: ColourRule;
  /** A colour entered by hand, with its reason. */
  @Column('text', { nullable: true }) colour: Colour | null;
  @Column('text', { nullable: true }) colourReason: string | null;
  /** Of a measure by hand: booked and still to come, and in discussion. */
  @Column('integer', { nullable: true }) confirmed: number | null;
  @Column('integer', { nullable: true }) inDiscussion: number | null;
  @Column('text', { default: '' }) comment: string;
  @VersionColumn() version: number;
}
