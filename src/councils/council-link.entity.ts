import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Council } from './council.entity.js';

export const RELATIONS = ['neighbour', 'comparable', 'member'] as const;
export type Relation = (typeof RELATIONS)[number];

/** Another body that a host body adjoins (or is county or district to), resembles, or has as a member. */
@Entity('council_links')
@Check('council_links_relation', `relation IN ('neighbour', 'comparable', 'member')`)
@Check('council_links_other', 'council_id <> other_id')
export class CouncilLink {
  @ManyToOne(() => Council, { onDelete: 'CASCADE' })
  @JoinColumn()
  council?: Council;
  @PrimaryColumn('uuid') councilId: string;
  @ManyToOne(() => Council, { onDelete: 'CASCADE' })
  @JoinColumn()
  other?: Council;
  @PrimaryColumn('uuid') otherId: string;
  @PrimaryColumn('text') relation: Relation;
  /** 1 for the most alike. */
  @Column('smallint', { default: 0 }) rank: number;
}
