import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A POST that was sent with an Idempotency-Key, and how it was answered. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  @PrimaryColumn('text') actor: string;
  @PrimaryColumn('text') key: string;
  /** Of method, path and body. */
  @Column('text') requestHash: string;
  /** Null only within the transaction that does the work. */
  @Column('smallint', { nullable: true }) status: number | null;
  /** As text that keeps its order, unlike jsonb. */
  @Column('json', { nullable: true }) body: unknown;
  @Column('text', { nullable: true }) location: string | null;
  @Column('text', { nullable: true }) etag: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
