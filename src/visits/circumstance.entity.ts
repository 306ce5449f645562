import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import { nextState, type NextStates } from '../web/states.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { PeerChange } from '../peers/peer-change.entity.js';
import { Peer } from '../peers/peer.entity.js';

export type CircumstanceState = 'open' | 'kept' | 'replaced';

/** What may follow what. */
const NEXT: NextStates<CircumstanceState> = { open: ['kept', 'replaced'], kept: [], replaced: [] };

/** A seat, or a review to come, against whose peer something may stand by now: the adviser decides whether they stay. */
@Entity('circumstances')
@Unique(['challengeId', 'seat', 'changeId'])
@Index(['peerId'])
@Check('circumstances_visit', `visit IN ('on_site', 'progress_review')`)
@Check('circumstances_state', `state IN ('open', 'kept', 'replaced')`)
export class Circumstance {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @ManyToOne(() => Peer)
  @JoinColumn()
  peer?: Peer;
  @Column('uuid') peerId: string;
  /** The change of the peer that brought it; null where something else did, or time. */
  @ManyToOne(() => PeerChange, { nullable: true })
  @JoinColumn()
  change?: PeerChange | null;
  @Column('uuid', { nullable: true }) changeId: string | null;
  /** What stood against the peer when it was found, and when the adviser decided to keep them. */
  @Column('text', { array: true, default: () => `'{}'` }) bars: string[];
  @Column('text') seat: string;
  @Column('text') visit: 'on_site' | 'progress_review';
  @Column('text', { default: 'open' }) state: CircumstanceState;
  @Column('text', { nullable: true }) reason: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;

  /** The adviser decides whether the peer stays. Throws a 409 where that was decided otherwise. */
  settle(state: 'kept' | 'replaced', reason: string): void {
    this.state = nextState('The change of circumstances', NEXT, this.state, state);
    this.reason = reason;
  }
}
