import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { addWorkingDays } from '../calendar/bank-holidays.js';
import { endOfDayInLondon, londonDate } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatWords } from '../challenges/seat-words.js';
import { requireState } from '../challenges/states.js';
import { MessagesService } from '../messages/messages.service.js';
import { SYSTEM, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { advisersOf, speakersOf } from '../people/recipients.js';
import { PolicyService } from '../policy/policy.service.js';
import { badField, conflict, notFound } from '../web/problems.js';
import { transact } from '../web/transactions.js';
import { Objection } from './objection.entity.js';
import { Proposal, type Approval } from './proposal.entity.js';

const REMIND_WORKING_DAYS = 2;

/** From the choice of a proposal to everybody's consent: agreement, objections, approval by word or by silence. */
@Injectable()
export class AgreementService {
  constructor(
    private readonly source: DataSource,
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
    private readonly messages: MessagesService,
  ) {}

  /** The adviser chooses a proposal; the council's time to object begins. */
  async agree(actor: Actor, id: string): Promise<Proposal> {
    return transact(this.source, async (tx) => {
      const { challengeId } = await this.proposal(tx, id);
      const challenge = await this.challenges.lock(tx, challengeId);
      const proposal = await this.proposal(tx, id);
      if (proposal.state === 'agreed') return proposal;
      requireState(challenge.state, ['team_proposed', 'team_agreed', 'inviting'], 'agreeing a team');
      if (proposal.state !== 'proposed') throw conflict('superseded', 'This proposal was replaced by newer ones; choose among those.');
      const kind = await this.policy.kind(challenge.kind, tx);
      const { addedBankHolidays } = await this.policy.get('calendar', tx);
      await tx.update(Proposal, { challengeId, state: 'agreed' }, { state: 'superseded' });
      proposal.state = 'agreed';
      proposal.agreedAt = new Date();
      proposal.objectionDeadline = endOfDayInLondon(
        addWorkingDays(londonDate(proposal.agreedAt), kind.objectionWorkingDays, addedBankHolidays),
      );
      await tx.save(proposal);
      challenge.firstDay = proposal.firstDay;
      challenge.lastDay = proposal.lastDay;
      await this.tellCouncil(tx, challenge, proposal, kind.secondApproval);
      await this.challenges.stepIn(tx, actor, challenge, 'team_agreed', 'a team was chosen');
      await record(tx, actor, 'proposal.agreed', `challenge:${challengeId}`, { proposal: id });
      return proposal;
    });
  }

  /** The agreed proposal of a challenge. Throws a 404 where no team is agreed yet. */
  async agreed(challengeId: string, tx: EntityManager = this.source.manager): Promise<Proposal> {
    const proposal = await tx.findOneBy(Proposal, { challengeId, state: 'agreed' });
    if (!proposal) throw notFound('agreed team');
    return proposal;
  }

  /** A consent is given: the second approver's by that role, the council's by any other. */
  async approve({ actor }: Access, challengeId: string): Promise<Proposal> {
    return transact(this.source, async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      const proposal = await this.agreed(challengeId, tx);
      requireState(challenge.state, ['team_agreed', 'inviting', 'confirmed'], 'approving the team');
      if (await this.openObjections(tx, proposal.id))
        throw conflict('objection-open', 'An objection is open; the adviser answers it first.');
      await this.consent(tx, actor, proposal, actor.role === 'approver' ? 'second' : 'council');
      return proposal;
    });
  }

  /** The council objects to one member, within its time. */
  async object({ actor }: Access, challengeId: string, seat: string, reason: string): Promise<Objection> {
    return transact(this.source, async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      const proposal = await this.agreed(challengeId, tx);
      requireState(challenge.state, ['team_agreed'], 'objecting');
      if (!proposal.seats[seat])
        throw badField(
          '/seat',
          `found "${seat}"; allowed: ${Object.keys(proposal.seats)
            .filter((id) => proposal.seats[id])
            .join(', ')}`,
        );
      if (proposal.objectionDeadline && new Date() >= proposal.objectionDeadline)
        throw conflict('too-late', 'The time to object has passed; speak to the principal adviser.');
      if (proposal.approvals.length > 0) throw conflict('approved', 'The team is approved already; speak to the principal adviser.');
      const objection = await tx.save(
        tx.create(Objection, { challengeId, proposalId: proposal.id, seat, reason, actor: actor.id, state: 'open', answer: null }),
      );
      const { region, about, ...facts } = await this.challenges.about(tx, challenge);
      const data = { ...facts, seat: seatWords(seat) };
      const to = await advisersOf(tx, region);
      await this.messages.post(tx, { template: 'objection-made', data, to, cause: `objection-${objection.id}`, about });
      await record(tx, actor, 'objection.made', `challenge:${challengeId}`, { objection: objection.id, seat });
      return objection;
    });
  }

  objections(challengeId: string): Promise<Objection[]> {
    return this.source.manager.find(Objection, { where: { challengeId }, order: { createdAt: 'ASC' } });
  }

  /** The adviser upholds an objection (and then edits the team) or dismisses it, with an answer. */
  async answer(actor: Actor, id: string, state: 'upheld' | 'dismissed', answer: string): Promise<Objection> {
    return this.source.transaction(async (tx) => {
      const objection = await tx.findOne(Objection, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!objection) throw notFound('objection');
      if (objection.state !== 'open') throw conflict('wrong-state', `The objection is ${objection.state} already.`);
      Object.assign(objection, { state, answer });
      await tx.save(objection);
      const challenge = await this.challenges.get(objection.challengeId, tx);
      const { council, kind, page, about } = await this.challenges.about(tx, challenge);
      const data = { council, kind, page, upheld: state === 'upheld', answer };
      const to = await speakersOf(tx, challenge.councilId);
      await this.messages.post(tx, { template: 'objection-answered', data, to, cause: `objection-answered-${id}`, about });
      await record(tx, actor, 'objection.answered', `challenge:${objection.challengeId}`, { objection: id, state });
      return objection;
    });
  }

  /**
   * Throws a 409 that says what is missing unless the agreed team has every consent. Silence after the deadline, with no objection
   * open or upheld, is consent, and is recorded as such.
   */
  async requireApproval(tx: EntityManager, proposal: Proposal, kindId: string, now: Date): Promise<void> {
    const { secondApproval } = await this.policy.kind(kindId, tx);
    if (proposal.isApproved(secondApproval)) return;
    const standing = await tx.findOne(Objection, {
      where: [
        { proposalId: proposal.id, state: 'open' },
        { proposalId: proposal.id, state: 'upheld' },
      ],
    });
    if (standing?.state === 'open') throw conflict('objection-open', 'An objection is open; answer it first.');
    if (standing) throw conflict('objection-upheld', 'An objection was upheld; edit the team and agree it anew.');
    if (proposal.objectionDeadline && now >= proposal.objectionDeadline) return this.consent(tx, SYSTEM, proposal, 'silence');
    const until = proposal.objectionDeadline ? ` until ${lastDayToObject(proposal)}` : '';
    throw conflict('not-approved', `The team waits for the council's approval; it may object${until}, and silence is consent.`);
  }

  /** The daily look: every agreed team whose time has passed without a word is approved. Returns how many. */
  async acceptSilence(now: Date): Promise<number> {
    const waiting = await this.source.manager
      .createQueryBuilder(Proposal, 'p')
      .where(`p.state = 'agreed' AND p.objection_deadline <= :now AND NOT jsonb_path_exists(p.approvals, '$[*] ? (@.by == "silence")')`, {
        now,
      })
      .andWhere(`NOT EXISTS (SELECT FROM objections o WHERE o.proposal_id = p.id AND o.state IN ('open', 'upheld'))`)
      .getMany();
    for (const { id, challengeId } of waiting) {
      await transact(this.source, async (tx) => {
        await this.challenges.lock(tx, challengeId);
        await this.consent(tx, SYSTEM, await this.proposal(tx, id), 'silence');
      });
    }
    return waiting.length;
  }

  private async consent(tx: EntityManager, actor: Actor, proposal: Proposal, by: Approval['by']): Promise<void> {
    if (proposal.approvals.some((approval) => approval.by === by)) return;
    proposal.approvals = [...proposal.approvals, { by, actor: actor.id, at: new Date().toISOString() }];
    await tx.save(proposal);
    await this.tellApproval(tx, proposal, by === 'silence');
    await record(tx, actor, 'team.approved', `challenge:${proposal.challengeId}`, { proposal: proposal.id, by });
  }

  /** Two working days before silence counts as consent, whoever has not answered is reminded. */
  async remind(now: Date): Promise<void> {
    const { addedBankHolidays } = await this.policy.get('calendar');
    const until = endOfDayInLondon(addWorkingDays(londonDate(now), REMIND_WORKING_DAYS, addedBankHolidays));
    const waiting = await this.source.manager
      .createQueryBuilder(Proposal, 'p')
      .where(`p.state = 'agreed' AND p.objection_deadline > :now AND p.objection_deadline <= :until`, { now, until })
      .andWhere(`NOT EXISTS (SELECT FROM objections o WHERE o.proposal_id = p.id AND o.state IN ('open', 'upheld'))`)
      .getMany();
    for (const { id, challengeId } of waiting) {
      await transact(this.source, async (tx) => {
        const challenge = await this.challenges.lock(tx, challengeId);
        const proposal = await this.proposal(tx, id);
        const { secondApproval } = await this.policy.kind(challenge.kind, tx);
        if (proposal.state !== 'agreed' || proposal.isApproved(secondApproval)) return;
        const { council, kind, page, about } = await this.challenges.about(tx, challenge);
        const data = { council, kind, page, until: lastDayToObject(proposal) };
        const to = await this.approvers(tx, challenge, secondApproval);
        await this.messages.post(tx, { template: 'approval-reminder', data, to, cause: `approval-reminder-${id}`, about });
      });
    }
  }

  private async tellCouncil(tx: EntityManager, challenge: Challenge, proposal: Proposal, secondWanted: boolean): Promise<void> {
    const { council, kind, page, about } = await this.challenges.about(tx, challenge);
    const { firstDay, lastDay, id } = proposal;
    const data = { council, kind, page, firstDay, lastDay, until: lastDayToObject(proposal) };
    const to = await this.approvers(tx, challenge, secondWanted);
    await this.messages.post(tx, { template: 'team-for-approval', data, to, cause: `agreed-${id}`, about });
  }

  private async tellApproval(tx: EntityManager, proposal: Proposal, silence: boolean): Promise<void> {
    const challenge = await this.challenges.get(proposal.challengeId, tx);
    const { secondApproval } = await this.policy.kind(challenge.kind, tx);
    if (!proposal.isApproved(secondApproval)) return;
    const { region, about, ...facts } = await this.challenges.about(tx, challenge);
    const to = await advisersOf(tx, region);
    await this.messages.post(tx, { template: 'team-approved', data: { ...facts, silence }, to, cause: `approved-${proposal.id}`, about });
  }

  private async approvers(tx: EntityManager, { councilId }: Challenge, secondWanted: boolean): Promise<string[]> {
    return [...(await speakersOf(tx, councilId)), ...(secondWanted ? await speakersOf(tx, councilId, 'approver') : [])];
  }

  private async proposal(tx: EntityManager, id: string): Promise<Proposal> {
    const proposal = await tx.findOneBy(Proposal, { id });
    if (!proposal) throw notFound('proposal');
    return proposal;
  }

  private openObjections(tx: EntityManager, proposalId: string): Promise<boolean> {
    return tx.existsBy(Objection, { proposalId, state: 'open' });
  }
}

/** The last day on which the council may object. */
export function lastDayToObject({ objectionDeadline, firstDay }: Proposal): string {
  return objectionDeadline ? londonDate(new Date(objectionDeadline.getTime() - 1)) : firstDay;
}
