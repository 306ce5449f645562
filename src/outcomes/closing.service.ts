import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { stepTo, STATE_NAMES } from '../challenges/states.js';
import type { Actor } from '../people/access.js';
import { Booking } from '../invitations/booking.entity.js';
import { ClockService } from '../visits/clock.service.js';
import { conflict } from '../web/problems.js';
import { Recommendation } from './recommendation.entity.js';
import { Database } from '../database/database.js';

/** Closing a challenge: with nothing outstanding, or with a reason. */
@Injectable()
export class ClosingService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly clock: ClockService,
  ) {}

  /** What is not done yet, in words; empty where all is. */
  async outstanding(id: string, tx: EntityManager = this.db.manager): Promise<string[]> {
    const steps = await this.clock.of(id, this.db.today(), tx);
    const open = steps.filter(({ state }) => state !== 'done').map(({ title }) => title);
    const answers = await tx.countBy(Recommendation, { challengeId: id });
    const unanswered = await tx
      .createQueryBuilder(Recommendation, 'r')
      .where('r.challenge_id = :id AND r.answer IS NULL', { id })
      .getCount();
    const followUps = await tx.query<{ state: keyof typeof STATE_NAMES }[]>(
      `SELECT state FROM challenges WHERE follows_id = $1 AND state IN (SELECT state FROM challenge_states WHERE open)`,
      [id],
    );
    const notWritten = await tx
      .createQueryBuilder(Booking, 'b')
      .where(`b.challenge_id = :id AND b.state = 'booked' AND b.attended IS NULL AND NOT b.off_site`, { id })
      .getCount();
    return [
      ...open,
      ...(unanswered > 0
        ? [`${String(unanswered)} of ${String(answers)} recommendations are not answered`]
        : []),
      ...followUps.map(({ state }) => `A follow-up is not closed (${STATE_NAMES[state].toLowerCase()})`),
      ...(notWritten > 0 ? ['Who was on site on which day is not written down'] : []),
    ];
  }

  /** Throws a 409 that names what is outstanding unless nothing is, or a reason is given. */
  close(actor: Actor, id: string, reason: string | null): Promise<Challenge> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, id);
      stepTo(challenge.state, 'closed');
      const open = await this.outstanding(id, tx);
      if (open.length > 0 && reason === null)
        throw conflict(
          'outstanding',
          'Something is outstanding; see to it, or close with a reason.',
          open.map((detail) => ({ pointer: '/reason', detail })),
        );
      const why = [
        reason ?? 'nothing is outstanding',
        ...(open.length > 0 ? [`outstanding: ${open.join('; ')}`] : []),
      ].join('; ');
      await this.challenges.stepIn(tx, actor, challenge, 'closed', why);
      return this.challenges.get(id, tx);
    });
  }
}
