import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import { Peer } from '../peers/peer.entity.js';

/** An adviser takes back, by name and with a reason, that a peer is not offered a challenge again. */
@Entity('asked_again')
@Index(['challengeId'])
export class AskedAgain {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @ManyToOne(() => Peer)
  @JoinColumn()
  peer?: Peer;
  @Column('uuid') peerId: string;
  @Column('text') reason: string;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
