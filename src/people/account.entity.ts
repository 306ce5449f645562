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
  VersionColumn,
} from 'typeorm';
import type { Role } from './permissions.js';

/** Somebody who signs in. The role says what they may do, the rest to what. */
@Entity('accounts')
@Unique(['email'])
@Index(['deputyId'])
@Check('accounts_email_lower', 'email = lower(email)')
@Check(
  'accounts_role',
  `role IN ('peer', 'lead', 'council', 'approver', 'adviser', 'manager', 'group', 'programme', 'board', 'admin')`,
)
@Check('accounts_state', `state IN ('active', 'disabled')`)
@Check('accounts_away', 'away_to IS NULL OR away_from IS NOT NULL AND away_to >= away_from')
export class Account {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('text') email: string;
  @Column('text') name: string;
  @Column('text') role: Role;
  @Column('text', { nullable: true }) region: string | null;
  @Column('uuid', { nullable: true }) councilId: string | null;
  @Column('uuid', { nullable: true }) peerId: string | null;
  @Column('text', { nullable: true }) party: string | null;
  /** Told to the councils and peers of the challenges that an adviser or a manager runs. */
  @Column('text', { nullable: true }) telephone: string | null;
  @Column('text', { default: 'active' }) state: 'active' | 'disabled';
  /** While away, the deputy acts for this account's region too. */
  @Column('date', { nullable: true }) awayFrom: string | null;
  @Column('date', { nullable: true }) awayTo: string | null;
  @ManyToOne(() => Account, { nullable: true })
  @JoinColumn()
  deputy?: Account | null;
  @Column('uuid', { nullable: true }) deputyId: string | null;
  /** Named by an administrator to see what is told in confidence, in all regions. */
  @Column('boolean', { default: false }) senior: boolean;
  /** An example user: signs in by one click, in example mode only. */
  @Column('boolean', { default: false }) example: boolean;
  /** Browsers that signed in before this are strangers again. */
  @Column('timestamptz', { default: () => 'now()' }) knownSince: Date;
  @VersionColumn() version: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
