import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import {
  Column,
  CreateDateColumn,
  Entity,
  type EntityManager,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { Application, type ApplicationState } from './application.entity.js';

/** One step of an application: who, when, why. */
@Entity('application_changes')
@Index(['applicationId'])
export class ApplicationChange {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: string;
  @ManyToOne(() => Application)
  @JoinColumn()
  application?: Application;
  @Column('uuid') applicationId: string;
  @Column('text', { nullable: true }) from: ApplicationState | null;
  @Column('text') to: ApplicationState;
  @Column('text') reason: string;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}

/** Keeps that an application came to a state, and why. */
export async function noteState(
  tx: EntityManager,
  actor: Actor,
  { id, state }: Application,
  from: ApplicationState | null,
  reason: string,
): Promise<void> {
  await tx.insert(ApplicationChange, { applicationId: id, from, to: state, reason, actor: actor.id });
  await record(tx, actor, 'application.state', `application:${id}`, { from, to: state });
}
