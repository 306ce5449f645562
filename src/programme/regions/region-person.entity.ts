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
  VersionColumn,
} from 'typeorm';
import { decimal } from '../../database/decimal.js';
import { Peer } from '../../peers/peer.entity.js';

export const REGION_ROLES = ['ambassador', 'improvement_adviser'] as const;
export type RegionRole = (typeof REGION_ROLES)[number];

export const REGION_ROLE_NAMES: Record<RegionRole, string> = {
  ambassador: 'Ambassador',
  improvement_adviser: 'Improvement adviser',
};

/** Somebody of the pool who helps a region: an ambassador, who is a member peer, or an improvement adviser of a subject with a budget of days. */
@Entity('region_people')
@Index(['peerId'])
@Check('region_people_role', `role IN ('ambassador', 'improvement_adviser')`)
@Check('region_people_budget', `(role = 'improvement_adviser') = (day_budget IS NOT NULL) AND day_budget > 0`)
@Check('region_people_days', 'last_day >= first_day')
@Exclusion(
  'region_people_once',
  `USING gist (region WITH =, role WITH =, peer_id WITH =, daterange(first_day, last_day, '[]') WITH &&)`,
)
export class RegionPerson {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('text') region: string;
  @Column('text') role: RegionRole;
  @ManyToOne(() => Peer)
  @JoinColumn()
  peer?: Peer;
  @Column('uuid') peerId: string;
  /** What an adviser helps with; empty for an ambassador. */
  @Column('text', { default: '' }) subject: string;
  /** Days of a programme year, in halves; null for an ambassador. */
  @Column(decimal) dayBudget: number | null;
  @Column('date') firstDay: string;
  /** Null while it goes on. */
  @Column('date', { nullable: true }) lastDay: string | null;
  @Column('text') actor: string;
  @VersionColumn() version: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
