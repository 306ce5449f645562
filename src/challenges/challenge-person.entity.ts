import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Exclusion,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import { Account } from '../people/account.entity.js';
import { Challenge } from './challenge.entity.js';

export const PERSON_ROLES = ['manager', 'support', 'analyst', 'observer'] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** In SQL, people `p` of a challenge in the order of their roles. */
export const IN_ORDER = `array_position('{${PERSON_ROLES.join(',')}}'::text[], p.role)`;

/** What somebody is who comes besides the team, as pages say it. */
export const PERSON_ROLE_NAMES: Record<PersonRole, string> = {
  manager: 'Challenge manager',
  support: 'Project support',
  analyst: 'Analyst, off site',
  observer: 'Observer',
};

/**
 * Somebody who comes to a challenge besides its team, or works for it from elsewhere. The database keeps the weeks on site with the
 * challenge's days, and nobody is on site twice in one of them; an analyst stays away.
 */
@Entity('challenge_people')
@Index(['challengeId'])
@Index('challenge_people_one_manager', ['challengeId'], { unique: true, where: `role = 'manager'` })
@Unique('challenge_people_once', ['challengeId', 'accountId'])
@Check('challenge_people_role', `role IN (${PERSON_ROLES.map((role) => `'${role}'`).join(', ')})`)
@Check('challenge_people_who', `(account_id IS NULL) <> (name IS NULL)`)
@Exclusion(
  'challenge_people_week',
  `USING gist (account_id WITH =, weeks WITH &&) WHERE (account_id IS NOT NULL AND weeks IS NOT NULL AND role <> 'analyst')`,
)
export class ChallengePerson {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @ManyToOne(() => Account, { nullable: true })
  @JoinColumn()
  account?: Account | null;
  @Column('uuid', { nullable: true }) accountId: string | null;
  /** Of somebody who has no account. */
  @Column('text', { nullable: true }) name: string | null;
  @Column('text') role: PersonRole;
  /** Whole weeks from that of the first day on site; null while there are no days. The database's own. */
  @Column({ type: 'daterange', nullable: true, insert: false, update: false }) weeks: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
