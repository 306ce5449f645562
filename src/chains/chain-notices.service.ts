import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Clock } from '../database/clock.js';
import { listAnd } from '../english/words.js';
import { seatWords } from '../kinds/seats.js';
import { MessagesService } from '../messages/messages.service.js';
import { advisersOf } from '../people/recipients.js';
import { changedSeats } from '../proposals/proposal.entity.js';
import { paths } from '../web/paths.js';
import type { Chain, Link } from './chain.entity.js';

/** How a chain ended, as whoever was asked is told. */
export type ChainEnd = 'done' | 'refused' | 'late' | 'changed';

/** What advisers and councils are told of a chain: nobody of another council hears which other it concerns. */
@Injectable()
export class ChainNotices {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly messages: MessagesService,
    private readonly time: Clock,
  ) {}

  /** The advisers hear that there is one. */
  async found(tx: EntityManager, { id, challengeId, links }: Chain): Promise<void> {
    const challenge = await this.challenges.get(challengeId, tx);
    const { region, about, council, kind } = await this.challenges.about(tx, challenge);
    const data = { council, kind, page: this.messages.address(paths.chain(id)), others: links.length - 1 };
    const to = await advisersOf(tx, region, this.time.today());
    await this.messages.post(tx, { template: 'chain-found', data, to, cause: `chain-${id}`, about });
  }

  /** Every council is asked about its own team. */
  async asked(tx: EntityManager, chain: Chain): Promise<void> {
    for (const link of chain.links) {
      const challenge = await this.challenges.get(link.challengeId, tx);
      const { about, council, kind, region } = await this.challenges.about(tx, challenge);
      const { firstDay, lastDay } = link;
      const data = {
        ...{ council, kind, changed: changedWords(link), until: lastMoment(chain) },
        ...{ firstDay, lastDay },
        page: this.messages.address(paths.changedTeam(challenge.id)),
      };
      // Of another region, its advisers hear of it by this.
      const advisers = await advisersOf(tx, region, this.time.today());
      const own = link.challengeId === chain.challengeId;
      const to = [...(await this.challenges.consenting(tx, challenge)), ...(own ? [] : advisers)];
      const cause = `chain-asked-${chain.id}-${challenge.id}`;
      await this.messages.post(tx, { template: 'chain-asked', data, to, cause, about });
    }
  }

  /** It is over: every council hears what became of its team, and the advisers of each. */
  async ended(tx: EntityManager, chain: Chain, end: ChainEnd): Promise<void> {
    for (const link of chain.links) {
      const challenge = await this.challenges.get(link.challengeId, tx);
      const { region, ...facts } = await this.challenges.about(tx, challenge);
      const data = {
        council: facts.council,
        kind: facts.kind,
        page: facts.page,
        end,
        changed: changedWords(link),
      };
      const to = [
        ...(await this.challenges.consenting(tx, challenge)),
        ...(await advisersOf(tx, region, this.time.today())),
      ];
      const cause = `chain-ended-${chain.id}-${challenge.id}`;
      await this.messages.post(tx, { template: 'chain-ended', data, to, cause, about: facts.about });
    }
  }
}

const changedWords = ({ before, seats }: Link): string => listAnd(changedSeats(before, seats).map(seatWords));

const lastMoment = ({ answerBy }: Chain): string =>
  answerBy ? londonDate(new Date(answerBy.getTime() - 1)) : '';
