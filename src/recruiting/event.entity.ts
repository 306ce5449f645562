import { Check, Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const EVENT_TYPES = ['briefing', 'training'] as const;

/** A briefing or a training of peers; one that accredits says for which kinds and how long. */
@Entity('events')
@Check('events_type', `type IN ('briefing', 'training')`)
@Check('events_valid', 'valid_months > 0')
@Check('events_scores', 'array_length(scores, 1) = 4 AND 0 <= ALL(scores)')
export class Event {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('text') type: (typeof EVENT_TYPES)[number];
  @Column('text') title: string;
  @Column('date') heldOn: string;
  @Column('text', { default: '' }) place: string;
  /** Kinds of challenge that whoever was there is accredited for. */
  @Column('text', { array: true, default: () => `'{}'` }) kinds: string[];
  /** For how many months; null without an end. */
  @Column('smallint', { nullable: true }) validMonths: number | null;
  /** How many of those who came gave it 1 (poor), 2, 3 and 4 (excellent). */
  @Column('integer', { array: true, default: () => `'{0,0,0,0}'` }) scores: number[];
  /** When they were written down last. */
  @Column('timestamptz', { nullable: true }) scoredAt: Date | null;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
