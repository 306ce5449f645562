import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How large the pool was on a day, as a whole and by its parts, and how many were used in the programme year by then: numbers only. */
@Entity('pool_days')
export class PoolDay {
  @PrimaryColumn('date') day: string;
  /** A part of the pool, or "all". */
  @PrimaryColumn('text') part: string;
  @PrimaryColumn('text') group: string;
  @Column('integer') pool: number;
  @Column('integer') used: number;
}
