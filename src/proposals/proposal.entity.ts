import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  In,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
  type EntityManager,
} from 'typeorm';
import { nextState, type NextStates } from '../web/states.js';
import { lastDay, londonDate, type CivilDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import type { TeamSeats } from '../matching/problem/programme.js';
import type { TeamReasons } from '../matching/reasons/reason.js';
import type { Term } from '../matching/rules/score.js';
import { hasConsent, silentOf, type Approval, type Wanted } from './consents.js';
import { TeamRequest } from './team-request.entity.js';

export const PROPOSAL_STATES = ['proposed', 'agreed', 'superseded'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** What may follow what. */
const NEXT: NextStates<ProposalState> = {
  proposed: ['agreed', 'superseded'],
  agreed: ['superseded'],
  superseded: [],
};

/** A ranked, explained team with its window. */
@Entity('proposals')
@Unique(['requestId', 'rank'])
@Index(['challengeId'])
@Index('proposals_one_agreed', ['challengeId'], { unique: true, where: `state = 'agreed'` })
@Check('proposals_state', `state IN ('proposed', 'agreed', 'superseded')`)
export class Proposal {
  @PrimaryGeneratedColumn('uuid') id: string;
  @ManyToOne(() => TeamRequest)
  @JoinColumn()
  request?: TeamRequest;
  @Column('uuid') requestId: string;
  @ManyToOne(() => Challenge)
  @JoinColumn()
  challenge?: Challenge;
  @Column('uuid') challengeId: string;
  /** 1 for the best of a request; edited ones follow after. */
  @Column('smallint') rank: number;
  @Column('integer') score: number;
  @Column('text') windowId: string;
  @Column('date') firstDay: string;
  @Column('smallint') days: number;
  /** Peer ids by seat. */
  @Column('jsonb') seats: TeamSeats;
  @Column('jsonb') terms: Term[];
  /** Why this team, for words to be made of; a list of seats, since JSON keeps its order. */
  @Column('jsonb') reasons: TeamReasons;
  @Column('text') state: ProposalState;
  @Column('uuid', { nullable: true }) editedFrom: string | null;
  @Column('timestamptz', { nullable: true }) agreedAt: Date | null;
  @Column('timestamptz', { nullable: true }) objectionDeadline: Date | null;
  @Column('jsonb', { default: () => `'[]'` }) approvals: Approval[];
  /** Who is asked next for a seat, by seat; holds nobody's dates. */
  @Column('jsonb', { default: () => `'{}'` }) reserves: TeamSeats;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;

  /** The adviser chooses this team; the council may object until the deadline. Throws a 409 where newer proposals replaced it. */
  agree(at: Date, objectionDeadline: Date): void {
    this.state = nextState('The proposal', NEXT, this.state, 'agreed');
    this.agreedAt = at;
    this.objectionDeadline = objectionDeadline;
  }

  /** Another team, or another answer of the engine, takes its place. */
  supersede(): void {
    this.state = nextState('The proposal', NEXT, this.state, 'superseded');
  }

  /** Whether somebody gave this consent, for a body where one is named. */
  hasConsent(by: Approval['by'], of?: string): boolean {
    return hasConsent(this.approvals, by, of);
  }

  get lastDay(): string {
    return lastDay(this.firstDay, this.days);
  }

  /** The days on site, both ends included. */
  get onSite(): { firstDay: string; lastDay: string } {
    return { firstDay: this.firstDay, lastDay: this.lastDay };
  }

  /** Whether all consents are given: of every body, by word or silence, and of second approvers where wanted. */
  isApproved(wanted: Wanted): boolean {
    return this.hasConsent('silence') || silentOf(this.approvals, wanted).length === 0;
  }
}

/** Those of a challenge that stand in a state are replaced by others. */
export async function supersede(
  tx: EntityManager,
  challengeId: string,
  ...states: ('proposed' | 'agreed')[]
): Promise<void> {
  const replaced = await tx.findBy(Proposal, { challengeId, state: In(states) });
  for (const proposal of replaced) proposal.supersede();
  await tx.save(replaced);
}

/** The seats that one team fills otherwise than another. */
export const changedSeats = (before: TeamSeats, after: TeamSeats): string[] =>
  Object.keys(after).filter((seat) => (before[seat] ?? null) !== (after[seat] ?? null));

/** The last day on which the council may object. */
export function lastDayToObject({
  objectionDeadline,
  firstDay,
}: Pick<Proposal, 'objectionDeadline' | 'firstDay'>): CivilDate {
  return objectionDeadline ? londonDate(new Date(objectionDeadline.getTime() - 1)) : firstDay;
}
