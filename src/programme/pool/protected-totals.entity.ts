import { Check, Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { Release } from './protected-totals.js';

/** By attribute, of the whole pool and of those used in the year until then. */
export type ProtectedTables = Record<string, { pool: Release; used: Release }>;

/** The totals of personal attributes that were released for a quarter; they stay as they were shown. */
@Entity('protected_totals')
@Check('protected_totals_quarter', 'quarter BETWEEN 1 AND 4')
export class ProtectedTotals {
  @PrimaryColumn('smallint') year: number;
  @PrimaryColumn('smallint') quarter: number;
  @Column('json') totals: ProtectedTables;
  @CreateDateColumn({ type: 'timestamptz' }) releasedAt: Date;
}
