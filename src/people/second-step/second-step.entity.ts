import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Account } from '../account.entity.js';

/** The app by which somebody proves, besides the code in their mail, who they are. */
@Entity('second_steps')
@Check('second_steps_reset', '(reset_asked_by IS NULL) = (reset_asked_at IS NULL)')
export class SecondStep {
  @PrimaryColumn('uuid') accountId: string;
  @OneToOne(() => Account, { onDelete: 'CASCADE' })
  @JoinColumn()
  account?: Account;
  /** The key that the app and we share, readable only with the service's secret. */
  @Column('text') sealed: string;
  /** Since when it is asked for. */
  @Column('timestamptz', { default: () => 'now()' }) confirmedAt: Date;
  /** The last half-minute whose code was taken: a code opens once. */
  @Column('integer', { default: 0 }) lastStep: number;
  /** Hashes of the codes for a lost telephone, each for one time. */
  @Column('text', { array: true, default: () => `'{}'` }) recovery: string[];
  /** The administrator who asked that it be taken away; another one does it. */
  @Column('text', { nullable: true }) resetAskedBy: string | null;
  @Column('timestamptz', { nullable: true }) resetAskedAt: Date | null;
}
