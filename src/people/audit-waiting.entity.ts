import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** An entry of the audit trail between the commit of its change and its place in the chain. */
@Entity('audit_waiting')
export class AuditWaiting {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' }) id: string;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) at: Date;
  @Column('text') actor: string;
  @Column('text') action: string;
  @Column('text') subject: string;
  @Column('jsonb') details: object;
}
