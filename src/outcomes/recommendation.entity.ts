import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
  VersionColumn,
} from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';

export const MOST_RECOMMENDATIONS = 40;

export const RECOMMENDATION_ANSWERS = ['accepted', 'partly', 'rejected'] as const;
export type RecommendationAnswer = (typeof RECOMMENDATION_ANSWERS)[number];
export const ANSWER_NAMES: Record<RecommendationAnswer, string> = {
  accepted: 'Accepted',
  partly: 'Partly accepted',
  rejected: 'Rejected',
};

export const PROGRESS_STATES = ['not_started', 'under_way', 'done', 'stopped'] as const;
export type ProgressState = (typeof PROGRESS_STATES)[number];
/** What a council has done with a recommendation, or will not do. */
export const SETTLED: readonly ProgressState[] = ['done', 'stopped'];

export const PROGRESS_NAMES: Record<ProgressState, string> = {
  not_started: 'Not started',
  under_way: 'Under way',
  done: 'Done',
  stopped: 'Stopped',
};

/** What a team recommends, what the council makes of it, and what the reviewers found. */
@Entity('recommendations')
@Unique(['challengeId', 'number'])
@Check('recommendations_number', 'number BETWEEN 1 AND 40')
@Check('recommendations_answer', `answer IN ('accepted', 'partly', 'rejected')`)
@Check('recommendations_reason', `answer IS DISTINCT FROM 'rejected' OR answer_reason IS NOT NULL`)
@Check('recommendations_council_state', `council_state IN ('not_started', 'under_way', 'done', 'stopped')`)
@Check('recommendations_review_state', `review_state IN ('not_started', 'under_way', 'done', 'stopped')`)
export class Recommendation {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  /** 1 to 40. */
  @Column('smallint') number: number;
  @Column('text') text: string;
  @Column('text', { nullable: true }) answer: RecommendationAnswer | null;
  @Column('text', { nullable: true }) answerReason: string | null;
  /** Who of the council sees to it: a post, not a name. */
  @Column('text', { nullable: true }) owner: string | null;
  @Column('date', { nullable: true }) due: string | null;
  @Column('text', { default: 'not_started' }) councilState: ProgressState;
  @Column('text', { nullable: true }) reviewState: ProgressState | null;
  /** A link, or where to find it. */
  @Column('text', { nullable: true }) evidence: string | null;
  /** When the council was asked to answer it; before that, only staff see it. */
  @Column('timestamptz', { nullable: true }) sentAt: Date | null;
  @VersionColumn() version: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
