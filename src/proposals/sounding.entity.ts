import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import { Peer } from '../peers/peer.entity.js';

export const SOUNDING_ANSWERS = ['yes', 'perhaps', 'no'] as const;

/** An informal question to a peer: might you be free? It holds nobody's dates. */
@Entity('soundings')
@Unique(['challengeId', 'peerId'])
@Index(['peerId'])
@Check('soundings_answer', `answer IN ('yes', 'perhaps', 'no')`)
export class Sounding {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @ManyToOne(() => Peer)
  @JoinColumn()
  peer?: Peer;
  @Column('uuid') peerId: string;
  @Column('text') seat: string;
  /** Null until answered. */
  @Column('text', { nullable: true }) answer: (typeof SOUNDING_ANSWERS)[number] | null;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) answeredAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
