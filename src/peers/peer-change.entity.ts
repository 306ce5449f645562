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
/** What may stand against a peer in a seat, and matters only where it does. */
export const BARRING_FIELDS = [
  'conflicts',
  'homes',
  'accreditations',
  'releasedUntil',
  'refusedRegions',
  'skills',
] as const;
export const CHANGED_FIELDS = [...PLACING_FIELDS, ...BARRING_FIELDS] as const;
export type ChangedField = (typeof CHANGED_FIELDS)[number];

/** A change of a peer's position, council, group or state: which of them, not from what to what. */
@Entity('peer_changes')
@Index(['peerId'])
export class PeerChange {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Peer)
  @JoinColumn()
  peer?: Peer;
  @Column('uuid') peerId: string;
  @Column('text', { array: true }) fields: ChangedField[];
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}
