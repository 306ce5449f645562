import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { daysBetween } from '../calendar/dates.js';
import { amount } from '../english/words.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Visit, type VisitType } from '../challenges/visit.entity.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { AgreementService } from '../proposals/agreement.service.js';
import type { Proposal } from '../proposals/proposal.entity.js';
import { loadNotAgain } from '../proposals/problem/rows.js';
import { RequestsService } from '../proposals/requests.service.js';
import { Invitation } from './invitation.entity.js';
import { pencilReview } from './pencil.js';
import { TeamNotices } from './team-notices.service.js';
import { wasWhole } from './was-whole.js';

/** What follows from an answer: a whole team is confirmed, a seat that came free is repaired. */
@Injectable()
export class CompletionService {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly agreement: AgreementService,
    private readonly requests: RequestsService,
    private readonly notices: TeamNotices,
  ) {}

  /** The agreed team with every consent that it needs, so that its members may be asked. Throws a 409 that says what is missing. */
  async teamToInvite(tx: EntityManager, challenge: Challenge, now: Date): Promise<Proposal> {
    const proposal = await this.agreement.agreed(challenge.id, tx);
    await this.agreement.requireApproval(tx, proposal, challenge, now);
    return proposal;
  }

  /** Throws a 409 that names bars and people where somebody who is to be asked, or is about to say yes, may not serve by now, alone or beside those who said yes. */
  async requireServing(
    tx: EntityManager,
    { challengeId, firstDay, lastDay }: Pick<Proposal, 'challengeId' | 'firstDay' | 'lastDay'>,
    asked: { seat: string; peerId: string }[],
  ): Promise<void> {
    const visit = { visitFirstDay: firstDay, visitLastDay: lastDay };
    const booked = await tx.findBy(Invitation, { challengeId, state: 'accepted', ...visit });
    const seats = Object.fromEntries([...booked, ...asked].map(({ seat, peerId }) => [seat, peerId]));
    const team = { challengeId, seats, firstDay, days: daysBetween(firstDay, lastDay) + 1 };
    await this.agreement.requireServing(
      tx,
      team,
      asked.map(({ seat }) => seat),
    );
  }

  /** Confirms once every filled seat of the agreed team is booked; pencils the progress review. */
  async confirmIfWhole(tx: EntityManager, challenge: Challenge): Promise<void> {
    if (challenge.state !== 'inviting') return;
    const proposal = await this.agreement.agreed(challenge.id, tx);
    const accepted = await tx.findBy(Invitation, {
      challengeId: challenge.id,
      state: 'accepted',
      visitFirstDay: proposal.firstDay,
      visitLastDay: proposal.lastDay,
    });
    if (!isWhole(proposal, accepted)) return;
    // Something arose since they said yes: the adviser decides first, and this is looked at again then.
    if ((await this.agreement.barred(tx, proposal)).length > 0)
      return this.requests.checkTeam(tx, challenge.id);
    const review = await this.dateVisits(tx, challenge, proposal.onSite);
    await this.notices.confirmed(tx, challenge, accepted, proposal.onSite, review);
    const empty = Object.values(proposal.seats).filter((peer) => peer === null).length;
    await this.challenges.stepIn(tx, SYSTEM, challenge, 'confirmed', wholeWords(empty));
  }

  /** Keeps a challenge from others until the transaction ends: it comes before anything that belongs to it. */
  hold(tx: EntityManager, challengeId: string): Promise<Challenge> {
    return this.challenges.lock(tx, challengeId);
  }

  /** The same after a decision about somebody of the team. */
  async confirmAfter(tx: EntityManager, challengeId: string): Promise<void> {
    await this.confirmIfWhole(tx, await this.challenges.lock(tx, challengeId));
  }

  /** A seat has come free: the challenge is no longer confirmed, and the engine looks for who disturbs least. A reserve goes first. */
  async repair(
    tx: EntityManager,
    actor: Actor,
    challenge: Challenge,
    seat: string,
    why: string,
  ): Promise<void> {
    const proposal = await this.agreement.agreed(challenge.id, tx);
    if (challenge.state === 'confirmed') await this.challenges.stepIn(tx, actor, challenge, 'inviting', why);
    if (await wasWhole(tx, challenge.id)) await this.notices.incomplete(tx, challenge, proposal.onSite, seat);
    const lost = new Set((await loadNotAgain(tx, [challenge.id])).get(challenge.id) ?? []);
    const staying = Object.entries(proposal.seats).filter(
      ([id, peer]) => id !== seat && peer !== null && !lost.has(peer),
    );
    const reserve = proposal.reserves[seat];
    const next = reserve && !lost.has(reserve) ? { [seat]: reserve } : {};
    const pins = { window: proposal.windowId, seats: { ...Object.fromEntries(staying), ...next } };
    const wanted = { cause: 'repair' as const, pins, without: [...lost] };
    await this.requests.requestWithin(tx, SYSTEM, challenge.id, wanted);
  }

  /** The visit gets its days; returns the day about which its progress review is pencilled, null where none follows. */
  private async dateVisits(
    tx: EntityManager,
    challenge: Challenge,
    onSite: Proposal['onSite'],
  ): Promise<string | null> {
    const { clock, purpose } = await this.challenges.kindOf(challenge, tx);
    const { id: challengeId, followsId } = challenge;
    const follows = purpose === 'progress_review' || purpose === 'follow_up' || purpose === 'check_in';
    const type: VisitType = follows ? purpose : 'on_site';
    await tx.upsert(Visit, [{ challengeId, type, state: 'dated', ...onSite }], ['challengeId', 'type']);
    // What was pencilled for about a day has one now.
    if (followsId !== null) await tx.delete(Visit, { challengeId: followsId, type, state: 'pencilled' });
    if (clock.progressReviewMonths === null) return null;
    return pencilReview(tx, challengeId, onSite.lastDay, clock.progressReviewMonths);
  }
}

const wholeWords = (empty: number): string =>
  empty === 0
    ? 'everybody has said yes'
    : `everybody has said yes; ${amount(empty, 'seat stays', 'seats stay')} empty`;

function isWhole({ seats }: Proposal, accepted: Invitation[]): boolean {
  const filled = Object.entries(seats).filter(([, peer]) => peer !== null);
  const isBooked = ([seat, peer]: [string, string | null]): boolean =>
    accepted.some((one) => one.seat === seat && one.peerId === peer);
  return filled.length > 0 && filled.every(isBooked);
}
