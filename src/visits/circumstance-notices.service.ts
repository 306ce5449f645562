import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Clock } from '../database/clock.js';
import { seatWords } from '../kinds/seats.js';
import { MessagesService } from '../messages/messages.service.js';
import { Peer } from '../peers/peer.entity.js';
import { advisersOf } from '../people/recipients.js';
import { paths } from '../web/paths.js';
import type { Circumstance } from './circumstance.entity.js';

/** The adviser hears that something may stand against somebody of a team. */
@Injectable()
export class CircumstanceNotices {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly messages: MessagesService,
    private readonly time: Clock,
  ) {}

  async opened(
    tx: EntityManager,
    challenge: Challenge,
    { id, peerId, seat, visit }: Pick<Circumstance, 'id' | 'peerId' | 'seat' | 'visit'>,
    { what, serves }: { what: string; serves: boolean },
  ): Promise<void> {
    const { region, about, ...facts } = await this.challenges.about(tx, challenge);
    const { name } = await tx.findOneByOrFail(Peer, { id: peerId });
    const data = {
      ...facts,
      page: this.messages.address(paths.circumstance(id)),
      peer: name,
      seat: `${seatWords(seat)}${visit === 'progress_review' ? ', progress review to come' : ''}`,
      what,
      serves,
    };
    const to = await advisersOf(tx, region, this.time.today());
    await this.messages.post(tx, { template: 'peer-changed', data, to, cause: `circumstance-${id}`, about });
  }
}
