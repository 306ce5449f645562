import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { Council } from './council.entity.js';

/** A change of control of a council, recorded once: the council has what holds now, this what was before. */
@Entity('control_changes')
@Index(['councilId'])
export class ControlChange {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Council)
  @JoinColumn()
  council?: Council;
  @Column('uuid') councilId: string;
  @Column('date') asOf: string;
  @Column('text', { nullable: true }) controlBefore: string | null;
  @Column('text', { nullable: true }) leadingGroupBefore: string | null;
  @Column('text', { nullable: true }) control: string | null;
  @Column('text', { nullable: true }) leadingGroup: string | null;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}
