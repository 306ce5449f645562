import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { Challenge } from './challenge.entity.js';
import type { ChallengeState } from './states.js';

/** One step in the life of a challenge: who, when, why. */
@Entity('challenge_changes')
@Index(['challengeId'])
export class ChallengeChange {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @Column('text', { nullable: true }) from: ChallengeState | null;
  @Column('text') to: ChallengeState;
  @Column('text') actor: string;
  @Column('text') reason: string;
  /** When it was written, not when its transaction began: what came first stands first. */
  @CreateDateColumn({ type: 'timestamptz', default: () => 'clock_timestamp()' }) at: Date;
}
