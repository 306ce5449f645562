import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a day's look removed of one kind of data. */
@Entity('retention_runs')
export class RetentionRun {
  @PrimaryColumn('date') day: string;
  @PrimaryColumn('text') kind: string;
  @Column('integer') removed: number;
}
