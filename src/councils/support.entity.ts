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

/** Support of a council other than a challenge: mentoring, at a change of control, of the top team, direct. */
@Entity('supports')
@Index('supports_once', ['councilId', 'type', 'firstDay'], { unique: true })
@Check('supports_days', 'last_day >= first_day')
export class Support {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Council)
  @JoinColumn()
  council?: Council;
  @Column('uuid') councilId: string;
  @Column('text') type: string;
  @Column('date') firstDay: string;
  /** Null while it goes on. */
  @Column('date', { nullable: true }) lastDay: string | null;
  /** What gave rise to it: the council asked, an inspection, what a review found. */
  @Column('text') cause: string;
  @Column('text', { default: '' }) note: string;
  @Column('text') actor: string;
  @VersionColumn() version: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
