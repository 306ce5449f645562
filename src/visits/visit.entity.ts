import { Check, Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';

/** A visit of a challenge: the one on site, dated; the progress review, pencilled for about a day until it has dates. */
@Entity('visits')
@Unique(['challengeId', 'type'])
@Check('visits_type', `type IN ('on_site', 'progress_review')`)
@Check('visits_state', `state IN ('pencilled', 'dated')`)
export class Visit {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @Column('text') type: 'on_site' | 'progress_review';
  @Column('text') state: 'pencilled' | 'dated';
  @Column('date') firstDay: string;
  @Column('date') lastDay: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
