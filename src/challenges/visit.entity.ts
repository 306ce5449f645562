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
import { Challenge } from './challenge.entity.js';

export const VISIT_TYPES = ['on_site', 'progress_review', 'follow_up', 'check_in'] as const;
export type VisitType = (typeof VISIT_TYPES)[number];

/** A visit of a challenge: the one on site, dated; the progress review, pencilled for about a day until it has dates. */
@Entity('visits')
@Unique(['challengeId', 'type'])
@Check('visits_type', `type IN ('on_site', 'progress_review', 'follow_up', 'check_in')`)
@Check('visits_state', `state IN ('pencilled', 'dated')`)
export class Visit {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @Column('text') type: VisitType;
  @Column('text') state: 'pencilled' | 'dated';
  @Column('date') firstDay: string;
  @Column('date') lastDay: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
