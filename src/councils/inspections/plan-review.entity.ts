import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import { Inspection } from '../inspection.entity.js';
import { Support } from '../support.entity.js';

/** A review of the plan that a council made after an inspection: what it found, and whether support came of that. */
@Entity('plan_reviews')
@Unique(['inspectionId', 'reviewedOn'])
@Check('plan_reviews_one_answer', 'support_id IS NULL OR no_support IS NULL')
export class PlanReview {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Inspection)
  @JoinColumn()
  inspection?: Inspection;
  @Column('uuid') inspectionId: string;
  @Column('date') reviewedOn: string;
  @Column('text') finding: string;
  @Column('text', { default: '' }) note: string;
  /** By the policy of the day: no further review follows. */
  @Column('boolean') ends: boolean;
  /** By the policy of the day: the type of support that the finding leads to. */
  @Column('text', { nullable: true }) leadsTo: string | null;
  @ManyToOne(() => Support, { onDelete: 'SET NULL' })
  @JoinColumn()
  support?: Support;
  /** The support that came of it. */
  @Column('uuid', { nullable: true }) supportId: string | null;
  /** Why none came of it, where none was needed. */
  @Column('text', { nullable: true }) noSupport: string | null;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
