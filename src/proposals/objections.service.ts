import { Injectable } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { requireState } from '../challenges/states.js';
import { Database } from '../database/database.js';
import type { Access, Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField, conflict, notFound } from '../web/problems.js';
import { AgreementNotices } from './agreement-notices.service.js';
import { consentOf, speaksFor, wantedFor } from './consents.js';
import { Objection } from './objection.entity.js';
import { RequestsService } from './requests.service.js';
import { requireShown } from './shown-team.js';

/** An objection as a council makes it: to the team that it was shown. */
export type ObjectionMade = Pick<Objection, 'proposalId' | 'seat' | 'reason'>;

/** Objections of councils to members of their agreed teams. */
@Injectable()
export class ObjectionsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly notices: AgreementNotices,
    private readonly requests: RequestsService,
  ) {}

  async get(id: string): Promise<Objection> {
    const objection = await this.db.manager.findOneBy(Objection, { id });
    if (!objection) throw notFound('objection');
    return objection;
  }

  ofChallenge(challengeId: string): Promise<Objection[]> {
    return this.db.manager.find(Objection, {
      where: { challengeId },
      relations: { council: true },
      order: { createdAt: 'ASC' },
    });
  }

  /** The same with the name of whom each was to, who may not be in the team any more. */
  async withNames(challengeId: string): Promise<(Objection & { name: string })[]> {
    const objections = await this.ofChallenge(challengeId);
    const names = await this.db.query<{ id: string; name: string }[]>(
      `SELECT o.id, p.name FROM objections o JOIN proposals t ON t.id = o.proposal_id JOIN peers p ON p.id::text = t.seats->>o.seat
       WHERE o.challenge_id = $1`,
      [challengeId],
    );
    return objections.map((one) =>
      Object.assign(one, { name: names.find(({ id }) => id === one.id)?.name ?? '' }),
    );
  }

  /** The council objects to one member of the team that it was shown, within its time. */
  async object({ actor }: Access, challengeId: string, made: ObjectionMade): Promise<Objection> {
    const { seat, reason } = made;
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      requireState(challenge.state, ['team_agreed'], 'objecting');
      const proposal = await requireShown(tx, challengeId, made.proposalId);
      const filled = Object.keys(proposal.seats).filter((id) => proposal.seats[id]);
      if (!filled.includes(seat)) throw badField('/seat', `found "${seat}"; allowed: ${filled.join(', ')}`);
      if (proposal.objectionDeadline && this.db.now() >= proposal.objectionDeadline)
        throw conflict('too-late', 'The time to object has passed; speak to the principal adviser.');
      const wanted = wantedFor(challenge, await this.challenges.kindOf(challenge, tx));
      const [by, of] = [consentOf(actor.role), speaksFor(actor, challenge)];
      if (proposal.isApproved(wanted) || proposal.hasConsent(by, of))
        throw conflict('approved', 'The team is approved already; speak to the principal adviser.');
      const from = { actor: actor.id, councilId: of ?? null };
      const facts = { challengeId, proposalId: proposal.id, seat, reason, ...from };
      const objection = await tx.save(tx.create(Objection, { ...facts, state: 'open', answer: null }));
      await this.notices.objected(tx, challenge, objection);
      const about = { objection: objection.id, seat };
      await record(tx, actor, 'objection.made', `challenge:${challengeId}`, about);
      return objection;
    });
  }

  /** The adviser upholds an objection (and then edits the team) or dismisses it, with an answer. */
  async answer(actor: Actor, id: string, state: 'upheld' | 'dismissed', answer: string): Promise<Objection> {
    return this.db.transact(async (tx) => {
      const found = await tx.findOneBy(Objection, { id });
      if (!found) throw notFound('objection');
      await this.challenges.lock(tx, found.challengeId);
      const objection = await tx.findOneOrFail(Objection, {
        where: { id },
        lock: { mode: 'pessimistic_write' },
      });
      objection.decide(state, answer, this.db.now());
      await tx.save(objection);
      await this.notices.objectionAnswered(tx, objection);
      // Should they be asked or booked by now, their adviser decides.
      if (state === 'upheld') await this.requests.checkTeam(tx, objection.challengeId);
      const about = { objection: id, state };
      await record(tx, actor, 'objection.answered', `challenge:${objection.challengeId}`, about);
      return objection;
    });
  }
}
