import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Report } from './report.js';

/** The report of a year as it stood for a meeting. */
@Entity('report_snapshots')
@Index(['year'])
export class ReportSnapshot {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('smallint') year: number;
  @Column('text') title: string;
  @Column('date') meetingOn: string;
  @Column('json') content: Report;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
