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

/** A seat, or a review to come, whose peer's position, council or group has changed: the adviser decides whether they stay. */
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
  @ManyToOne(() => PeerChange)
  @JoinColumn()
  change?: PeerChange;
  @Column('uuid') changeId: string;
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
