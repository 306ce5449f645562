import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import type { Actor } from '../people/access.js';

/** One change of a step, a document, a recommendation: who, when, what, why. */
@Entity('follow_up_changes')
@Index(['challengeId'])
@Index(['subject'])
export class FollowUpChange {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  /** Such as `step:report` or `recommendation:…`. */
  @Column('text') subject: string;
  @Column('text') what: string;
  @Column('text', { nullable: true }) reason: string | null;
  @Column('text') actor: string;
  /** When it was written, not when its transaction began: what came first stands first. */
  @CreateDateColumn({ type: 'timestamptz', default: () => 'clock_timestamp()' }) at: Date;
}

/** Adds to the history of a challenge. */
export async function note(
  tx: EntityManager,
  actor: Actor,
  change: Pick<FollowUpChange, 'challengeId' | 'subject' | 'what'> & { reason?: string | null },
): Promise<void> {
  await tx.insert(FollowUpChange, { ...change, reason: change.reason ?? null, actor: actor.id });
}
