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
import { Challenge } from '../challenges/challenge.entity.js';

/** One session of the timetable on site. Times are those of clocks in London, HH:MM. */
@Entity('visit_sessions')
@Index(['challengeId'])
@Check(
  'visit_sessions_times',
  `starts ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' AND ends ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' AND starts < ends`,
)
export class VisitSession {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @Column('date') day: string;
  @Column('text') starts: string;
  @Column('text') ends: string;
  @Column('text') title: string;
  /** Whom the team meets. */
  @Column('text', { default: '' }) people: string;
  @Column('text', { default: '' }) room: string;
  /** Who of the team is there; nobody named means all. */
  @Column('text', { array: true, default: () => `'{}'` }) seats: string[];
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
