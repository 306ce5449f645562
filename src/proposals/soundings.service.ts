import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import type { ForDays } from './excluded.js';
import { QuestionsService } from './questions.service.js';
import { refuseBarred, whateverTheDays, type Barred } from './standing.js';
import { addDays, endOfDayInLondon, lastDay } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import type { Seat } from '../matching/problem/programme.js';
import { askedDays, seatWithDays, type AskedDays } from '../kinds/presence.js';
import { requireState } from '../challenges/states.js';
import { MessagesService } from '../messages/messages.service.js';
import { Peer } from '../peers/peer.entity.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { advisersOf } from '../people/recipients.js';
import { conflict, notFound } from '../web/problems.js';
import { Sounding } from './sounding.entity.js';
import { Database } from '../database/database.js';

const DAYS_TO_ANSWER = 7;

/** Informal questions to peers before anybody is invited. */
@Injectable()
export class SoundingsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly messages: MessagesService,
    private readonly questions: QuestionsService,
  ) {}

  ofChallenge(challengeId: string): Promise<Sounding[]> {
    return this.db.manager.find(Sounding, {
      where: { challengeId },
      relations: { peer: true },
      order: { createdAt: 'ASC' },
    });
  }

  async get(id: string): Promise<Sounding> {
    const sounding = await this.db.manager.findOne(Sounding, {
      where: { id },
      relations: { peer: true },
    });
    if (!sounding) throw notFound('question');
    return sounding;
  }

  /** Asks a peer, once for a challenge; asking again gives the same question. */
  async ask(actor: Actor, challengeId: string, seat: string, peerId: string): Promise<Sounding> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      requireState(
        challenge.state,
        ['scoped', 'team_proposed', 'team_agreed', 'inviting', 'postponed'],
        'sounding somebody out',
      );
      const known = await tx.findOneBy(Sounding, { challengeId, peerId });
      if (known) return known;
      const peer = await tx.findOneBy(Peer, { id: peerId });
      if (!peer) throw notFound('peer');
      if (peer.email === null)
        throw conflict('no-address', `There is no e-mail address for ${peer.name}; ask by telephone.`);
      await this.requireSuited(tx, challenge, seat, peerId);
      const until = addDays(this.db.today(), DAYS_TO_ANSWER);
      const expiresAt = endOfDayInLondon(until);
      const sounding = await tx.save(
        tx.create(Sounding, { challengeId, peerId, seat, answer: null, expiresAt }),
      );
      const { council, kind, about } = await this.challenges.about(tx, challenge);
      const { offSite, windows } = soundedFor(challenge, seat);
      const data = { council, kind, seat: seatWithDays(challenge.seats, seat), offSite, windows, until };
      const link = { purpose: 'sounding' as const, subject: sounding.id, expiresAt: expiresAt.toISOString() };
      await this.messages.post(tx, {
        template: 'sounding',
        data,
        to: [peer.email],
        cause: `sounding-${sounding.id}`,
        about,
        link,
      });
      await record(tx, actor, 'peer.sounded', `challenge:${challengeId}`, { sounding: sounding.id });
      return sounding;
    });
  }

  /** Throws a 409 where something stands against a peer in every window, whatever they say of the days. */
  private async requireSuited(
    tx: EntityManager,
    { id: challengeId, windows }: Challenge,
    seat: string,
    peerId: string,
  ): Promise<void> {
    const seats = { [seat]: peerId };
    let last: { days: ForDays; barred: Barred[] } | null = null;
    for (const { start: firstDay, days } of windows) {
      const team = { challengeId, seats, firstDay, days };
      const barred = whateverTheDays(await this.questions.barred(tx, team));
      if (barred.length === 0) return;
      last = { days: { challengeId, firstDay, days }, barred };
    }
    if (last) await refuseBarred(tx, last.days, last.barred);
  }

  /** The peer's answer; it may be changed until the question ends. */
  async answer(id: string, answer: 'yes' | 'perhaps' | 'no'): Promise<void> {
    await this.db.transact(async (tx) => {
      const sounding = await tx.findOne(Sounding, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!sounding) throw notFound('question');
      if (sounding.expiresAt <= this.db.now())
        throw conflict('ended', 'The time for an answer has passed; thank you all the same.');
      if (sounding.answer === answer) return;
      Object.assign(sounding, { answer, answeredAt: this.db.now() });
      await tx.save(sounding);
      const challenge = await this.challenges.get(sounding.challengeId, tx);
      const { region, about, ...facts } = await this.challenges.about(tx, challenge);
      const { name } = await tx.findOneByOrFail(Peer, { id: sounding.peerId });
      const data = { ...facts, peer: name, answer };
      await this.messages.post(tx, {
        template: 'sounding-answered',
        data,
        to: await advisersOf(tx, region, this.db.today()),
        // Each change of mind is told.
        cause: `sounded-${id}-${answer}-${String(this.db.now().getTime())}`,
        about,
      });
    });
  }
}

/** What a seat asks for in each window of a challenge: the peer's own days, or none where it is off site. */
export function soundedFor(
  { windows, seats }: Pick<Challenge, 'windows' | 'seats'>,
  id: string,
): { offSite: boolean; windows: Pick<AskedDays, 'firstDay' | 'lastDay'>[] } {
  const seat: Pick<Seat, 'presence' | 'offSite'> = seats.find((one) => one.id === id) ?? {};
  return {
    offSite: seat.offSite ?? false,
    windows: windows.map(({ start, days }) =>
      askedDays(seat, { firstDay: start, lastDay: lastDay(start, days) }),
    ),
  };
}
