import { Check, Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { lastDay } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import type { TeamSeats } from '../matching/problem/programme.js';
import type { Term } from '../matching/rules/score.js';
import { TeamRequest } from './team-request.entity.js';

/** Whose consent a team has: the council's by word or by silence, and the second approver's where the kind asks for it. */
export interface Approval {
  by: 'council' | 'second' | 'silence';
  actor: string;
  at: string;
}

/** A ranked, explained team with its window. */
@Entity('proposals')
@Unique(['requestId', 'rank'])
@Index(['challengeId'])
@Index('proposals_one_agreed', ['challengeId'], { unique: true, where: `state = 'agreed'` })
@Check('proposals_state', `state IN ('proposed', 'agreed', 'superseded')`)
export class Proposal {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => TeamRequest)
  @JoinColumn()
  request?: TeamRequest;
  @Column('uuid') requestId: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  /** 1 for the best of a request; edited ones follow after. */
  @Column('smallint') rank: number;
  @Column('integer') score: number;
  @Column('text') windowId: string;
  @Column('date') firstDay: string;
  @Column('smallint') days: number;
  /** Peer ids by seat. */
  @Column('jsonb') seats: TeamSeats;
  @Column('jsonb') terms: Term[];
  @Column('jsonb') reasons: string[];
  @Column('text') state: 'proposed' | 'agreed' | 'superseded';
  @Column('uuid', { nullable: true }) editedFrom: string | null;
  @Column('timestamptz', { nullable: true }) agreedAt: Date | null;
  @Column('timestamptz', { nullable: true }) objectionDeadline: Date | null;
  @Column('jsonb', { default: () => `'[]'` }) approvals: Approval[];
  /** Who is asked next for a seat, by seat; holds nobody's dates. */
  @Column('jsonb', { default: () => `'{}'` }) reserves: TeamSeats;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;

  get lastDay(): string {
    return lastDay(this.firstDay, this.days);
  }

  /** The days on site, both ends included. */
  get onSite(): { firstDay: string; lastDay: string } {
    return { firstDay: this.firstDay, lastDay: this.lastDay };
  }

  /** Whether all consents are given: the council's, by word or silence, and the second approver's where wanted. */
  isApproved(secondWanted: boolean): boolean {
    const has = (by: Approval['by']): boolean => this.approvals.some((approval) => approval.by === by);
    return has('silence') || (has('council') && (!secondWanted || has('second')));
  }
}
