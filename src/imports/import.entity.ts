import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  VersionColumn,
} from 'typeorm';
import type { Access } from '../people/access.js';
import type { FieldError } from '../web/problems.js';
import { nextState, type NextStates } from '../web/states.js';
import type { Change } from './differences.js';

export const IMPORT_STATES = [
  ...(['waiting', 'checked', 'refused', 'entering', 'entered'] as const),
  ...(['undoing', 'undone', 'stopped', 'failed'] as const),
] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** What may follow what. Where what it would do is another by now, or it cannot be undone, it is again what it was. */
const NEXT: NextStates<ImportState> = {
  waiting: ['checked', 'refused', 'stopped', 'failed'],
  checked: ['entering', 'stopped'],
  entering: ['entered', 'checked', 'refused', 'stopped', 'failed'],
  entered: ['undoing'],
  undoing: ['undone', 'entered'],
  refused: [],
  undone: [],
  stopped: [],
  failed: [],
};

/** States in which a worker is at it, or will be. */
export const AT_WORK: readonly ImportState[] = ['waiting', 'entering', 'undoing'];

/** What a file does to its list, in rows. */
export interface ImportCounts {
  added: number;
  changed: number;
  unchanged: number;
  gone: number;
}

/** A file that somebody brought for a list: what it would do, and what became of it. Its content goes after a week. */
@Entity('imports')
@Index('imports_created', ['createdAt'])
@Check(
  'imports_state',
  `state IN ('waiting', 'checked', 'refused', 'entering', 'entered', 'undoing', 'undone', 'stopped', 'failed')`,
)
export class Import {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('text') list: string;
  /** Of a list that there is for each year: which. */
  @Column('text', { default: '' }) about: string;
  /** Who brought it, and what they may do. */
  @Column('jsonb') access: Access;
  @Column('text') state: ImportState;
  /** The name of the file; empty where it came without one. */
  @Column('text', { default: '' }) called: string;
  /** How the file was understood, in words. */
  @Column('text', { default: '' }) readAs: string;
  /** Of the file. */
  @Column('int', { default: 0 }) rows: number;
  /** How many of them were looked at. */
  @Column('int', { default: 0 }) done: number;
  @Column('jsonb', { nullable: true }) counts: ImportCounts | null;
  /** Of what it would do: whoever enters it names it. */
  @Column('text', { nullable: true }) digest: string | null;
  /** Goes into the digest, so that nobody can try out by it what they may not see. */
  @Column('text', { select: false }) salt: string;
  /** Why it stands where it does, in words. */
  @Column('text', { default: '' }) told: string;
  @Column('text', { nullable: true, select: false }) file: string | null;
  @Column('jsonb', { nullable: true, select: false }) changes: Change[] | null;
  @Column('jsonb', { nullable: true, select: false }) faults: FieldError[] | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  /** When the last step was asked for. */
  @Column('timestamptz') askedAt: Date;
  @Column('timestamptz', { nullable: true }) enteredAt: Date | null;
  @VersionColumn() version: number;

  get isAtWork(): boolean {
    return AT_WORK.includes(this.state);
  }

  /** Whether that may follow. */
  mayBecome(state: ImportState): boolean {
    return NEXT[this.state].includes(state);
  }

  /** Goes on. Throws a 409 where that does not follow. */
  become(state: ImportState, told = ''): void {
    this.state = nextState('The import', NEXT, this.state, state);
    this.told = told;
  }
}
