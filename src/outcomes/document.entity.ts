import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';

export const DOCUMENT_TYPES = [
  'papers',
  'position_statement',
  'draft_report',
  'report',
  'action_plan',
] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

export const DOCUMENT_NAMES: Record<DocumentType, string> = {
  papers: 'Papers',
  position_statement: 'Position statement',
  draft_report: 'Draft report',
  report: 'Report',
  action_plan: 'Action plan',
};

/** A version of a document of a challenge, by its link: the files stay where the council and the office keep them. */
@Entity('documents')
@Unique(['challengeId', 'type', 'version'])
@Check('documents_type', `type IN ('papers', 'position_statement', 'draft_report', 'report', 'action_plan')`)
@Check(
  'documents_answer',
  `answer IN ('accurate', 'corrections') AND type = 'draft_report' AND answered_on IS NOT NULL OR answer IS NULL AND answered_on IS NULL`,
)
export class Document {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  @Column('text') type: DocumentType;
  /** From 1. */
  @Column('smallint') version: number;
  @Column('text') link: string;
  /** When it was sent; of a report or plan, when it was published. */
  @Column('date') dated: string;
  /** What the council says of the accuracy of a draft. */
  @Column('text', { nullable: true }) answer: 'accurate' | 'corrections' | null;
  @Column('text', { nullable: true }) answerText: string | null;
  @Column('date', { nullable: true }) answeredOn: string | null;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
