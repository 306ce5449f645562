import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { addWorkingDays } from '../calendar/bank-holidays.js';
import { endOfDayInLondon, londonDate } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState } from '../challenges/states.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import { SYSTEM, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { conflict, notFound } from '../web/problems.js';
import { AgreementNotices } from './agreement-notices.service.js';
import { Objection } from './objection.entity.js';
import { lastDayToObject, Proposal, supersede, type Approval } from './proposal.entity.js';

/** From the choice of a proposal to everybody's consent, by word or by silence. */
@Injectable()
export class AgreementService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly kinds: KindsService,
    private readonly notices: AgreementNotices,
  ) {}

  /** The adviser chooses a proposal; the council's time to object begins. */
  async agree(actor: Actor, id: string): Promise<Proposal> {
    return this.db.transact(async (tx) => {
      const { challengeId } = await this.proposal(tx, id);
      const challenge = await this.challenges.lock(tx, challengeId);
      const proposal = await this.proposal(tx, id);
      if (proposal.state === 'agreed') return proposal;
      requireState(challenge.state, ['team_proposed', 'team_agreed', 'inviting'], 'agreeing a team');
      if (proposal.state !== 'proposed')
        throw conflict('superseded', 'This proposal was replaced by newer ones; choose among those.');
      const { kind, calendar } = await this.kinds.terms(challenge.kind, tx);
      await supersede(tx, challengeId, 'agreed');
      const now = this.db.now();
      const days = kind.objectionWorkingDays;
      const lastDay = addWorkingDays(londonDate(now), days, calendar.addedBankHolidays);
      proposal.agree(now, endOfDayInLondon(lastDay));
      await tx.save(proposal);
      challenge.firstDay = proposal.firstDay;
      challenge.lastDay = proposal.lastDay;
      await this.notices.agreed(tx, challenge, proposal, kind.secondApproval);
      await this.challenges.stepIn(tx, actor, challenge, 'team_agreed', 'a team was chosen');
      await record(tx, actor, 'proposal.agreed', `challenge:${challengeId}`, { proposal: id });
      return proposal;
    });
  }

  /** The agreed proposal of a challenge. Throws a 404 where no team is agreed yet. */
  async agreed(challengeId: string, tx: EntityManager = this.db.manager): Promise<Proposal> {
    const proposal = await tx.findOneBy(Proposal, { challengeId, state: 'agreed' });
    if (!proposal) throw notFound('agreed team');
    return proposal;
  }

  /** A consent is given: the second approver's by that role, the council's by any other. */
  async approve({ actor }: Access, challengeId: string): Promise<Proposal> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      const proposal = await this.agreed(challengeId, tx);
      requireState(challenge.state, ['team_agreed', 'inviting', 'confirmed'], 'approving the team');
      if (await tx.existsBy(Objection, { proposalId: proposal.id, state: 'open' }))
        throw conflict('objection-open', 'An objection is open; the adviser answers it first.');
      await this.consent(tx, actor, proposal, actor.role === 'approver' ? 'second' : 'council');
      return proposal;
    });
  }

  /**
   * Throws a 409 that says what is missing unless the agreed team has every consent. Silence after the deadline, with no objection
   * open or upheld, is consent, and is recorded as such.
   */
  async requireApproval(tx: EntityManager, proposal: Proposal, kindId: string, now: Date): Promise<void> {
    const { secondApproval } = await this.kinds.get(kindId, tx);
    if (proposal.isApproved(secondApproval)) return;
    const standing = await tx.findOne(Objection, {
      where: [
        { proposalId: proposal.id, state: 'open' },
        { proposalId: proposal.id, state: 'upheld' },
      ],
    });
    if (standing?.state === 'open')
      throw conflict('objection-open', 'An objection is open; answer it first.');
    if (standing)
      throw conflict('objection-upheld', 'An objection was upheld; edit the team and agree it anew.');
    if (proposal.objectionDeadline && now >= proposal.objectionDeadline)
      return this.consent(tx, SYSTEM, proposal, 'silence');
    const until = proposal.objectionDeadline ? ` until ${lastDayToObject(proposal)}` : '';
    throw conflict(
      'not-approved',
      `The team waits for the council's approval; it may object${until}, and silence is consent.`,
    );
  }

  /** The daily look: every agreed team whose time has passed without a word is approved. Returns how many. */
  async acceptSilence(now: Date): Promise<number> {
    const waiting = await this.db.manager
      .createQueryBuilder(Proposal, 'p')
      .where(`p.state = 'agreed' AND p.objection_deadline <= :now`, { now })
      .andWhere(`NOT jsonb_path_exists(p.approvals, '$[*] ? (@.by == "silence")')`)
      .andWhere(UNDISPUTED)
      .getMany();
    for (const { id, challengeId } of waiting) {
      await this.db.transact(async (tx) => {
        await this.challenges.lock(tx, challengeId);
        await this.consent(tx, SYSTEM, await this.proposal(tx, id), 'silence');
      });
    }
    return waiting.length;
  }

  private async consent(
    tx: EntityManager,
    actor: Actor,
    proposal: Proposal,
    by: Approval['by'],
  ): Promise<void> {
    if (proposal.hasConsent(by)) return;
    const { id, challengeId } = proposal;
    proposal.approvals = [...proposal.approvals, { by, actor: actor.id, at: this.db.now().toISOString() }];
    await tx.save(proposal);
    const challenge = await this.challenges.get(challengeId, tx);
    const { secondApproval } = await this.kinds.get(challenge.kind, tx);
    if (proposal.isApproved(secondApproval)) await this.notices.approved(tx, challenge, id, by === 'silence');
    await record(tx, actor, 'team.approved', `challenge:${challengeId}`, { proposal: id, by });
  }

  private async proposal(tx: EntityManager, id: string): Promise<Proposal> {
    const proposal = await tx.findOneBy(Proposal, { id });
    if (!proposal) throw notFound('proposal');
    return proposal;
  }
}

/** Of a proposal `p`: no objection to it is open or upheld. */
export const UNDISPUTED = `NOT EXISTS (SELECT FROM objections o WHERE o.proposal_id = p.id AND o.state <> 'dismissed')`;
