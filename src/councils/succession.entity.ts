import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
} from 'typeorm';
import { Council } from './council.entity.js';

/** A council `:council`, and all that it follows, as far as the day has come. */
export const OF_LINE = '(SELECT ancestor_id FROM council_lines WHERE id = :council)';

/** From a day on one body follows another, alone or with others; nothing moves before that day. */
@Entity('successions')
@Index('successions_successor_idx', ['successorId'])
@Check('successions_other', 'predecessor_id <> successor_id')
export class Succession {
  @ManyToOne(() => Council, { onDelete: 'CASCADE' })
  @JoinColumn()
  predecessor?: Council;
  @PrimaryColumn('uuid') predecessorId: string;
  @ManyToOne(() => Council, { onDelete: 'CASCADE' })
  @JoinColumn()
  successor?: Council;
  @PrimaryColumn('uuid') successorId: string;
  /** The first day of the one that follows. */
  @Column('date') startsOn: string;
  /** False where the one before goes on beside it, with a part of what it was. */
  @Column('boolean', { default: true }) ends: boolean;
  /** Whether the one that follows was not there before, and has its first day by this. */
  @Column('boolean', { default: false }) begins: boolean;
  /** When what goes with it was moved; null until that day. */
  @Column('timestamptz', { nullable: true }) appliedAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
