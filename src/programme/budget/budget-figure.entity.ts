import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { decimal } from '../../database/decimal.js';
import { BudgetLine } from './budget-line.entity.js';

/** What was said of a line at the end of a quarter; the last one holds, those before stay as its history. */
@Entity('budget_figures')
@Index(['lineId'])
@Check('budget_figures_quarter', 'quarter BETWEEN 1 AND 4')
export class BudgetFigure {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: string;
  @ManyToOne(() => BudgetLine)
  @JoinColumn()
  line?: BudgetLine;
  @Column('uuid') lineId: string;
  @Column('smallint') quarter: 1 | 2 | 3 | 4;
  /** What was to come in or go out by then, and did. */
  @Column(decimal) budgetToDate: number | null;
  @Column(decimal) actualToDate: number | null;
  /** Of the whole year. */
  @Column(decimal) forecast: number | null;
  @Column('text') comment: string;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}
