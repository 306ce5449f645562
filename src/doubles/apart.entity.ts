import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
} from 'typeorm';
import { Peer } from '../peers/peer.entity.js';

/** Two peers who look like one person and are not: somebody of the office has said so. The smaller id first. */
@Entity('peers_apart')
@Check('peers_apart_order', 'one_id < other_id')
export class PeersApart {
  @PrimaryColumn('uuid') oneId: string;
  @ManyToOne(() => Peer, { onDelete: 'CASCADE' })
  @JoinColumn()
  one?: Peer;
  @Index('peers_apart_other_id_idx')
  @PrimaryColumn('uuid')
  otherId: string;
  @ManyToOne(() => Peer, { onDelete: 'CASCADE' })
  @JoinColumn()
  other?: Peer;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}
