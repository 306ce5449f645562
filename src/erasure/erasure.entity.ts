import { Check, Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What an erasure took away and left, counted. */
export interface ErasureCounts {
  messages: number;
  applications: number;
  accounts: number;
  contacts: number;
  /** Kept without the name: seats, and days on site. */
  seats: number;
  days: number;
  /** A name stayed in what people wrote, since others here, or things, have it too. */
  namesLeft?: boolean;
}

/** That somebody was erased, by whom, and what went; not who it was. */
@Entity('erasures')
@Check('erasures_proof', 'proven_at IS NULL OR forget IS NULL')
export class Erasure {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('text') actor: string;
  @Column('jsonb') counts: ErasureCounts;
  /** What is still to be looked for outside the tables, such as in the queue; gone as soon as nothing of it is found anywhere. */
  @Column('jsonb', { nullable: true }) forget: string[] | null;
  @Column('timestamptz', { nullable: true }) provenAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
