import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { PlanAnswer } from '../../matching/files/plan-answer.js';
import {
  isWaiting,
  NEXT_OF_REQUEST,
  REQUEST_STATES,
  type RequestState,
} from '../../proposals/request-states.js';
import { nextState } from '../../web/states.js';

/** A question to the matching engine about a whole programme year, how far its answer is, and the plan when there is one. */
@Entity('plan_requests')
@Index(['year'])
@Index('plan_requests_one_live', ['year'], { unique: true, where: `state IN ('queued', 'running')` })
@Check('plan_requests_state', `state IN (${REQUEST_STATES.map((state) => `'${state}'`).join(', ')})`)
export class PlanRequest {
  @PrimaryGeneratedColumn('uuid') id: string;
  /** The programme year by its first calendar year. */
  @Column('smallint') year: number;
  /** The challenges to plan. */
  @Column('uuid', { array: true }) challengeIds: string[];
  /** The search ends when no plan can be better by more than this share. */
  @Column('double precision') gap: number;
  /** Seconds. */
  @Column('integer') timeLimit: number;
  @Column('text') state: RequestState;
  /** What it is doing, in words. */
  @Column('text') phase: string;
  /** The worth of the best plan so far, and what no plan can exceed. */
  @Column('integer', { nullable: true }) score: number | null;
  @Column('integer', { nullable: true }) bound: number | null;
  /** By ids of challenges, windows, seats and peers. */
  @Column('json', { nullable: true }) plan: PlanAnswer | null;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;

  get isWaiting(): boolean {
    return isWaiting(this.state);
  }

  /** A worker is at it; `phase` says with what. */
  run(phase: string): void {
    this.state = nextState('The request', NEXT_OF_REQUEST, this.state, 'running');
    this.phase = phase;
  }

  /** It has ended, with a plan or without. Throws a 409 where it has ended before. */
  end(state: 'done' | 'failed' | 'cancelled', phase: string, at: Date): void {
    this.state = nextState('The request', NEXT_OF_REQUEST, this.state, state);
    this.phase = phase;
    this.finishedAt = at;
  }
}
