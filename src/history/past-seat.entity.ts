import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import { Peer } from '../peers/peer.entity.js';

/**
 * Somebody's seat in a team of before this service: a peer of the pool, or a name that is not in it; with what they were then. It is of
 * the challenge with that reference, which may come by a later file.
 */
@Entity('past_seats')
@Unique('past_seats_peer', ['reference', 'seat', 'peerId'])
@Index('past_seats_peer_idx', ['peerId'])
@Index('past_seats_council_idx', ['councilId'])
@Check('past_seats_who', '(peer_id IS NULL) <> (name IS NULL)')
@Check('past_seats_days', 'days BETWEEN 0 AND 31')
export class PastSeat {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('text') reference: string;
  @Column('text') seat: string;
  @ManyToOne(() => Peer, { nullable: true })
  @JoinColumn()
  peer?: Peer | null;
  @Column('uuid', { nullable: true }) peerId: string | null;
  @Column('text', { nullable: true }) name: string | null;
  /** What they were, in the office's words. */
  @Column('text', { nullable: true }) post: string | null;
  @ManyToOne(() => Council, { nullable: true })
  @JoinColumn()
  council?: Council | null;
  @Column('uuid', { nullable: true }) councilId: string | null;
  /** Days on site, where they are known: half days count as whole ones. */
  @Column('smallint', { nullable: true }) days: number | null;
}
