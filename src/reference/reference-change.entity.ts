import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Who changed which policy from what to what, and why. */
@Entity('policy_changes')
export class ReferenceChange {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('text') policyId: string;
  @Column('jsonb', { nullable: true }) before: object | null;
  @Column('jsonb') after: object;
  /** Challenges that took a change of their kind over, each with what it kept before. */
  @Column('jsonb', { nullable: true }) takenOver: { id: string; policy: object }[] | null;
  @Column('text') actor: string;
  @Column('text') reason: string;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}
