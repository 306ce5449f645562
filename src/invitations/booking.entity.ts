import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Exclusion,
  ForeignKey,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import { nextState, type NextStates } from '../web/states.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { Peer } from '../peers/peer.entity.js';
import { Invitation } from './invitation.entity.js';
import type { Stood } from './stood.js';

export const BOOKING_STATES = ['held', 'booked', 'released'] as const;
export type BookingState = (typeof BOOKING_STATES)[number];

/** What may follow what. */
const NEXT: NextStates<BookingState> = {
  held: ['booked', 'released'],
  booked: ['released'],
  released: [],
};

/**
 * Days kept for a peer: held while an answer is awaited, booked once accepted. The exclusion constraints are what makes a double
 * booking impossible: nobody is on two visits on one day, and `days`, which run from the first day on site to the last day of rest
 * after it, meet those of no other family; stays of one challenge are a family. The foreign key holds live days to those that the
 * challenge has, when a transaction ends.
 */
@Entity('bookings')
@Unique(['invitationId'])
@Index(['challengeId'])
@Index(['peerId'])
@Check('bookings_state', `state IN ('held', 'booked', 'released')`)
@Check('bookings_live', `live = (state <> 'released')`)
@Check(
  'bookings_days',
  `last_day >= first_day AND first_day >= visit_first_day AND last_day <= visit_last_day AND CASE WHEN off_site THEN isempty(days) ELSE lower(days) = first_day AND upper(days) > last_day END`,
)
@Check(
  'bookings_live_challenge',
  `live_challenge_id IS NOT DISTINCT FROM CASE WHEN live THEN challenge_id END`,
)
@ForeignKey(
  () => Challenge,
  ['liveChallengeId', 'visitFirstDay', 'visitLastDay'],
  ['id', 'firstDay', 'lastDay'],
  { name: 'bookings_in_days', deferrable: 'INITIALLY DEFERRED' },
)
@Exclusion(
  'bookings_no_overlap',
  `USING gist (peer_id WITH =, daterange(first_day, last_day, '[]') WITH &&) WHERE (live AND NOT off_site)`,
)
@Exclusion('bookings_rest', `USING gist (peer_id WITH =, family_id WITH <>, days WITH &&) WHERE (live)`)
export class Booking {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Peer)
  @JoinColumn()
  peer?: Peer;
  @Column('uuid') peerId: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @ManyToOne(() => Invitation)
  @JoinColumn()
  invitation?: Invitation;
  @Column('uuid') invitationId: string;
  @Column('text') seat: string;
  /** The peer's own days on site, both ends included; of one who works off site, those of the visit. */
  @Column('date') firstDay: string;
  @Column('date') lastDay: string;
  /** The days of the visit, of which the peer's are a part. */
  @Column('date') visitFirstDay: string;
  @Column('date') visitLastDay: string;
  /** The work is done from afar: no day is held. */
  @Column('boolean', { default: false }) offSite: boolean;
  /** The challenge, or the one of which this is a further stay. */
  @Column('uuid') familyId: string;
  @Column('daterange') days: string;
  @Column('text') state: BookingState;
  @Column('boolean') live: boolean;
  /** Its challenge while the days are live, null once they are given back: what the foreign key looks at. */
  @Column('uuid', { nullable: true }) liveChallengeId: string | null;
  /** The days on which the peer was there; null until somebody wrote it down. */
  @Column('date', { array: true, nullable: true }) attended: string[] | null;
  /** Why not on all of them. */
  @Column('text', { nullable: true }) absenceCause: string | null;
  /** What the peer was then; null until they said yes, and of somebody who was erased. */
  @Column('jsonb', { nullable: true }) stood: Stood | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;

  /** The peer said yes: the days that were held are booked. */
  book(): void {
    this.state = nextState('The booking', NEXT, this.state, 'booked');
  }

  /** The days are given back. */
  release(): void {
    this.state = nextState('The booking', NEXT, this.state, 'released');
    this.live = false;
    this.liveChallengeId = null;
  }
}
