import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
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
