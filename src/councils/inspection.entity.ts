import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  VersionColumn,
} from 'typeorm';
import { Council } from './council.entity.js';

/** An inspection of a council under a framework: held, with its judgement and what follows; or not yet held, with the day by which it is expected. */
@Entity('inspections')
// Once for each framework and day, and once while it is awaited: over an expression that decorators cannot say.
@Index('inspections_once', { synchronize: false })
@Check('inspections_judged', 'inspected_on IS NOT NULL OR judgement IS NULL')
@Check(
  'inspections_plan_received',
  'plan_received IS NULL OR inspected_on IS NOT NULL AND plan_received >= inspected_on',
)
export class Inspection {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Council)
  @JoinColumn()
  council?: Council;
  @Column('uuid') councilId: string;
  @Column('text') framework: string;
  @Column('date', { nullable: true }) inspectedOn: string | null;
  @Column('text', { nullable: true }) judgement: string | null;
  /** As far as the inspectorate's own clock says. */
  @Column('date', { nullable: true }) expectedBy: string | null;
  /** When the council's plan is due, and the inspectorate looks again: by the framework, unless said otherwise. */
  @Column('date', { nullable: true }) planDue: string | null;
  /** When the plan came; null while it has not, or nobody said. */
  @Column('date', { nullable: true }) planReceived: string | null;
  @Column('date', { nullable: true }) reviewDue: string | null;
  @Column('text') actor: string;
  @VersionColumn() version: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
