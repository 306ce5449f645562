import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  In,
  Index,
  IsNull,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import type { LinkPurpose } from './link.entity.js';

/** A link that is made when the message goes out, so that only its hash is ever stored. */
export interface WantedLink {
  purpose: LinkPurpose;
  subject: string;
  /** ISO instant. */
  expiresAt: string | null;
}

/** One message to one address: written in the transaction of its cause, sent by a job, and what became of it. */
@Entity('messages')
@Unique(['cause'])
@Index(['about'])
@Index('messages_waiting_idx', ['createdAt'], { where: `state = 'waiting'` })
@Index('messages_undelivered_idx', ['about'], {
  where: `state IN ('failed', 'parked') AND settled_at IS NULL`,
})
@Check('messages_state', `state IN ('waiting', 'sent', 'failed', 'parked')`)
export class Message {
  @PrimaryGeneratedColumn('uuid') id: string;
  /** Why, once for each recipient: a second message of one cause is none. */
  @Column('text') cause: string;
  @Column('text') template: string;
  /** What it is about, such as `challenge:…`. */
  @Column('text') about: string;
  /** Whose invitation it tells its peer of, such as `invitation:…`. */
  @Column('text', { nullable: true }) concerns: string | null;
  @Column('text') recipient: string;
  /** Whom an answer to it reaches; null: whoever answers for the service. */
  @Column('text', { nullable: true }) replyTo: string | null;
  @Column('text') subject: string;
  /**
   * Kept until it is sent, or somebody has put right that it could not be; what holds a link longer, without it, since it may come back. In
   * example mode for good, as it was sent.
   */
  @Column('text', { nullable: true }) body: string | null;
  /** A calendar file that goes with it. */
  @Column('text', { nullable: true }) calendar: string | null;
  @Column('jsonb', { nullable: true }) link: WantedLink | null;
  /** `failed`: the address takes nothing; `parked`: it could not be sent so far, and waits for somebody to say that it may be tried again. */
  @Column('text') state: 'waiting' | 'sent' | 'failed' | 'parked';
  /** How often sending it has failed. */
  @Column('smallint', { default: 0 }) tries: number;
  @Column('timestamptz', { nullable: true }) nextTryAt: Date | null;
  /** Until then it is in the hands of one sender. */
  @Column('timestamptz', { nullable: true }) takenUntil: Date | null;
  /** When somebody put right that it could not be delivered: sent it again, or told the person otherwise. */
  @Column('timestamptz', { nullable: true }) settledAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @Column('timestamptz', { nullable: true }) sentAt: Date | null;
}

/** Its receiver did not get it, and nobody has put that right. */
export const UNDELIVERED = { state: In(['failed', 'parked'] as const), settledAt: IsNull() };
export const isUndelivered = ({ state, settledAt }: Pick<Message, 'state' | 'settledAt'>): boolean =>
  (state === 'failed' || state === 'parked') && settledAt === null;
