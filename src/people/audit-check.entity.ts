import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the nightly look at the audit trail found. */
@Entity('audit_checks')
export class AuditCheck {
  @PrimaryColumn('date') day: string;
  @Column('timestamptz') at: Date;
  /** The number of the last entry, and its hash. */
  @Column('bigint') entries: string;
  @Column('text') hash: string;
  /** What is wrong; null where the trail is whole. */
  @Column('text', { nullable: true }) fault: string | null;
}
