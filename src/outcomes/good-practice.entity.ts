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

/** Something good that a team saw at a council; shared with others once the council consents. */
@Entity('good_practice')
@Index(['challengeId'])
@Check('good_practice_consent', '(consent_by IS NULL) = (consent_on IS NULL)')
export class GoodPractice {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @Column('text') title: string;
  @Column('text') what: string;
  /** What it is about, by its id in policy. */
  @Column('text', { nullable: true }) theme: string | null;
  /** Which post of the council consented to sharing it. */
  @Column('text', { nullable: true }) consentBy: string | null;
  @Column('date', { nullable: true }) consentOn: string | null;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
