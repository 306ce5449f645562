import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { lastDay } from '../calendar/dates.js';
import { inWords } from '../calendar/phrases.js';
import type { WindowWarning } from '../calendar/window-rules.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { WindowsService } from '../challenges/windows.service.js';
import { Database } from '../database/database.js';
import { MessagesService } from '../messages/messages.service.js';
import { narrow, type Access } from '../people/access.js';
import { advisersOf } from '../people/recipients.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { BEFORE_VISIT } from './teams-watch.service.js';

/** A challenge against whose agreed days something stands by now, in words. */
export interface DaysMet {
  challenge: Challenge;
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
    const team = await this.teamOf(challenge);
    return team ? this.windows.against(challenge, team) : [];
  }

  /** Those of the challenges that somebody manages, soonest first. */
  async list(access: Access): Promise<DaysMet[]> {
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where('c.state IN (:...states)', { states: BEFORE_VISIT })
      .orderBy('c.first_day');
    const met: DaysMet[] = [];
    for (const challenge of await narrow(rows, access, { region: 'h.region' }).getMany()) {
      const against = await this.of(challenge);
      if (against.length > 0) met.push({ challenge, words: wordsOf(against) });
    }
    return met;
  }

  /** Tells the advisers of what arose, once of each thing. Returns how many challenges were looked at. */
  async lookAll(): Promise<number> {
    const challenges = await this.db.manager.find(Challenge, {
      where: { state: In([...BEFORE_VISIT]) },
      relations: { council: true },
    });
    for (const challenge of challenges) {
      const team = await this.teamOf(challenge);
      const against = team ? await this.windows.against(challenge, team) : [];
      if (team && against.length > 0) await this.tell(challenge, team, against);
    }
    return challenges.length;
  }

  private async teamOf({ id, state }: Challenge): Promise<Proposal | null> {
    if (!BEFORE_VISIT.includes(state)) return null;
    const team = await this.db.manager.findOneBy(Proposal, { challengeId: id, state: 'agreed' });
    return team && team.firstDay > this.db.today() ? team : null;
  }

  private async tell(challenge: Challenge, team: Proposal, against: WindowWarning[]): Promise<void> {
    const { firstDay, days } = team;
    await this.db.transact(async (tx) => {
      const { region, about, council, kind, page } = await this.challenges.about(tx, challenge);
      const what = wordsOf(against);
      const said = against.map(({ rule, date }) => `${rule} ${date}`).join(' ');
      await this.messages.post(tx, {
        template: 'days-met',
        data: { council, kind, page, firstDay, lastDay: lastDay(firstDay, days), what },
        to: await advisersOf(tx, region, this.db.today()),
        cause: `days-met-${challenge.id} ${firstDay} ${said}`,
        about,
      });
    });
  }
}

const wordsOf = (against: WindowWarning[]): string =>
  against.map(({ message }) => inWords(message)).join('; ');
