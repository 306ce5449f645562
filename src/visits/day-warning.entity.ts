import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';

/** Something that stands against the days that were agreed for a visit. */
@Entity('day_warnings')
export class DayWarning {
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @PrimaryColumn('uuid') challengeId: string;
  @PrimaryColumn('date') firstDay: string;
  /** As it is said, with its days; empty: what stood against these days when they were agreed is written down. */
  @PrimaryColumn('text') words: string;
  /** It was known when the days were agreed, or the adviser has said that the visit goes on all the same. */
  @Column('timestamptz', { nullable: true }) acceptedAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
