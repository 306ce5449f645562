import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a step of the day's work was last done. */
@Entity('daily_work')
export class DailyWork {
  @PrimaryColumn('text') step: string;
  /** The day of which it was done. */
  @Column('date') day: string;
  @Column('timestamptz') doneAt: Date;
}
