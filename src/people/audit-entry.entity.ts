import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One link of the audit trail. Rows are only ever added: the database refuses any other change. */
@Entity('audit_entries')
@Index('audit_entries_subject_idx', ['subject'])
@Index('audit_entries_actor_idx', ['actor', 'id'])
export class AuditEntry {
  /** Without gaps, from 1. */
  @PrimaryColumn('bigint') id: string;
  @Column('timestamptz') at: Date;
  @Column('text') actor: string;
  @Column('text') action: string;
  @Column('text') subject: string;
  @Column('jsonb') details: object;
  @Column('text') previousHash: string;
  @Column('text') hash: string;
  /** Whom it names was erased; a later entry says so, and this one keeps its place by its hash. */
  @Column('boolean', { default: false }) erased: boolean;
}
