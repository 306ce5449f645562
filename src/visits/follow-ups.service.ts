import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { londonDate, type CivilDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import type { WindowField } from '../challenges/challenges.dto.js';
import { isDelivered } from '../challenges/states.js';
import type { Seat, Window } from '../matching/problem/programme.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { PolicyService } from '../policy/policy.service.js';
import type { Kind, Purpose } from '../policy/content.js';
import { keepMost } from '../proposals/keep-most.js';
import { ProposalsService } from '../proposals/proposals.service.js';
import { badField, conflict, notFound } from '../web/problems.js';
import { transact } from '../web/transactions.js';
import { ClockService } from './clock.service.js';
import { note } from './follow-up-change.entity.js';
import { reviewWindows } from './review-windows.js';

const FOLLOWING: readonly Purpose[] = ['progress_review', 'follow_up', 'check_in'];

/** Somebody of a first team, and whether they are offered the follow-up. */
export interface FirstTeamMember {
  seat: string;
  peerId: string;
  name: string;
  /** The adviser has said that they do not go on. */
  replaced: boolean;
}

/** What a follow-up is to be. */
export interface NewFollowUp {
  kind: string;
  days: number;
  /** Seats of the first team that are asked again; the rest of the first team is not. */
  seats: string[];
  /** Days to choose from; found about the day on which it is due where there are none. */
  windows?: WindowField[];
}

/**
 * What follows a challenge is a challenge too, drawn from the first team: so that its dates, its team, who stands in, the invitations
 * and the report are found and kept like any other's.
 */
@Injectable()
export class FollowUpsService {
  constructor(
    private readonly source: DataSource,
    private readonly challenges: ChallengesService,
    private readonly proposals: ProposalsService,
    private readonly policy: PolicyService,
    private readonly clock: ClockService,
  ) {}

  ofChallenge(id: string): Promise<Challenge[]> {
    return this.source.manager.find(Challenge, { where: { followsId: id }, order: { createdAt: 'ASC' } });
  }

  /** The kinds of follow-up that there are. */
  async kinds(): Promise<(Kind & { id: string })[]> {
    return (await this.policy.kinds()).filter(({ purpose }) => FOLLOWING.includes(purpose));
  }

  firstTeam(id: string, tx: EntityManager = this.source.manager): Promise<FirstTeamMember[]> {
    return tx.query<FirstTeamMember[]>(
      `SELECT b.seat, b.peer_id AS "peerId", p.name,
         EXISTS (SELECT FROM circumstances x WHERE x.challenge_id = b.challenge_id AND x.peer_id = b.peer_id AND x.visit = 'progress_review' AND x.state = 'replaced') AS replaced
       FROM bookings b JOIN peers p ON p.id = b.peer_id WHERE b.challenge_id = $1 AND b.state = 'booked' ORDER BY b.seat`,
      [id],
    );
  }

  /**
   * Opens a follow-up and asks the engine for its team: everybody of the first team who may still serve on the days that suit most of
   * them stays, and the other seats are filled. Throws a 409 before the visit has ended, a 400 for a kind that follows nothing.
   */
  async open(actor: Actor, id: string, wanted: NewFollowUp): Promise<Challenge> {
    return transact(this.source, async (tx) => {
      const first = await this.challenges.lock(tx, id);
      if (!isDelivered(first.state) || first.state === 'closed')
        throw conflict('wrong-state', `The challenge is ${first.state}; a follow-up is arranged after its visit and before it is closed.`);
      if (first.followsId !== null)
        throw conflict('is-follow-up', 'This is a follow-up itself; arrange another at the challenge that it follows.');
      const kind = await this.policy.kind(wanted.kind, tx);
      if (!FOLLOWING.includes(kind.purpose))
        throw badField('/kind', `found "${wanted.kind}"; allowed: ${(await this.kinds()).map((one) => one.id).join(', ')}`);
      const seats = first.seats.filter((seat) => wanted.seats.includes(seat.id));
      if (seats.length === 0) throw badField('/seats', `names no seat; allowed: ${first.seats.map((seat) => seat.id).join(', ')}`);
      const windows = await this.windows(tx, first, kind, wanted);
      const followUp = await this.add(tx, actor, first, { kind: wanted.kind, seats, windows });
      await this.askForTeam(tx, actor, first, followUp);
      if (kind.purpose === 'progress_review' && first.state === 'action_plan_published')
        await this.challenges.stepIn(tx, actor, first, 'review_due', 'the progress review is being arranged');
      return this.challenges.get(followUp.id, tx);
    });
  }

  private async windows(tx: EntityManager, first: Challenge, kind: Kind, { days, windows }: NewFollowUp): Promise<Window[]> {
    const { council } = await this.challenges.get(first.id, tx);
    if (!council) throw notFound('host body');
    if (days < kind.daysMin || days > kind.daysMax)
      throw badField('/days', `found ${String(days)}; allowed for this kind: ${String(kind.daysMin)} to ${String(kind.daysMax)}`);
    if (windows && windows.length > 0) return this.challenges.acceptWindows(tx, council, kind, windows);
    const today = londonDate(new Date());
    const due = await this.dueOn(tx, first, kind, today);
    const rules = await this.policy.get('calendar', tx);
    const context = { rules, cycle: council.elections, preElectionRefuses: kind.preElectionRefuses };
    const found = reviewWindows(due, days, today, context);
    if (found.length === 0)
      throw badField('/windows', 'no day about the time that it is due is allowed by the calendar; name some yourself');
    return found;
  }

  /** When it is due: a progress review by the clock, anything else as soon as can be. */
  private async dueOn(tx: EntityManager, first: Challenge, { purpose }: Kind, today: CivilDate): Promise<CivilDate> {
    const steps = purpose === 'progress_review' ? await this.clock.of(first.id, today, tx) : [];
    return steps.find(({ id }) => id === 'review')?.due ?? today;
  }

  private async add(
    tx: EntityManager,
    actor: Actor,
    first: Challenge,
    { kind, seats, windows }: { kind: string; seats: Seat[]; windows: Window[] },
  ): Promise<Challenge> {
    const { councilId, contacts, focus } = first;
    const followUp = await tx.save(
      tx.create(Challenge, { councilId, contacts, focus, kind, seats, windows, coverage: [], followsId: first.id, state: 'enquiry' }),
    );
    await this.challenges.stepIn(tx, actor, followUp, 'scoped', 'follows a challenge, with its team');
    await note(tx, actor, {
      challengeId: first.id,
      subject: `follow-up:${followUp.id}`,
      what: `Follow-up opened: ${(await this.policy.kind(kind, tx)).name}`,
    });
    await record(tx, actor, 'follow-up.opened', `challenge:${first.id}`, { followUp: followUp.id });
    return followUp;
  }

  private async askForTeam(tx: EntityManager, actor: Actor, first: Challenge, followUp: Challenge): Promise<void> {
    const team = await this.firstTeam(first.id, tx);
    const seats = Object.fromEntries(team.filter(({ replaced }) => !replaced).map(({ seat, peerId }) => [seat, peerId]));
    const pins = keepMost(await this.proposals.question(followUp.id, [], tx), seats);
    await this.proposals.enqueueRequest(tx, actor, followUp.id, { cause: 'repair', pins, without: [] });
  }
}
