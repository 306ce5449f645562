import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';

/** A piece of policy: a kind of challenge (`kind:corporate`), the skills, the positions, the weights, the calendar. */
@Entity('policies')
export class ReferenceItem {
  @PrimaryColumn('text') id: string;
  @Column('jsonb') content: object;
  @VersionColumn() version: number;
}
