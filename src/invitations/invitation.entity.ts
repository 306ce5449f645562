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
import type { AskedDays } from '../kinds/presence.js';
import { nextState, type NextStates } from '../web/states.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { Peer } from '../peers/peer.entity.js';
import { Proposal } from '../proposals/proposal.entity.js';

export const INVITATION_STATES = ['pending', 'accepted', 'declined', 'expired', 'withdrawn'] as const;
/** Of a seat, one invitation at most is in these. */
export const LIVE_INVITATIONS: readonly InvitationState[] = ['pending', 'accepted'];
/** The seat was asked for in vain. */
export const REFUSED: readonly InvitationState[] = ['declined', 'expired'];
export type InvitationState = (typeof INVITATION_STATES)[number];

/** What may follow what: whoever said yes may still say no, or be told no longer needed. */
const NEXT: NextStates<InvitationState> = {
  pending: ['accepted', 'declined', 'expired', 'withdrawn'],
  accepted: ['declined', 'withdrawn'],
  declined: [],
  expired: [],
  withdrawn: [],
};

/** How an answer came: by a personal link, on the peer's own page, by telephone to staff, or by the API. */
export type AnswerChannel = 'link' | 'page' | 'telephone' | 'api';

/** A link with the council that does not bar, and what the adviser decided about it. */
export interface DeclaredLink {
  type: string;
  words: string;
  /** Null until the adviser has looked. */
  decision: 'accepted' | 'released' | null;
  reason: string | null;
}

/** What a peer may add to a no. */
export interface Refusal {
  reason?: string | null | undefined;
  otherDates?: string | null | undefined;
}

/** A seat offered to a peer. While it is open or accepted, the peer's dates are kept by a booking. */
@Entity('invitations')
@Index(['peerId'])
@Index(['challengeId'])
@Index('invitations_one_live', ['challengeId', 'seat'], {
  unique: true,
  where: `state IN ('pending', 'accepted')`,
})
@Check(
  'invitations_days',
  `last_day >= first_day AND first_day >= visit_first_day AND last_day <= visit_last_day`,
)
@Check('invitations_answered_through', `answered_through IN ('link', 'page', 'telephone', 'api')`)
@Check('invitations_state', `state IN ('pending', 'accepted', 'declined', 'expired', 'withdrawn')`)
export class Invitation {
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
  @ManyToOne(() => Peer)
  @JoinColumn()
  peer?: Peer;
  @Column('uuid') peerId: string;
  @Column('text') state: InvitationState;
  /** What is asked for, and what a yes is to: the peer's days on site, both ends included; off site, those of the visit. */
  @Column('date') firstDay: string;
  @Column('date') lastDay: string;
  /** The days of the visit, of which the peer's are a part. */
  @Column('date') visitFirstDay: string;
  @Column('date') visitLastDay: string;
  /** The peer comes at midday on their first day, or leaves at midday on their last. */
  @Column('boolean', { default: false }) fromMidday: boolean;
  @Column('boolean', { default: false }) untilMidday: boolean;
  /** The work is done from afar, and no day is held for it. */
  @Column('boolean', { default: false }) offSite: boolean;
  /** Answers are taken until this instant: the end of a day in London. */
  @Column('timestamptz') expiresAt: Date;
  @Column('text', { nullable: true }) reason: string | null;
  @Column('text', { nullable: true }) otherDates: string | null;
  /** It was withdrawn for something about the peer, so that they are not offered this challenge again. */
  @Column('boolean', { default: false }) forCause: boolean;
  /** A link with the council that bars nobody, told with a yes; null where there is none. */
  @Column('jsonb', { nullable: true }) declared: DeclaredLink | null;
  /** How the answer came; null before one, and where nobody gave it. */
  @Column('text', { nullable: true }) answeredThrough: AnswerChannel | null;
  @Column('timestamptz', { nullable: true }) answeredAt: Date | null;
  /** Names the entries in the peer's calendar: the same for all invitations of one peer to one challenge, so that new days move them. */
  @Column('uuid') calendarKey: string;
  /** Of the calendar file that the peer could have taken last, by mail or on the page; null before a yes. */
  @Column('integer', { nullable: true }) calendarSequence: number | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;

  /** The peer's days on site, both ends included. */
  get onSite(): { firstDay: string; lastDay: string } {
    return { firstDay: this.firstDay, lastDay: this.lastDay };
  }

  /** What is asked of the peer, as a yes is to it. */
  get asked(): AskedDays {
    const { firstDay, lastDay, visitFirstDay, visitLastDay, fromMidday, untilMidday, offSite } = this;
    return { firstDay, lastDay, visitFirstDay, visitLastDay, fromMidday, untilMidday, offSite };
  }

  /** Whether the peer's dates are kept for it. */
  get isLive(): boolean {
    return this.state === 'pending' || this.state === 'accepted';
  }

  /** It is answered, by the peer or by time, or withdrawn. Throws a 409 where that is no longer possible. */
  answer(state: InvitationState, at: Date, { reason, otherDates }: Refusal = {}): void {
    this.state = nextState('The invitation', NEXT, this.state, state);
    this.reason = reason ?? null;
    this.otherDates = otherDates ?? null;
    this.answeredAt = at;
  }
}
