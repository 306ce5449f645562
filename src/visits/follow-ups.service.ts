import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { addDays } from '../calendar/dates.js';
import { sayDays } from '../calendar/phrases.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isConfirmed, isDelivered } from '../challenges/states.js';
import type { Kind } from '../kinds/kind.js';
import type { Seat, Window } from '../matching/problem/programme.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField, conflict } from '../web/problems.js';
import { KeptTeams } from '../proposals/kept-teams.service.js';
import { FollowUpTerms, type NewFollowUp } from './follow-up-terms.service.js';
import { note } from './follow-up-change.entity.js';
import { Database } from '../database/database.js';

/** Somebody of a first team, and whether they are offered the follow-up. */
export interface FirstTeamMember {
  seat: string;
  peerId: string;
  name: string;
  /** The adviser has said that they do not go on. */
  replaced: boolean;
}

/**
 * What follows a challenge is a challenge too, drawn from the first team: so that its dates, its team, who stands in, the invitations
 * and the report are found and kept like any other's.
 */
@Injectable()
export class FollowUpsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly kept: KeptTeams,
    private readonly terms: FollowUpTerms,
  ) {}

  ofChallenge(id: string): Promise<Challenge[]> {
    return this.db.manager.find(Challenge, { where: { followsId: id }, order: { createdAt: 'ASC' } });
  }

  firstTeam(id: string, tx: EntityManager = this.db.manager): Promise<FirstTeamMember[]> {
    return tx.query<FirstTeamMember[]>(
      `SELECT b.seat, b.peer_id AS "peerId", p.name,
         EXISTS (SELECT FROM circumstances x WHERE x.challenge_id = b.challenge_id AND x.peer_id = b.peer_id AND x.visit = 'progress_review' AND x.state = 'replaced') AS replaced
       FROM bookings b JOIN peers p ON p.id = b.peer_id WHERE b.challenge_id = $1 AND b.state = 'booked' ORDER BY b.seat`,
      [id],
    );
  }

  /**
   * Opens a follow-up, or a further stay, and asks the engine for its team: everybody of the first team who may still serve on the days
   * that suit most of them stays, and the other seats are filled. Throws a 409 before the visit has ended, for a further stay before the
   * team is complete; a 400 for a kind that follows nothing.
   */
  async open(actor: Actor, id: string, wanted: NewFollowUp): Promise<Challenge> {
    return this.db.transact(async (tx) => {
      const first = await this.challenges.lock(tx, id);
      const kind = await this.terms.kind(wanted.kind, tx);
      requireTime(first, kind);
      const seats = first.seats.filter((seat) => wanted.seats.includes(seat.id));
      if (seats.length === 0)
        throw badField('/seats', `names no seat; allowed: ${first.seats.map((seat) => seat.id).join(', ')}`);
      const windows = await this.terms.windows(tx, first, wanted);
      if (kind.purpose === 'stay') requireBeside(first, windows);
      const stayOfId = kind.purpose === 'stay' ? first.id : null;
      const followUp = await this.add(tx, actor, first, { kind: wanted.kind, seats, windows, stayOfId });
      await this.askForTeam(tx, actor, first, followUp);
      if (kind.purpose === 'progress_review' && first.state === 'action_plan_published')
        await this.challenges.stepIn(tx, actor, first, 'review_due', 'the progress review is being arranged');
      return this.challenges.get(followUp.id, tx);
    });
  }

  private async add(
    tx: EntityManager,
    actor: Actor,
    first: Challenge,
    {
      kind,
      seats,
      windows,
      stayOfId,
    }: { kind: string; seats: Seat[]; windows: Window[]; stayOfId: string | null },
  ): Promise<Challenge> {
    const { contacts, focus, mode, partnerIds } = first;
    const { id: councilId } = await this.terms.hostOf(first, tx);
    const followUp = await tx.save(
      tx.create(Challenge, {
        councilId,
        partnerIds,
        mode,
        contacts,
        focus,
        kind,
        // For which days somebody was wanted belongs to the first visit.
        seats: seats.map(({ presence: _, ...seat }) => seat),
        windows,
        coverage: [],
        followsId: first.id,
        stayOfId,
        state: 'enquiry',
      }),
    );
    const why = stayOfId ? 'a further stay, with its team' : 'follows a challenge, with its team';
    await this.challenges.stepIn(tx, actor, followUp, 'scoped', why);
    await note(tx, actor, {
      challengeId: first.id,
      subject: `follow-up:${followUp.id}`,
      what: `${stayOfId ? 'Arranged' : 'Follow-up opened'}: ${(await this.terms.kind(kind, tx)).name}`,
    });
    await record(tx, actor, 'follow-up.opened', `challenge:${first.id}`, { followUp: followUp.id });
    return followUp;
  }

  private async askForTeam(
    tx: EntityManager,
    actor: Actor,
    first: Challenge,
    followUp: Challenge,
  ): Promise<void> {
    const team = await this.firstTeam(first.id, tx);
    const seats = Object.fromEntries(
      team.filter(({ replaced }) => !replaced).map(({ seat, peerId }) => [seat, peerId]),
    );
    await this.kept.ask(tx, actor, followUp.id, seats);
  }
}

/** Throws a 409 unless it is time for what is to follow a challenge. */
function requireTime(first: Challenge, { purpose }: Kind): void {
  requireFirst(first);
  const isOpen = isDelivered(first.state) && first.state !== 'closed';
  const isReady = purpose === 'stay' && isConfirmed(first.state) && first.state !== 'closed';
  if (isOpen || isReady) return;
  throw conflict(
    'wrong-state',
    purpose === 'stay'
      ? `The challenge is ${first.state}; a further stay is arranged once its team is complete, and before it is closed.`
      : `The challenge is ${first.state}; a follow-up is arranged after its visit and before it is closed.`,
  );
}

/** Throws a 409 for what follows a challenge itself. */
export function requireFirst({ followsId }: Challenge): void {
  if (followsId !== null)
    throw conflict(
      'is-follow-up',
      'This is a follow-up, or a further stay, itself; arrange another at the challenge that it follows.',
    );
}

/** The days of a further stay are agreed: what follows the visit counts from them, which its challenge tells to everybody. */
export async function noteStay(
  tx: EntityManager,
  { id, stayOfId, firstDay, lastDay }: Challenge,
): Promise<void> {
  if (stayOfId === null || firstDay === null || lastDay === null) return;
  await note(tx, SYSTEM, {
    challengeId: stayOfId,
    subject: `follow-up:${id}`,
    what: `Further stay on ${sayDays(firstDay, lastDay)}: where it is the last, what follows the visit is due from there`,
  });
}

/** How far from the first visit a further stay may begin or end, in days: half a year. */
const STAY_WITHIN = 183;

/** Throws a 400 for days of a further stay that the first visit has, or that are nowhere near it. */
function requireBeside({ firstDay, lastDay }: Challenge, windows: readonly Window[]): void {
  if (firstDay === null || lastDay === null) return;
  const [from, to] = [addDays(firstDay, -STAY_WITHIN), addDays(lastDay, STAY_WITHIN)];
  windows.forEach(({ start, days }, index) => {
    const end = addDays(start, days - 1);
    if (end >= firstDay && start <= lastDay)
      throw badField(
        `/windows/${String(index)}/start`,
        `found ${sayDays(start, end)}, when the first visit is; allowed: other days`,
      );
    if (start < from || end > to)
      throw badField(
        `/windows/${String(index)}/start`,
        `found ${sayDays(start, end)}; allowed: within half a year of the first visit, ${sayDays(firstDay, lastDay)}`,
      );
  });
}
