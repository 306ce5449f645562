import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Account } from './account.entity.js';

/** A code that was sent to an account's address: used once, for ten minutes, with few tries. */
@Entity('sign_in_codes')
@Index(['accountId'])
export class SignInCode {
  /** Stands in the address of the page that asks for the code. */
  @PrimaryColumn('uuid') id: string;
  @ManyToOne(() => Account)
  @JoinColumn()
  account?: Account;
  @Column('uuid') accountId: string;
  @Column('text') hash: string;
  @Column('smallint', { default: 0 }) tries: number;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) usedAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
