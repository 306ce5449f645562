import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  VersionColumn,
} from 'typeorm';
import { Council } from '../councils/council.entity.js';
import type { PeerClass, SkillLevels } from '../matching/problem/programme.js';
import { Peer } from '../peers/peer.entity.js';
import { nextState, type NextStates } from '../web/states.js';
import { Campaign } from './campaign.entity.js';

export const APPLICATION_STATES = [
  'applied',
  'nominated',
  'appraised',
  'inducted',
  'accredited',
  'declined',
  'withdrawn',
] as const;
export type ApplicationState = (typeof APPLICATION_STATES)[number];
/** Of an address, one application at most is in these. */
export const OPEN_APPLICATIONS: readonly ApplicationState[] = [
  'applied',
  'nominated',
  'appraised',
  'inducted',
];

export const ENDS: readonly ApplicationState[] = ['declined', 'withdrawn'];

/** What may follow what, from the first word to a place in the pool. */
const NEXT: NextStates<ApplicationState> = {
  applied: ['appraised', ...ENDS],
  nominated: ['appraised', ...ENDS],
  appraised: ['inducted', ...ENDS],
  inducted: ['accredited', ...ENDS],
  accredited: [],
  declined: [],
  withdrawn: [],
};

/** Nothing comes after these. */
export const ENDED_APPLICATIONS = APPLICATION_STATES.filter((state) => NEXT[state].length === 0);

export const nextOf = (state: ApplicationState): readonly ApplicationState[] => NEXT[state];

/** Somebody who applied, or was nominated, to be a peer. */
@Entity('applications')
@Index(['campaignId'])
@Index(['state'])
@Index('applications_one_open', ['email'], {
  unique: true,
  where: `state IN ('applied', 'nominated', 'appraised', 'inducted')`,
})
@Check('applications_class', `class IN ('member', 'officer', 'other')`)
@Check('applications_party_of_members', `party IS NULL OR class = 'member'`)
@Check('applications_route', `route IN ('applied', 'nominated')`)
@Check('applications_state', `state IN (${APPLICATION_STATES.map((state) => `'${state}'`).join(', ')})`)
@Check('applications_peer', `(peer_id IS NOT NULL) = (state = 'accredited')`)
export class Application {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => Campaign, { nullable: true })
  @JoinColumn()
  campaign?: Campaign | null;
  @Column('uuid', { nullable: true }) campaignId: string | null;
  @Column('text') route: 'applied' | 'nominated';
  /** Which group office or employer nominated them. */
  @Column('text', { nullable: true }) nominatedBy: string | null;
  @Column('text') name: string;
  @Column('text') email: string;
  @Column('text') class: PeerClass;
  @Column('text', { nullable: true }) party: string | null;
  @Column('text', { array: true }) positions: string[];
  @Column('jsonb', { default: () => `'{}'` }) skills: SkillLevels;
  @ManyToOne(() => Council, { nullable: true })
  @JoinColumn()
  council?: Council | null;
  @Column('uuid', { nullable: true }) councilId: string | null;
  @Column('text', { nullable: true }) organisation: string | null;
  @Column('text') state: ApplicationState;
  /** Ids of the appointment criteria that were found to be met. */
  @Column('text', { array: true, default: () => `'{}'` }) criteria: string[];
  @ManyToOne(() => Peer, { nullable: true })
  @JoinColumn()
  peer?: Peer | null;
  @Column('uuid', { nullable: true }) peerId: string | null;
  @Column('text') actor: string;
  @VersionColumn() version: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;

  /** Takes the next step. Throws a 409 that says what is possible. */
  become(state: ApplicationState): void {
    this.state = nextState('The application', NEXT, this.state, state);
  }
}
