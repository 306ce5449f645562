import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  VersionColumn,
} from 'typeorm';
import { ReportSnapshot } from './report-snapshot.entity.js';

/** Something that the meeting asked for; the next report says what came of it. */
@Entity('report_actions')
@Index(['snapshotId'])
@Check('report_actions_done', '(outcome IS NULL) = (done_on IS NULL)')
export class ReportAction {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => ReportSnapshot)
  @JoinColumn()
  snapshot?: ReportSnapshot;
  @Column('uuid') snapshotId: string;
  @Column('text') text: string;
  @Column('text') owner: string;
  @Column('date', { nullable: true }) due: string | null;
  @Column('text', { nullable: true }) outcome: string | null;
  @Column('date', { nullable: true }) doneOn: string | null;
  @VersionColumn() version: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
