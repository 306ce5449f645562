import { Check, Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** What a database is for, said once: real use, or trying out with the example. */
@Entity('database_mode')
@Check('database_mode_one', 'id = 1')
@Check('database_mode_mode', `mode IN ('live', 'example')`)
export class DatabaseMode {
  /** One row at most. */
  @PrimaryColumn('smallint', { default: 1 }) id: number;
  @Column('text') mode: 'live' | 'example';
  /** Which database this is: a copy of it is another. Null until a process has looked. */
  @Column('text', { nullable: true }) identity: string | null;
  /** In a restored copy: since when messages and jobs wait for an operator. */
  @Column('timestamptz', { nullable: true }) heldSince: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) since: Date;
}
