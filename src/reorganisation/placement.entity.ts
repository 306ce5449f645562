import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Council } from '../councils/council.entity.js';

/** What of an ending body goes on somewhere: people, accounts, challenges to come. */
export const SUBJECTS = ['peer', 'account', 'challenge'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** A person said where somebody or something of an ending body goes. */
@Entity('placements')
@Check('placements_kind', `kind IN ('peer', 'account', 'challenge')`)
export class Placement {
  @ManyToOne(() => Council, { onDelete: 'CASCADE' })
  @JoinColumn()
  predecessor?: Council;
  @PrimaryColumn('uuid') predecessorId: string;
  @PrimaryColumn('text') kind: Subject;
  @PrimaryColumn('uuid') subjectId: string;
  @ManyToOne(() => Council, { nullable: true, onDelete: 'CASCADE' })
  @JoinColumn()
  successor?: Council | null;
  /** Null where it ends with the body. */
  @Column('uuid', { nullable: true }) successorId: string | null;
}
