import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { Peer } from './peer.entity.js';

/** What of a peer, once changed, may cost them a seat. */
export const PLACING_FIELDS = ['positions', 'councilId', 'party', 'state'] as const;
export type PlacingField = (typeof PLACING_FIELDS)[number];

/** A change of a peer's position, council, group or state: which of them, not from what to what. */
@Entity('peer_changes')
@Index(['peerId'])
export class PeerChange {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Peer)
  @JoinColumn()
  peer?: Peer;
  @Column('uuid') peerId: string;
  @Column('text', { array: true }) fields: PlacingField[];
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}
