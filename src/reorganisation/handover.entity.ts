import { Check, Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import type { PeerHome } from '../peers/peer.entity.js';
import type { Subject } from './placement.entity.js';

/** Where something belonged. */
export interface Whereabouts {
  councilId: string | null;
  homes?: PeerHome[];
  positions?: string[];
  /** Of a challenge, the other bodies that it is of. */
  partnerIds?: string[];
  /** Where it went; null where it ended. */
  to?: string | null;
}

/** What was moved on the day, from where to where: undoing gives it back. */
@Entity('handovers')
@Check('handovers_kind', `kind IN ('peer', 'account', 'challenge')`)
export class Handover {
  @ManyToOne(() => Council, { onDelete: 'CASCADE' })
  @JoinColumn()
  predecessor?: Council;
  @PrimaryColumn('uuid') predecessorId: string;
  @PrimaryColumn('text') kind: Subject;
  @PrimaryColumn('uuid') subjectId: string;
  @Column('jsonb') before: Whereabouts;
  @Column('jsonb') after: Whereabouts;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}
