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
import { nextState, type NextStates } from '../web/states.js';
import { Council } from '../councils/council.entity.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { Proposal } from './proposal.entity.js';

export const OBJECTION_STATES = ['open', 'upheld', 'dismissed'] as const;
export type ObjectionState = (typeof OBJECTION_STATES)[number];

/** What may follow what. */
const NEXT: NextStates<ObjectionState> = { open: ['upheld', 'dismissed'], upheld: [], dismissed: [] };

/** A council's objection to one member of its proposed team, in writing, with a reason. */
@Entity('objections')
@Index(['challengeId'])
@Check('objections_state', `state IN ('open', 'upheld', 'dismissed')`)
export class Objection {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @ManyToOne(() => Proposal)
  @JoinColumn()
  proposal?: Proposal;
  @Column('uuid') proposalId: string;
  @Column('text') seat: string;
  /** Which body of a joint challenge it is of; null of a challenge of one, and where staff wrote it down. */
  @ManyToOne(() => Council, { nullable: true })
  @JoinColumn()
  council?: Council | null;
  @Column('uuid', { nullable: true }) councilId: string | null;
  @Column('text') reason: string;
  @Column('text') actor: string;
  @Column('text') state: ObjectionState;
  @Column('text', { nullable: true }) answer: string | null;
  @Column('timestamptz', { nullable: true }) decidedAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;

  /** The adviser decides on it, once. Throws a 409 the second time. */
  decide(state: 'upheld' | 'dismissed', answer: string, at: Date): void {
    this.state = nextState('The objection', NEXT, this.state, state);
    this.answer = answer;
    this.decidedAt = at;
  }
}
