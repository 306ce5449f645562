import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Somebody of whom nothing may be removed, as for a complaint or a court, until the hold is ended. */
@Entity('legal_holds')
@Index('legal_holds_open', ['email'], { unique: true, where: 'ended_at IS NULL' })
export class LegalHold {
  @PrimaryGeneratedColumn('uuid') id: string;
  /** In small letters. */
  @Column('text') email: string;
  /** Who had the address when the hold began: peers, accounts, applications. A changed address frees nobody. */
  @Column('uuid', { array: true, default: () => `'{}'` }) subjects: string[];
  @Column('text') reason: string;
  @Column('text') actor: string;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
