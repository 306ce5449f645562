import {
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

/** Something that an adviser noted of a council, in confidence: never a score, never ranked. */
@Entity('signals')
@Index(['councilId'])
export class Signal {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Council)
  @JoinColumn()
  council?: Council;
  @Column('uuid') councilId: string;
  @Column('text') type: string;
  @Column('date') observedOn: string;
  /** Where it is known from; names nobody. */
  @Column('text') source: string;
  @Column('text', { nullable: true }) supportOffered: string | null;
  @Column('text', { nullable: true }) outcome: string | null;
  @Column('text') actor: string;
  @VersionColumn() version: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
