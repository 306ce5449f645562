import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Challenge } from './challenge.entity.js';

/** A challenge of before this service, as an office brought it: nobody was asked for it here, and what is not known of it is held against nobody. */
@Entity('past_challenges')
@Check('past_challenges_recommendations', 'recommendations >= 0')
export class PastChallenge {
  @OneToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @PrimaryColumn('uuid') challengeId: string;
  /** The office's own name of it, by which it is known again; null where the file gave none. */
  @Column('text', { nullable: true, unique: true }) reference: string | null;
  /** The reference of the challenge that it followed up, which may come by a later file. */
  @Column('text', { nullable: true }) followsReference: string | null;
  /** Who managed it, where that is nobody with an account. */
  @Column('text', { nullable: true }) manager: string | null;
  /** How many recommendations it made. */
  @Column('smallint', { nullable: true }) recommendations: number | null;
  /** Nobody knows on which days of a month it was; it has all of them. */
  @Column('boolean', { default: false }) monthOnly: boolean;
}
