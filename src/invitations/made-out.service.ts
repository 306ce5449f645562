import { Injectable } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import { PeerChanges } from '../peers/peer-changes.service.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { conflict, notFound } from '../web/problems.js';
import { makeOut, type MadeOut, type Told } from './answering.js';
import { AnswersService } from './answers.service.js';
import { Invitation, type AnswerChannel } from './invitation.entity.js';

/** Answers as they are made out on pages: with links to the council, which are kept together with the answer. */
@Injectable()
export class MadeOutService {
  constructor(
    private readonly db: Database,
    private readonly answers: AnswersService,
    private readonly challenges: ChallengesService,
    private readonly changes: PeerChanges,
  ) {}

  /** A link that bars comes with a no and is kept with the peer; any other link goes with a yes to the adviser. All or nothing. */
  async answer(actor: Actor, id: string, madeOut: MadeOut, through: AnswerChannel): Promise<void> {
    const { yes, conflict: link, declared, ...refusal } = madeOut;
    await this.db.transact(async (tx) => {
      const { peerId, challengeId } = await (yes
        ? this.answers.acceptWithin(tx, actor, id, { through, declared })
        : this.answers.declineWithin(tx, actor, id, refusal, { through }));
      if (!link) return;
      const { councilId } = await this.challenges.get(challengeId, tx);
      await this.changes.declare(tx, actor, peerId, { councilId, ...link });
    });
  }

  /** What a peer told staff by telephone; the same questions. Returns the challenge. */
  async byTelephone(actor: Actor, id: string, told: Told): Promise<string> {
    const found = await this.db.manager.findOneBy(Invitation, { id });
    if (!found) throw notFound('invitation');
    await this.answer(actor, id, makeOut(told, found.onSite, this.db.today()), 'telephone');
    return found.challengeId;
  }

  /** The adviser has looked at a declared link: the peer stays, or is released, with a reason. Throws a 409 where that was decided. */
  async decide(actor: Actor, id: string, decision: 'accepted' | 'released', reason: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const found = await tx.findOneBy(Invitation, { id });
      if (!found) throw notFound('invitation');
      await this.challenges.lock(tx, found.challengeId);
      const invitation = await tx.findOneByOrFail(Invitation, { id });
      const { declared, challengeId, state } = invitation;
      if (!declared) throw notFound('declared link');
      if (declared.decision)
        throw conflict(
          'link-decided',
          `It was decided already: ${declared.decision}, ${declared.reason ?? ''}.`,
        );
      if (state !== 'accepted')
        throw conflict('invitation-ended', `The invitation is ${state}; there is nothing left to decide.`);
      await tx.update(Invitation, { id }, { declared: { ...declared, decision, reason } });
      await record(tx, actor, 'link.decided', `challenge:${challengeId}`, { invitation: id, decision });
      if (decision === 'released') await this.answers.releaseWithin(tx, actor, id, reason);
    });
  }
}
