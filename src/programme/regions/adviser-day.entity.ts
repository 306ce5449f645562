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
import { Council } from '../../councils/council.entity.js';
import { decimal } from '../../database/decimal.js';
import { RegionPerson } from './region-person.entity.js';

/** Days that an improvement adviser gave, at a council or for the whole region. */
@Entity('adviser_days')
@Index(['personId'])
@Index(['councilId'])
@Check('adviser_days_days', 'days > 0')
export class AdviserDay {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => RegionPerson)
  @JoinColumn()
  person?: RegionPerson;
  @Column('uuid') personId: string;
  @Column('date') day: string;
  /** In halves of a day. */
  @Column({ ...decimal, nullable: false }) days: number;
  @ManyToOne(() => Council)
  @JoinColumn()
  council?: Council;
  @Column('uuid', { nullable: true }) councilId: string | null;
  @Column('text') what: string;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
