import { Check, Column, Entity, PrimaryGeneratedColumn, Unique, VersionColumn } from 'typeorm';
import { decimal } from '../../database/decimal.js';
import type { Colour } from '../measures/colour.js';

export const BUDGET_KINDS = ['income', 'expenditure'] as const;
export type BudgetKind = (typeof BUDGET_KINDS)[number];

/** A line of a programme year's budget, in thousands of pounds. */
@Entity('budget_lines')
@Unique(['year', 'key'])
@Check('budget_lines_kind', `kind IN ('income', 'expenditure')`)
@Check(
  'budget_lines_colour',
  `colour IN ('green', 'amber', 'red', 'not_started') AND (colour IS NULL) = (colour_reason IS NULL)`,
)
export class BudgetLine {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('smallint') year: number;
  @Column('text') key: string;
  @Column('text') name: string;
  @Column('text') kind: BudgetKind;
  /** Its place in the annex, from 1. */
  @Column('smallint') place: number;
  /** Of the whole year; below nought where a line gives back. */
  @Column({ ...decimal, nullable: false }) budget: number;
  /** A colour entered by hand, with its reason. */
  @Column('text', { nullable: true }) colour: Colour | null;
  @Column('text', { nullable: true }) colourReason: string | null;
  @Column('text', { default: '' }) comment: string;
  @VersionColumn() version: number;
}
