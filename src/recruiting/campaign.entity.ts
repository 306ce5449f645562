import { Check, Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { SkillLevels } from '../matching/problem/programme.js';

/** A search for peers whom the pool lacks. */
@Entity('campaigns')
@Check('campaigns_wanted', 'wanted > 0')
export class Campaign {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column('text') title: string;
  @Column('text', { array: true, default: () => `'{}'` }) positions: string[];
  @Column('jsonb', { default: () => `'{}'` }) skills: SkillLevels;
  @Column('text', { nullable: true }) party: string | null;
  @Column('text', { nullable: true }) region: string | null;
  /** How many peers are wanted. */
  @Column('smallint') wanted: number;
  @Column('date') until: string;
  @Column('text') actor: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
