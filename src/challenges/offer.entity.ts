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
import { Council } from '../councils/council.entity.js';

export const OFFER_ANSWERS = ['open', 'accepted', 'declined'] as const;

/** A challenge offered to a council, and what it said. A council that declined is due, not overdue. */
@Entity('offers')
@Index(['councilId'])
@Check('offers_answer', `answer IN ('open', 'accepted', 'declined')`)
export class Offer {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Council)
  @JoinColumn()
  council?: Council;
  @Column('uuid') councilId: string;
  @Column('text') kind: string;
  @Column('date') madeOn: string;
  @Column('text') answer: (typeof OFFER_ANSWERS)[number];
  @Column('text', { nullable: true }) reason: string | null;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
