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
import { Peer } from '../peers/peer.entity.js';
import type { FeedbackForm } from './feedback-forms.js';

/** One short form about a challenge: asked, and perhaps answered, each question from 1 (poor) to 4 (excellent). */
@Entity('feedback')
@Index('feedback_once', ['challengeId', 'form', 'peerId'], { unique: true, where: 'peer_id IS NOT NULL' })
@Index('feedback_once_council', ['challengeId', 'form'], { unique: true, where: 'peer_id IS NULL' })
@Index(['peerId'])
@Check(
  'feedback_form',
  `form IN ('council', 'impact') AND peer_id IS NULL OR form IN ('peer', 'manager') AND peer_id IS NOT NULL`,
)
export class Feedback {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @Column('text') form: FeedbackForm;
  /** Who answers, with `peer`; who is rated, with `manager`. */
  @ManyToOne(() => Peer, { nullable: true })
  @JoinColumn()
  peer?: Peer | null;
  @Column('uuid', { nullable: true }) peerId: string | null;
  /** By question. */
  @Column('jsonb', { nullable: true }) scores: Record<string, number> | null;
  @Column('text', { nullable: true }) comment: string | null;
  @Column('timestamptz', { nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { nullable: true }) answeredAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
