import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  VersionColumn,
  VirtualColumn,
} from 'typeorm';
import { Council } from '../councils/council.entity.js';
import type { PeerClass, SkillLevels } from '../matching/problem/programme.js';
import { nextState, type NextStates } from '../web/states.js';
import type { Availability } from './availability.js';

export const PEER_STATES = ['active', 'paused', 'retired'] as const;
export type PeerState = (typeof PEER_STATES)[number];

/** What may follow what. */
const NEXT: NextStates<PeerState> = {
  active: ['paused', 'retired'],
  paused: ['active', 'retired'],
  retired: [],
};

export const CONFLICT_TYPES = [
  'employment',
  'contract',
  'candidacy',
  'family or friendship',
  'other',
] as const;

/** A link with a council that bars the peer from it; for ever, or to a last day. */
export interface PeerConflict {
  councilId: string;
  type: (typeof CONFLICT_TYPES)[number];
  until: string | null;
}

/**
 * Another body that the peer works for or sits on, besides the first, or did: a councillor of district and county, an officer whom two
 * councils share, a former employer.
 */
export interface PeerHome {
  councilId: string;
  from: string | null;
  /** The last day; null while it goes on. */
  to: string | null;
}

export interface Accreditation {
  kind: string;
  /** The last day on which it holds; null without an end. */
  expiresOn: string | null;
}

export const NEEDS = ['travel', 'access', 'diet', 'caring'] as const;
/** In the peer's own words. */
export type PeerNeeds = Partial<Record<(typeof NEEDS)[number], string>>;

@Entity('peers')
@Index(['councilId'])
@Index('peers_email_idx', { synchronize: false })
@Check('peers_class', `class IN ('member', 'officer', 'other')`)
@Check('peers_state', `state IN ('active', 'paused', 'retired')`)
@Check('peers_party_of_members', `party IS NULL OR class = 'member'`)
@Check(
  'peers_counts',
  'reviews >= 0 AND rating BETWEEN 0 AND 10 AND max_challenges >= 0 AND max_days >= 0 AND rest_days >= 0',
)
export class Peer {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('text') name: string;
  @Column('text', { nullable: true }) email: string | null;
  @Column('text', { nullable: true }) phone: string | null;
  @Column('text') class: PeerClass;
  /** Made public by councillors themselves; held for nobody else. */
  @Column('text', { nullable: true }) party: string | null;
  @ManyToOne(() => Council, { nullable: true })
  @JoinColumn()
  council?: Council | null;
  @Column('uuid', { nullable: true }) councilId: string | null;
  @Column('jsonb', { default: () => `'[]'` }) homes: PeerHome[];
  @Column('text', { nullable: true }) organisation: string | null;
  @Column('text', { array: true, default: () => `'{}'` }) positions: string[];
  /** Levels by skill. */
  @Column('jsonb', { default: () => `'{}'` }) skills: SkillLevels;
  @Column('jsonb', { default: () => `'[]'` }) accreditations: Accreditation[];
  @Column('jsonb', { default: () => `'[]'` }) conflicts: PeerConflict[];
  @Column('jsonb') availability: Availability;
  @Column('text', { array: true, default: () => `'{}'` }) refusedRegions: string[];
  /** The last day for which the employer releases the peer; null without an end. */
  @Column('date', { nullable: true }) releasedUntil: string | null;
  /** Challenges served before this service counted. */
  @Column('integer', { default: 0 }) reviews: number;
  /** Challenges served in here since; worked out whenever the peer is read. */
  @VirtualColumn({
    type: 'integer',
    query: (peer) => `SELECT coalesce((SELECT s.served FROM peer_served s WHERE s.peer_id = ${peer}.id), 0)`,
  })
  served: number;
  @Column('smallint', { default: 5 }) rating: number;
  @Column('smallint', { default: 2 }) maxChallenges: number;
  @Column('smallint', { default: 9 }) maxDays: number;
  @Column('smallint', { default: 14 }) restDays: number;
  @Column('text', { default: 'active' }) state: PeerState;
  /** What a visit must provide for; asked once, never used to choose anybody. */
  @Column('jsonb', { default: () => `'{}'` }) needs: PeerNeeds;
  /** The day on which the group office endorsed a member peer. */
  @Column('date', { nullable: true }) endorsedOn: string | null;
  @Column('timestamptz', { nullable: true }) erasureAskedAt: Date | null;
  /** A calendar whose busy times are read every day. */
  @Column('text', { nullable: true }) calendarUrl: string | null;
  /** How often in a row it could not be read. */
  @Column('smallint', { default: 0 }) calendarFailures: number;
  @Column('timestamptz', { nullable: true }) calendarReadAt: Date | null;
  @VersionColumn() version: number;

  /** Challenges served, before and here. */
  get experience(): number {
    return this.reviews + this.served;
  }

  /** Whether a state may follow the one that the peer is in, or is it. */
  mayBecome(state: PeerState): boolean {
    return state === this.state || NEXT[this.state].includes(state);
  }

  /** Moves to another state. Throws a 409 that says what is possible; a retired peer stays retired. */
  become(state: PeerState): void {
    this.state = nextState('The peer', NEXT, this.state, state);
  }
}
