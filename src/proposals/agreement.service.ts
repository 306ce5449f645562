import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { addWorkingDays } from '../calendar/bank-holidays.js';
import { endOfDayInLondon, lastDay, londonDate, type CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState } from '../challenges/states.js';
import { Database } from '../database/database.js';
import { seatLabel } from '../kinds/seats.js';
import { SYSTEM, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { isStaff } from '../people/permissions.js';
import { conflict, notFound } from '../web/problems.js';
import { AgreementNotices } from './agreement-notices.service.js';
import { disputed, requireAnswered, requireUndisputed, UNDISPUTED } from './disputes.js';
import { endingPromises, requireMeant, type EndingPromise } from './promises.js';
import { consentOf, silentOf, speaksFor, wantedFor, type Approval, type Wanted } from './consents.js';
import { lastDayToObject, Proposal, supersede } from './proposal.entity.js';
import { lockPeers } from '../peers/lock-peers.js';
import { QuestionsService } from './questions.service.js';
import { requireAsAsked, requireShown } from './shown-team.js';
import { membersOf, refuseBarred, requireToCome, whateverTheDays, type Barred } from './standing.js';

/** From the choice of a proposal to everybody's consent, by word or by silence. */
/** What agreeing a proposal would mean. */
export interface Consequences {
  challenge: Challenge;
  ending: (EndingPromise & { label: string })[];
  /** How many speak for the hosts. */
  speakers: number;
  /** Working days in which they may object. */
  objectionDays: number;
  /** Whether a second approval is asked for. */
  second: boolean;
  /** The team that is agreed now, which this one takes the place of; null where it is the first, or the same. */
  replaces: { firstDay: CivilDate; lastDay: CivilDate; isApproved: boolean } | null;
}

@Injectable()
export class AgreementService {
  /** What follows for those who were asked before, when a team is agreed; features that build on it add theirs. */
  readonly whenAgreed: ((
    tx: EntityManager,
    challenge: Challenge,
    proposal: Proposal,
    ending: EndingPromise[],
  ) => Promise<void>)[] = [];

  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly questions: QuestionsService,
    private readonly notices: AgreementNotices,
  ) {}

  /**
   * The adviser chooses a proposal; the council's time to object begins. Whoever was asked for another seat or other days, and is in
   * it, is asked anew; who is not in it is told. Throws a 409 where a yes would end by it that is not among `ends`, the
   * invitations of which the adviser was shown that.
   */
  async agree(actor: Actor, id: string, ends: readonly string[] = []): Promise<Proposal> {
    return this.db.transact(async (tx) => {
      const { challengeId } = await this.proposal(tx, id);
      const challenge = await this.challenges.lock(tx, challengeId);
      const proposal = await this.proposal(tx, id);
      if (proposal.state === 'agreed') return proposal;
      requireState(challenge.state, ['team_proposed', 'team_agreed', 'inviting'], 'agreeing a team');
      if (proposal.state !== 'proposed')
        throw conflict(
          'superseded',
          'This team was set aside: another was agreed in its place, or newer ones were proposed. Choose among those that stand, or ask for teams again.',
        );
      requireAsAsked(challenge, proposal);
      requireSomebody(proposal);
      await requireAnswered(tx, proposal.id);
      await this.requireServing(tx, proposal);
      const { kind, calendar } = await this.challenges.termsOf(challenge, tx);
      const ending = await endingPromises(tx, proposal);
      requireMeant(ending, ends);
      const before = await this.current(challengeId, tx);
      await supersede(tx, challengeId, 'agreed');
      const now = this.db.now();
      const days = kind.objectionWorkingDays;
      const until = addWorkingDays(londonDate(now), days, calendar.addedBankHolidays);
      proposal.agree(now, endOfDayInLondon(until));
      await tx.save(proposal);
      challenge.firstDay = proposal.firstDay;
      challenge.lastDay = proposal.lastDay;
      for (const follow of this.whenAgreed) await follow(tx, challenge, proposal, ending);
      await this.notices.agreed(tx, challenge, { proposal, before });
      await this.challenges.stepIn(tx, actor, challenge, 'team_agreed', 'a team was chosen');
      await record(tx, actor, 'proposal.agreed', `challenge:${challengeId}`, { proposal: id });
      return proposal;
    });
  }

  /**
   * Locks the peers of a team, or of some seats of it, and throws a 409 that names every bar and person where somebody may not serve on
   * its days as things stand now. Of who was asked for these days already, how free they are is not asked again. With `seats`, only those
   * are held against the rules; the others are whom they serve with.
   */
  async requireServing(
    tx: EntityManager,
    team: Pick<Proposal, 'challengeId' | 'seats' | 'firstDay' | 'days'>,
    seats: readonly string[] = Object.keys(team.seats),
  ): Promise<void> {
    const judged = seats.map((seat): [string, string | null] => [seat, team.seats[seat] ?? null]);
    await lockPeers(tx, membersOf(Object.fromEntries(judged)));
    requireToCome(team, this.db.today());
    const booked = await tx.query<{ peerId: string }[]>(
      'SELECT peer_id AS "peerId" FROM bookings WHERE challenge_id = $1 AND live AND visit_first_day = $2 AND visit_last_day = $3',
      [team.challengeId, team.firstDay, lastDay(team.firstDay, team.days)],
    );
    const all = await this.questions.barred(tx, team);
    const barred = all.filter(({ seat }) => seats.includes(seat));
    const isBooked = ({ peerId }: { peerId: string }): boolean => booked.some((one) => one.peerId === peerId);
    await refuseBarred(tx, team, [
      ...barred.filter((one) => !isBooked(one)),
      ...whateverTheDays(barred.filter(isBooked)),
    ]);
  }

  /** Who of a team may not serve in it as things stand now, whatever they said of the days. */
  async barred(tx: EntityManager, team: Proposal): Promise<Barred[]> {
    return whateverTheDays(await this.questions.barred(tx, team));
  }

  /** What agreeing a proposal would mean: what ends of those who were asked before, who hears of it, and how long they may object. */
  async consequences(proposal: Proposal): Promise<Consequences> {
    const challenge = await this.challenges.get(proposal.challengeId);
    const { objectionWorkingDays, secondApproval } = await this.challenges.kindOf(challenge);
    const ending = await endingPromises(this.db.manager, proposal);
    const now = await this.current(challenge.id);
    return {
      challenge,
      ending: ending.map((one) => ({ ...one, label: seatLabel(one.seat) })),
      speakers: (await this.challenges.told(challenge)).length,
      objectionDays: objectionWorkingDays,
      second: secondApproval,
      replaces:
        now === null || now.id === proposal.id
          ? null
          : { ...now.onSite, isApproved: await this.isApproved(challenge, now) },
    };
  }

  /** The agreed proposal of a challenge; null where no team is agreed, or none any more. */
  current(challengeId: string, tx: EntityManager = this.db.manager): Promise<Proposal | null> {
    return tx.findOneBy(Proposal, { challengeId, state: 'agreed' });
  }

  /** The same where there has to be one. Throws a 404 otherwise. */
  async agreed(challengeId: string, tx: EntityManager = this.db.manager): Promise<Proposal> {
    const proposal = await this.current(challengeId, tx);
    if (!proposal) throw notFound('agreed team');
    return proposal;
  }

  /** A consent to the team that was shown is given: the second approver's by that role, the council's by any other. */
  async approve({ actor }: Access, challengeId: string, shown: string): Promise<Proposal> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      requireState(challenge.state, ['team_agreed', 'inviting', 'confirmed'], 'approving the team');
      const proposal = await requireShown(tx, challengeId, shown);
      const by = consentOf(actor.role);
      const { secondApproval } = await this.challenges.kindOf(challenge, tx);
      if (by === 'second' && !secondApproval)
        throw conflict(
          'no-second-approval',
          'No second approval is asked for here; the council approves the team.',
        );
      await requireUndisputed(tx, proposal.id);
      const isNew = await this.consent(tx, actor, proposal, by, speaksFor(actor, challenge));
      if (isNew && isStaff(actor.role)) await this.notices.recorded(tx, challenge, proposal);
      return proposal;
    });
  }

  /**
   * Throws a 409 that says what is missing unless the agreed team has every consent. Silence after the deadline, with no objection
   * open or upheld, is consent, and is recorded as such.
   */
  async requireApproval(
    tx: EntityManager,
    proposal: Proposal,
    challenge: Challenge,
    now: Date,
  ): Promise<void> {
    if (proposal.isApproved(await this.wanted(challenge, tx))) return;
    await requireUndisputed(tx, proposal.id);
    if (proposal.objectionDeadline && now >= proposal.objectionDeadline) {
      await this.consent(tx, SYSTEM, proposal, 'silence');
      return;
    }
    const until = proposal.objectionDeadline ? ` until ${sayDay(lastDayToObject(proposal))}` : '';
    throw conflict(
      'not-approved',
      `The team waits for the council's approval; it may object${until}, and silence is consent.${await this.missing(tx, challenge, proposal)}`,
    );
  }

  /** Of a joint challenge, who has not said yes yet. */
  private async missing(tx: EntityManager, challenge: Challenge, proposal: Proposal): Promise<string> {
    if (challenge.partnerIds.length === 0) return '';
    const silent = silentOf(proposal.approvals, await this.wanted(challenge, tx));
    const rows = await tx.query<{ name: string }[]>(
      'SELECT name FROM councils WHERE id = ANY($1) ORDER BY name',
      [silent],
    );
    return ` Not yet heard from: ${rows.map(({ name }) => name).join(', ')}.`;
  }

  /** Whether the council has consented, by word or by its silence so far. */
  async isApproved(challenge: Challenge, proposal: Proposal): Promise<boolean> {
    const { objectionDeadline } = proposal;
    if (proposal.isApproved(await this.wanted(challenge))) return true;
    if (objectionDeadline === null || this.db.now() < objectionDeadline) return false;
    return (await disputed(this.db.manager, proposal.id)) === undefined;
  }

  /** The daily look: every agreed team whose time has passed without a word is approved. Returns how many. */
  async acceptSilence(now: Date): Promise<number> {
    const waiting = await this.silent(this.db.manager, now).getMany();
    let taken = 0;
    for (const { challengeId } of waiting)
      if (await this.db.transact((tx) => this.takeSilence(tx, challengeId, now))) taken++;
    return taken;
  }

  /** What was found may be off the table by now: only the team that stands at this moment is approved, if its own time has passed. */
  private async takeSilence(tx: EntityManager, challengeId: string, now: Date): Promise<boolean> {
    const challenge = await this.challenges.lock(tx, challengeId);
    const proposal = await this.silent(tx, now).andWhere('c.id = :challengeId', { challengeId }).getOne();
    if (!proposal || proposal.isApproved(await this.wanted(challenge, tx))) return false;
    await this.consent(tx, SYSTEM, proposal, 'silence');
    return true;
  }

  /** Agreed teams that are not yet invited, whose time to object has passed and to which no objection stands. */
  private silent(from: EntityManager, now: Date): SelectQueryBuilder<Proposal> {
    return from
      .createQueryBuilder(Proposal, 'p')
      .innerJoin('p.challenge', 'c', `c.state = 'team_agreed'`)
      .where(`p.state = 'agreed' AND p.objection_deadline <= :now`, { now })
      .andWhere(UNDISPUTED);
  }

  /** A challenge goes back to its scope: no team that was proposed or agreed for it stands, and who was shown one hears so. */
  async setAside(tx: EntityManager, challenge: Challenge): Promise<void> {
    const { id } = challenge;
    const agreed = await this.current(id, tx);
    await supersede(tx, id, 'agreed', 'proposed');
    if (!agreed) return;
    await this.notices.setAside(tx, challenge, agreed);
  }

  private async consent(
    tx: EntityManager,
    actor: Actor,
    proposal: Proposal,
    by: Approval['by'],
    of?: string,
  ): Promise<boolean> {
    if (proposal.hasConsent(by, of)) return false;
    const { id, challengeId } = proposal;
    const given = { by, ...(of === undefined ? {} : { of }) };
    proposal.approvals = [
      ...proposal.approvals,
      { ...given, actor: actor.id, at: this.db.now().toISOString() },
    ];
    await tx.save(proposal);
    const challenge = await this.challenges.get(challengeId, tx);
    if (proposal.isApproved(await this.wanted(challenge, tx)))
      await this.notices.approved(tx, challenge, id, by === 'silence');
    await record(tx, actor, 'team.approved', `challenge:${challengeId}`, {
      proposal: id,
      by,
      ...(of ? { of } : {}),
      ...(by === 'council' && isStaff(actor.role) ? { recorded: true } : {}),
    });
    return true;
  }

  private async wanted(challenge: Challenge, tx?: EntityManager): Promise<Wanted> {
    return wantedFor(challenge, await this.challenges.kindOf(challenge, tx));
  }

  private async proposal(tx: EntityManager, id: string): Promise<Proposal> {
    const proposal = await tx.findOneBy(Proposal, { id });
    if (!proposal) throw notFound('proposal');
    return proposal;
  }
}

function requireSomebody({ seats }: Proposal): void {
  if (membersOf(seats).length === 0)
    throw conflict('rule-broken', 'Nobody sits in this team; choose somebody for a seat first.');
}
