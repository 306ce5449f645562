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
import { Measure } from './measure.entity.js';

/** A figure of one quarter as somebody entered it; the last one holds, those before stay as its history. */
@Entity('measure_figures')
@Index(['measureId'])
@Check('measure_figures_quarter', 'quarter BETWEEN 1 AND 4')
@Check('measure_figures_value', 'NOT (not_applicable AND value IS NOT NULL)')
export class MeasureFigure {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: string;
  @ManyToOne(() => Measure)
  @JoinColumn()
  measure?: Measure;
  @Column('uuid') measureId: string;
  @Column('smallint') quarter: 1 | 2 | 3 | 4;
  /** Null where the quarter has no figure, or was taken back. */
  @Column(decimal) value: number | null;
  @Column('boolean', { default: false }) notApplicable: boolean;
  /** Codes of the councils counted, where each counts once in the year. */
  @Column('text', { array: true, default: () => `'{}'` }) councils: string[];
  @Column('text') comment: string;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}
