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
import { nextState } from '../web/states.js';
import { isWaiting, NEXT_OF_REQUEST, type RequestState } from './request-states.js';
import { Challenge } from '../challenges/challenge.entity.js';
import type { Blocked } from '../matching/reasons/reason.js';
import type { TeamSeats } from '../matching/problem/programme.js';

/** What a request holds fixed: a window, seats by id, or both. */
export interface RequestPins {
  window?: string;
  seats: TeamSeats;
}

/** A question to the matching engine, and how far its answer is. At most one of a challenge waits or runs. */
@Entity('team_requests')
@Index(['challengeId'])
@Index('team_requests_one_live', ['challengeId'], { unique: true, where: `state IN ('queued', 'running')` })
@Check('team_requests_state', `state IN ('queued', 'running', 'done', 'failed', 'cancelled')`)
@Check('team_requests_cause', `cause IN ('request', 'repair', 'plan')`)
export class TeamRequest {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  /** `repair` keeps the people who stay. */
  @Column('text') cause: 'request' | 'repair' | 'plan';
  @Column('jsonb') pins: RequestPins;
  /** Peers not to be proposed again: those who declined. */
  @Column('uuid', { array: true, default: () => `'{}'` }) without: string[];
  @Column('text') state: RequestState;
  /** What it is doing, in words. */
  @Column('text') phase: string;
  @Column('jsonb', { default: () => `'[]'` }) blocked: Blocked[];
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;

  get isWaiting(): boolean {
    return isWaiting(this.state);
  }

  /** A worker is at it; `phase` says with what. */
  run(phase: string): void {
    this.become('running', phase, null);
  }

  /** It has ended, with an answer or without. Throws a 409 where it has ended before. */
  end(state: 'done' | 'failed' | 'cancelled', phase: string, at: Date): void {
    this.become(state, phase, at);
  }

  private become(state: RequestState, phase: string, finishedAt: Date | null): void {
    this.state = nextState('The request', NEXT_OF_REQUEST, this.state, state);
    this.phase = phase;
    this.finishedAt = finishedAt;
  }
}
