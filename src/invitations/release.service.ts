import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { sayDays } from '../calendar/phrases.js';
import { conflict } from '../web/problems.js';
import type { Window } from '../matching/problem/programme.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isDelivered } from '../challenges/states.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { supersede } from '../proposals/proposal.entity.js';
import { RequestsService } from '../proposals/requests.service.js';
import { Invitation, LIVE_INVITATIONS } from './invitation.entity.js';
import { TeamNotices } from './team-notices.service.js';
import { daysOfWindow } from './said.js';
import { pencilReview } from './pencil.js';
import type { WhyReleased } from './release-words.js';
import { askedOf, SeatOffers } from './seat-offers.service.js';

/** Gives everybody's days back where a challenge does not go on as planned. */
@Injectable()
export class ReleaseService {
  /** What else follows, in the same transaction, where a challenge leaves its way before its visit; features that build on it add theirs. */
  readonly whenLeft: ((tx: EntityManager, challenge: Challenge) => Promise<void>)[] = [];

  constructor(
    private readonly challenges: ChallengesService,
    private readonly requests: RequestsService,
    private readonly notices: TeamNotices,
    private readonly offers: SeatOffers,
  ) {}

  /** Keeps the challenge from others until the transaction ends, before anything of it is read. */
  hold(tx: EntityManager, id: string): Promise<Challenge> {
    return this.challenges.lock(tx, id);
  }

  /**
   * The challenge leaves its way: peers are released and told at once, then the council and the adviser hear of it. `windows` are the
   * days that are looked at instead.
   */
  async leave(
    tx: EntityManager,
    actor: Actor,
    id: string,
    to: 'postponed' | 'cancelled' | 'stood_down',
    { reason, windows = [] }: { reason: string; windows?: Window[] },
  ): Promise<Challenge> {
    const challenge = await this.challenges.lock(tx, id);
    if (to !== 'postponed') await requireNoStay(tx, id);
    let freed = 0;
    // A visit that took place stays in everybody's record.
    if (!isDelivered(challenge.state)) {
      freed = await this.release(tx, actor, challenge, ({ seat }): WhyReleased =>
        to === 'postponed'
          ? { why: to, reason, windows: windows.map((one) => askedOf(challenge, seat, daysOfWindow(one))) }
          : { why: to, reason },
      );
    }
    await this.challenges.stepIn(tx, actor, challenge, to, reason);
    await this.notices.left(tx, challenge, { reason, windows, freed });
    return challenge;
  }

  private async release(
    tx: EntityManager,
    actor: Actor,
    challenge: Challenge,
    whyOf: (invitation: Invitation) => WhyReleased,
  ): Promise<number> {
    const { id: challengeId } = challenge;
    const live = await tx.findBy(Invitation, { challengeId, state: In([...LIVE_INVITATIONS]) });
    await this.offers.withdraw(tx, challenge, live, whyOf);
    await supersede(tx, challengeId, 'agreed', 'proposed');
    challenge.firstDay = null;
    challenge.lastDay = null;
    await tx.query('DELETE FROM visits WHERE challenge_id = $1', [challengeId]);
    await this.pencilAgain(tx, challenge);
    await tx.query('DELETE FROM challenge_steps WHERE challenge_id = $1', [challengeId]);
    await this.requests.endWaiting(tx, challengeId, 'the challenge does not go on as planned');
    for (const follow of this.whenLeft) await follow(tx, challenge);
    await record(tx, actor, 'bookings.released', `challenge:${challengeId}`);
    return live.length;
  }

  /** A review that does not take place yet is still to come, about when it was. */
  private async pencilAgain(tx: EntityManager, challenge: Challenge): Promise<void> {
    const { purpose } = await this.challenges.kindOf(challenge, tx);
    if (challenge.followsId === null || purpose !== 'progress_review') return;
    const first = await this.challenges.get(challenge.followsId, tx);
    const { clock } = await this.challenges.kindOf(first, tx);
    if (first.lastDay === null || clock.progressReviewMonths === null) return;
    await pencilReview(tx, first.id, first.lastDay, clock.progressReviewMonths);
  }
}

/** A further stay of a challenge that is neither held nor ended, with its days in words, empty while it has none. */
export interface OpenStay {
  id: string;
  days: string;
}

/** The first of those of a challenge. */
export async function openStayOf(tx: EntityManager, id: string): Promise<OpenStay | null> {
  const [stay] = await tx.query<{ id: string; first: string | null; last: string | null }[]>(
    `SELECT id, first_day::text AS first, last_day::text AS last FROM challenges
     WHERE stay_of_id = $1 AND state IN (SELECT state FROM challenge_states WHERE open) ORDER BY created_at LIMIT 1`,
    [id],
  );
  return stay ? { id: stay.id, days: stay.first && stay.last ? sayDays(stay.first, stay.last) : '' } : null;
}

/** Throws a 409 where a further stay of a challenge is open: whoever was promised days of it is told by ending it first. */
async function requireNoStay(tx: EntityManager, id: string): Promise<void> {
  const stay = await openStayOf(tx, id);
  if (!stay) return;
  const when = stay.days ? `, on ${stay.days},` : '';
  throw conflict('stay-open', `A further stay of this challenge${when} is still open; end that first.`);
}
