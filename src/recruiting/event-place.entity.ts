import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Peer } from '../peers/peer.entity.js';
import { Event } from './event.entity.js';

/** A peer's place at an event. */
@Entity('event_places')
@Index(['peerId'])
export class EventPlace {
  @ManyToOne(() => Event)
  @JoinColumn()
  event?: Event;
  @PrimaryColumn('uuid') eventId: string;
  @ManyToOne(() => Peer)
  @JoinColumn()
  peer?: Peer;
  @PrimaryColumn('uuid') peerId: string;
  /** Null until somebody wrote down who came. */
  @Column('boolean', { nullable: true }) attended: boolean | null;
}
