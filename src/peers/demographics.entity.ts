import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Peer } from './peer.entity.js';

/** What a peer chose to say for totals only; apart from the peer's record, and never used to choose anybody. */
@Entity('demographics')
export class Demographics {
  @OneToOne(() => Peer, { onDelete: 'CASCADE' })
  @JoinColumn()
  peer?: Peer;
  @PrimaryColumn('uuid') peerId: string;
  @Column('text', { nullable: true }) gender: string | null;
  @Column('text', { nullable: true }) ageBand: string | null;
  @Column('text', { nullable: true }) ethnicity: string | null;
  @Column('text', { nullable: true }) disability: string | null;
}
