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
  VersionColumn,
} from 'typeorm';
import { Council } from '../councils/council.entity.js';
import type { KeptPolicy } from '../kinds/kept-policy.js';
import type { CoverageLine, Seat, Window } from '../matching/problem/programme.js';
import type { Contact } from './contacts.js';
import type { DayWaiver } from './day-waivers.js';
import { CHALLENGE_STATES, stepTo, type ChallengeState } from './states.js';

export const CHALLENGE_MODES = ['on_site', 'remote', 'hybrid'] as const;
export type ChallengeMode = (typeof CHALLENGE_MODES)[number];

/** A penalty that a named person waived for a peer. */
export interface Waiver {
  peerId: string;
  term: 'recent' | 'sameRegion' | 'distanceMax';
  by: string;
  reason: string;
}

/** One peer challenge at one host body, through its whole life. */
@Entity('challenges')
@Index(['councilId'])
@Index(['state'])
@Index(['followsId'])
@Index(['lastDay'])
@Unique('challenges_days', ['id', 'firstDay', 'lastDay'])
@Check('challenges_state', `state IN (${CHALLENGE_STATES.map((state) => `'${state}'`).join(', ')})`)
@Index('challenges_partners_idx', { synchronize: false })
@Check('challenges_mode', `mode IN ('on_site', 'remote', 'hybrid')`)
export class Challenge {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Council)
  @JoinColumn()
  council?: Council;
  @Column('uuid') councilId: string;
  /** Other bodies that it is of, with the one that booked it. */
  @Column('uuid', { array: true, default: () => `'{}'` }) partnerIds: string[];
  @Column('text') kind: string;
  @Column('text', { default: 'on_site' }) mode: ChallengeMode;
  @Column('text') state: ChallengeState;
  @Column('text', { default: '' }) focus: string;
  @Column('jsonb', { default: () => `'[]'` }) contacts: Contact[];
  @Column('jsonb') seats: Seat[];
  @Column('jsonb') coverage: CoverageLine[];
  @Column('jsonb') windows: Window[];
  /** Peers whom the adviser does not want asked for this one. */
  @Column('uuid', { array: true, default: () => `'{}'` }) excluded: string[];
  @Column('jsonb', { default: () => `'[]'` }) waived: Waiver[];
  /** Days in a pre-election period that somebody lets stand. */
  @Column('jsonb', { default: () => `'[]'` }) dayWaivers: DayWaiver[];
  /** The agreed window; null until a team is agreed, and where the challenge left its way before its visit. */
  @Column('date', { nullable: true }) firstDay: string | null;
  @Column('date', { nullable: true }) lastDay: string | null;
  /** What it keeps of its kind since it was confirmed; null before. */
  @Column('jsonb', { nullable: true }) policy: KeptPolicy | null;
  /** The seat whose peer leads the team; null where nobody is named for it. */
  @Column('text', { nullable: true }) leadSeat: string | null;
  /** The challenge of which this is a further stay: one body of work with it, so that no rest is needed between them. */
  @ManyToOne(() => Challenge, { nullable: true })
  @JoinColumn()
  stayOf?: Challenge | null;
  @Index('challenges_stay_of_idx')
  @Column('uuid', { nullable: true })
  stayOfId: string | null;
  /** The challenge that this one follows up, or continues. */
  @ManyToOne(() => Challenge, { nullable: true })
  @JoinColumn()
  follows?: Challenge | null;
  @Column('uuid', { nullable: true }) followsId: string | null;
  @VersionColumn() version: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;

  /** The challenge to which every stay of it belongs: itself, or the one that it continues. */
  get familyId(): string {
    return this.stayOfId ?? this.id;
  }

  /** Takes the next step of its life. Throws a 409 where that does not follow. */
  become(state: ChallengeState): void {
    this.state = stepTo(this.state, state);
  }
}
