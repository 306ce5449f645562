import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

export const LINK_PURPOSES = ['invitation', 'sounding', 'feed', 'feedback'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

/** A link that opens one thing without an account: 256 random bits, of which only the hash is stored. */
@Entity('links')
@Index(['subject'])
@Check('links_purpose', `purpose IN ('invitation', 'sounding', 'feed', 'feedback')`)
export class Link {
  @PrimaryColumn('text') hash: string;
  @Column('text') purpose: LinkPurpose;
  /** The id of the one thing that it opens. */
  @Column('uuid') subject: string;
  @Column('timestamptz', { nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
