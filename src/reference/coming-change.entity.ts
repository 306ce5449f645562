import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A change of a piece of policy that holds from a day to come; there is one at a time. */
@Entity('policy_coming')
export class ComingChange {
  @PrimaryColumn('text') policyId: string;
  /** Names this change, so that nobody takes another one back than they saw. */
  @Column('uuid') id: string;
  @Column('date') holdsFrom: string;
  @Column('jsonb') content: object;
  /** The version on which its author looked. */
  @Column('integer') version: number;
  /** Of a kind: challenges that take it over. */
  @Column('uuid', { array: true, default: () => `'{}'` }) taking: string[];
  @Column('text') actor: string;
  @Column('text') reason: string;
  /** Why it could not be taken on its day; null before, and where it was. */
  @Column('text', { nullable: true }) fault: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}
