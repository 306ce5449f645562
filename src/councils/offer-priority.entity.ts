import { Column, CreateDateColumn, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Council } from './council.entity.js';

/** A council that is to be offered a challenge before others, with a named reason, until a day. */
@Entity('offer_priorities')
export class OfferPriority {
  @OneToOne(() => Council)
  @JoinColumn()
  council?: Council;
  @PrimaryColumn('uuid') councilId: string;
  @Column('text') reason: string;
  @Column('text', { default: '' }) note: string;
  @Column('date') until: string;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
