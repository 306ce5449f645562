import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  VersionColumn,
  JoinColumn,
  ManyToOne,
} from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import type { TeamSeats } from '../matching/problem/programme.js';
import type { Approval } from '../proposals/consents.js';
import { nextState, type NextStates } from '../web/states.js';

export const CHAIN_STATES = ['found', 'asked', 'done', 'refused', 'past'] as const;
/** Found by the engine; put to the councils; carried out; refused by one of them; overtaken by something else, or by time. */
export type ChainState = (typeof CHAIN_STATES)[number];

/** What may follow what. */
export const NEXT_OF_CHAIN: NextStates<ChainState> = {
  found: ['asked', 'past'],
  asked: ['done', 'refused', 'past'],
  done: [],
  refused: [],
  past: [],
};

/** One challenge of a chain: the team that it would have, in place of the one that is agreed, on the same days. */
export interface Link {
  challengeId: string;
  /** The agreed team that it takes the place of, on these days. */
  proposalId: string;
  firstDay: CivilDate;
  lastDay: CivilDate;
  before: TeamSeats;
  seats: TeamSeats;
  /** Who has said yes for its council. */
  approvals: Approval[];
}

/** People who would move between teams so that a seat is filled that nobody else is left for. Agreed by all councils, or by none. */
@Entity('chains')
@Index('chains_one_live', ['challengeId'], { unique: true, where: `state IN ('found', 'asked')` })
@Check('chains_state', `state IN ('found', 'asked', 'done', 'refused', 'past')`)
@Check('chains_asked', `state <> 'asked' OR asked_by IS NOT NULL AND answer_by IS NOT NULL`)
export class Chain {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  /** Where the seat is empty. */
  @Column('uuid') challengeId: string;
  @Column('text') state: ChainState;
  /** Where the seat is empty first. */
  @Column('jsonb') links: Link[];
  /** Those who told the adviser that they would move, by id. */
  @Column('uuid', { array: true, default: () => `'{}'` }) willing: string[];
  /** The adviser who put it to the councils. */
  @Column('text', { nullable: true }) askedBy: string | null;
  /** The instant until which every council has to have said yes. */
  @Column('timestamptz', { nullable: true }) answerBy: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @VersionColumn() version: number;

  /** The councils are asked. Throws a 409 where they were, or it has ended. */
  ask(by: string, willing: string[], answerBy: Date): void {
    this.become('asked');
    Object.assign(this, { askedBy: by, willing, answerBy });
  }

  /** It has ended. Throws a 409 where it had before. */
  end(state: 'done' | 'refused' | 'past'): void {
    this.become(state);
  }

  get isLive(): boolean {
    return this.state === 'found' || this.state === 'asked';
  }

  private become(state: ChainState): void {
    this.state = nextState('The chain', NEXT_OF_CHAIN, this.state, state);
  }
}
