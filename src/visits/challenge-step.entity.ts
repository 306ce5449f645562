import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';

/** What people said of a step of a challenge's clock: done when and where to read it, or moved and why. The rest follows from policy. */
@Entity('challenge_steps')
@Check('challenge_steps_moved', '(moved_to IS NULL) = (move_reason IS NULL)')
export class ChallengeStep {
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @PrimaryColumn('uuid') challengeId: string;
  @PrimaryColumn('text') step: string;
  @Column('date', { nullable: true }) doneOn: string | null;
  @Column('text', { nullable: true }) link: string | null;
  @Column('date', { nullable: true }) movedTo: string | null;
  @Column('text', { nullable: true }) moveReason: string | null;
}
