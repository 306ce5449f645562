import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { lastDay } from '../calendar/dates.js';
import { inWords } from '../calendar/phrases.js';
import type { WindowWarning } from '../calendar/window-rules.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { WindowsService, type AgreedVisit } from '../challenges/windows.service.js';
import { Database } from '../database/database.js';
import { MessagesService } from '../messages/messages.service.js';
import { narrow, type Access } from '../people/access.js';
import { advisersOf } from '../people/recipients.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { BEFORE_VISIT } from './teams-watch.service.js';

/** A challenge against whose agreed days something stands by now, in words. */
export interface DaysMet extends AgreedVisit {
  against: WindowWarning[];
  words: string;
}

/** What arises against the days of visits to come: an election, a day that is closed by now, an inspection of the host. */
@Injectable()
export class DaysWatch {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly windows: WindowsService,
    private readonly messages: MessagesService,
  ) {}

  /** What stands against the agreed days of a challenge; empty where nothing does, or the visit has begun. */
  async of(challenge: Challenge): Promise<WindowWarning[]> {
    const [met] = await this.met([challenge]);
    return met?.against ?? [];
  }

  /** Those of the challenges that somebody manages, soonest first. */
  async list(access: Access): Promise<DaysMet[]> {
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where('c.state IN (:...states)', { states: BEFORE_VISIT })
      .orderBy('c.first_day');
    return this.met(await narrow(rows, access, { region: 'h.region' }).getMany());
  }

  /** Tells the advisers of what arose, once of each thing. */
  async lookAll(): Promise<void> {
    const challenges = await this.db.manager.findBy(Challenge, { state: In([...BEFORE_VISIT]) });
    for (const met of await this.met(challenges)) await this.tell(met);
  }

  private async met(challenges: Challenge[]): Promise<DaysMet[]> {
    const before = challenges.filter(({ state }) => BEFORE_VISIT.includes(state));
    const teams = await this.db.manager.findBy(Proposal, {
      challengeId: In(before.map(({ id }) => id)),
      state: 'agreed',
      firstDay: MoreThan(this.db.today()),
    });
    const visits = before.flatMap((challenge) => {
      const team = teams.find(({ challengeId }) => challengeId === challenge.id);
      return team ? [{ challenge, ...days(team) }] : [];
    });
    const against = await this.windows.against(visits);
    return visits.flatMap((visit, n) => {
      const found = against[n] ?? [];
      return found.length > 0 ? [{ ...visit, against: found, words: wordsOf(found) }] : [];
    });
  }

  private async tell({ challenge, firstDay, days: length, against, words }: DaysMet): Promise<void> {
    await this.db.transact(async (tx) => {
      const { region, about, council, kind, page } = await this.challenges.about(tx, challenge);
      const said = against.map(({ rule, date }) => `${rule} ${date}`).join(' ');
      await this.messages.post(tx, {
        template: 'days-met',
        data: { council, kind, page, firstDay, lastDay: lastDay(firstDay, length), what: words },
        to: await advisersOf(tx, region, this.db.today()),
        cause: `days-met-${challenge.id} ${firstDay} ${said}`,
        about,
      });
    });
  }
}

const days = ({ firstDay, days: length, agreedAt }: Proposal): Omit<AgreedVisit, 'challenge'> => ({
  firstDay,
  days: length,
  agreedAt,
});

const wordsOf = (against: WindowWarning[]): string =>
  against.map(({ message }) => inWords(message)).join('; ');
