import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JobName } from './names.js';

/** A job on its way to Redis: written in the transaction of its cause, deleted once the queue has it. */
@Entity('outbox_jobs')
export class OutboxJob {
  /** What the job is about, so that asking twice is one job. */
  @PrimaryColumn('text') id: string;
  @Column('text') name: JobName;
  @Column('jsonb') payload: object;
  @Column('timestamptz') due: Date;
}
