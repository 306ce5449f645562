import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { notFound } from '../web/problems.js';
import { AskedAgain } from './asked-again.entity.js';

/** Why somebody is not offered a challenge again. */
export interface NotAgain {
  challengeId: string;
  peerId: string;
  name: string;
  /** The seat for which it was. */
  seat: string;
  how: 'declined' | 'expired' | 'released' | 'objected';
  /** In their own words, or the council's. */
  reason: string | null;
}

const HOW_WORDS: Record<NotAgain['how'], string> = {
  declined: 'said no to this challenge',
  expired: 'did not answer for this challenge',
  released: 'was released from this challenge',
  objected: 'the council objected to them',
};

/** "said no to this challenge: ill" */
export const notAgainWords = ({ how, reason }: Pick<NotAgain, 'how' | 'reason'>): string =>
  reason ? `${HOW_WORDS[how]}: ${reason.trim().replace(/\.+$/, '')}` : HOW_WORDS[how];

/** Peers who are not offered a challenge again: they said no or nothing, or the council's objection to them was upheld. */
@Injectable()
export class NotAgainService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
  ) {}

  /** Of some challenges; each peer once for each, with what came last. */
  of(challengeIds: string[], tx: EntityManager = this.db.manager): Promise<NotAgain[]> {
    return tx.query<NotAgain[]>(
      `SELECT n.challenge_id AS "challengeId", n.peer_id AS "peerId", p.name, n.seat, n.how, n.reason
       FROM not_again n JOIN peers p ON p.id = n.peer_id WHERE n.challenge_id = ANY($1) ORDER BY n.at, p.name`,
      [challengeIds],
    );
  }

  /** The adviser takes it back: the peer may be proposed and invited again. Throws a 404 where nothing stands against it. */
  async takeBack(actor: Actor, challengeId: string, peerId: string, reason: string): Promise<void> {
    await this.db.transact(async (tx) => {
      await this.challenges.lock(tx, challengeId);
      if (!(await this.of([challengeId], tx)).some((one) => one.peerId === peerId))
        throw notFound('peer who is not offered this challenge again');
      const createdAt = this.db.now();
      await tx.insert(AskedAgain, { challengeId, peerId, reason, actor: actor.id, createdAt });
      await record(tx, actor, 'peer.askedAgain', `challenge:${challengeId}`, { peer: peerId });
    });
  }
}
