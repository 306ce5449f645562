import { Check, Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Role } from './permissions.js';

/** A bearer token of the API: shown once, stored as a hash. */
@Entity('api_tokens')
@Check('api_tokens_expiry', `expires_at <= created_at + interval '366 days'`)
@Unique(['hash'])
@Check(
  'api_tokens_role',
  `role IN ('peer', 'council', 'approver', 'adviser', 'manager', 'group', 'programme', 'board', 'admin')`,
)
export class ApiToken {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('text') hash: string;
  @Column('text') name: string;
  @Column('text') role: Role;
  @Column('text', { nullable: true }) region: string | null;
  @Column('uuid', { nullable: true }) councilId: string | null;
  @Column('uuid', { nullable: true }) peerId: string | null;
  @Column('text', { nullable: true }) party: string | null;
  /** Known to everybody; of databases for trying out only. */
  @Column('boolean', { default: false }) example: boolean;
  /** After that it opens nothing; a year after it was made at most. */
  @Column('timestamptz') expiresAt: Date;
  /** It reads, and changes nothing. */
  @Column('boolean', { default: false }) readOnly: boolean;
  @Column('date', { nullable: true }) lastUsedOn: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
}
