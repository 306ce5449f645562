import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Council } from './council.entity.js';

export const RELATIONS = ['neighbour', 'comparable', 'member', 'parent'] as const;
export type Relation = (typeof RELATIONS)[number];

/**
 * Another body that a host body adjoins (or is county or district to; written both ways), resembles, has as a member, or belongs to, such
 * as a county's own fire service to the county.
 */
@Entity('council_links')
@Check('council_links_relation', `relation IN (${RELATIONS.map((one) => `'${one}'`).join(', ')})`)
@Check('council_links_other', 'council_id <> other_id')
@Check('council_links_days', 'until >= since')
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
  /** The first and the last day on which it holds; null where it is open. */
  @Column('date', { nullable: true }) since: string | null;
  @Column('date', { nullable: true }) until: string | null;
}
