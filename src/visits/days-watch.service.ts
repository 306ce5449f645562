import { Injectable } from '@nestjs/common';
import { In, MoreThan, type EntityManager } from 'typeorm';
import { inWords } from '../calendar/phrases.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { WindowsService } from '../challenges/windows.service.js';
import { Database } from '../database/database.js';
import { MessagesService } from '../messages/messages.service.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { advisersOf } from '../people/recipients.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { DayWarning } from './day-warning.entity.js';
import { membersElections } from './members-elections.js';
import { BEFORE_VISIT } from './teams-watch.service.js';

/** A visit to come, and what stands against its days, each in words. */
export interface DaysMet {
  challenge: Challenge;
  firstDay: string;
  lastDay: string;
  against: string[];
}

/** Written down with the days: what stood against them then was known. */
const KNOWN = '';

/** What arises against the days of visits to come: an election, a day that is closed by now, an inspection of the host. */
@Injectable()
export class DaysWatch {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly windows: WindowsService,
    private readonly messages: MessagesService,
  ) {}

  /** What arose against the agreed days of a challenge and was not accepted; empty where nothing did, or the visit has begun. */
  async of(challenge: Challenge): Promise<string[]> {
    const [met] = await this.open([challenge]);
    return met?.against ?? [];
  }

  /** Those of the challenges that somebody manages, soonest first. */
  async list(access: Access): Promise<DaysMet[]> {
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where('c.state IN (:...states)', { states: BEFORE_VISIT })
      .orderBy('c.first_day');
    return this.open(await narrow(rows, access, { region: 'h.region' }).getMany());
  }

  /** Days are agreed: what stands against them now is known to whoever agrees them. */
  async agreed(tx: EntityManager, challenge: Challenge, team: Proposal): Promise<void> {
    const place = { challengeId: challenge.id, firstDay: team.firstDay };
    // Agreed again for the same days: what came up meanwhile still waits for a word.
    if (await tx.existsBy(DayWarning, { ...place, words: KNOWN })) return;
    await this.accept(tx, { challenge, ...team.onSite, against: await this.against(tx, challenge, team) });
  }

  /** The visit goes on in spite of what was shown. Doing it twice is doing it once. */
  async goOn(actor: Actor, id: string, shown: readonly string[]): Promise<void> {
    await this.db.transact(async (tx) => {
      const [met] = await this.open([await this.challenges.lock(tx, id)], tx);
      const against = met?.against.filter((words) => shown.includes(words)) ?? [];
      if (!met || against.length === 0) return;
      await this.accept(tx, { ...met, against });
      await record(tx, actor, 'days.kept', `challenge:${id}`);
    });
  }

  /** Tells the advisers of what arose, each thing once. */
  async lookAll(): Promise<void> {
    const challenges = await this.db.manager.findBy(Challenge, { state: In([...BEFORE_VISIT]) });
    for (const met of await this.met(challenges)) await this.db.transact((tx) => this.tell(tx, met));
  }

  private async tell(tx: EntityManager, { challenge, firstDay, lastDay, against }: DaysMet): Promise<void> {
    const place = { challengeId: challenge.id, firstDay };
    const known = (await tx.findBy(DayWarning, place)).map(({ words }) => words);
    // Days that were agreed before this was written down: nothing of it is new.
    if (!known.includes(KNOWN)) return this.accept(tx, { challenge, firstDay, lastDay, against });
    const fresh = against.filter((words) => !known.includes(words));
    if (fresh.length === 0) return;
    await tx.insert(
      DayWarning,
      fresh.map((words) => ({ ...place, words })),
    );
    const { region, about, council, kind, page } = await this.challenges.about(tx, challenge);
    await this.messages.post(tx, {
      template: 'days-met',
      data: { council, kind, page, firstDay, lastDay, what: fresh.join('; ') },
      to: await advisersOf(tx, region, this.db.today()),
      cause: `days-met-${challenge.id} ${firstDay} ${fresh.join(' ')}`,
      about,
    });
  }

  private async accept(tx: EntityManager, { challenge, firstDay, against }: DaysMet): Promise<void> {
    const row = { challengeId: challenge.id, firstDay, acceptedAt: this.db.now() };
    await tx.upsert(
      DayWarning,
      [KNOWN, ...against].map((words) => ({ ...row, words })),
      ['challengeId', 'firstDay', 'words'],
    );
  }

  /** What was not accepted. */
  private async open(challenges: Challenge[], tx = this.db.manager): Promise<DaysMet[]> {
    const met = await this.met(challenges, tx);
    const rows = await tx.findBy(DayWarning, {
      challengeId: In(met.map(({ challenge }) => challenge.id)),
    });
    return met.flatMap((one) => {
      const own = rows.filter(
        ({ challengeId, firstDay }) => challengeId === one.challenge.id && firstDay === one.firstDay,
      );
      if (own.length === 0) return [];
      const isAccepted = (said: string): boolean =>
        own.some(({ words, acceptedAt }) => words === said && acceptedAt !== null);
      const against = one.against.filter((words) => !isAccepted(words));
      return against.length > 0 ? [{ ...one, against }] : [];
    });
  }

  /** Visits to come against whose days something stands, whether that is known or not. */
  private async met(challenges: Challenge[], tx = this.db.manager): Promise<DaysMet[]> {
    const before = challenges.filter(({ state }) => BEFORE_VISIT.includes(state));
    const teams = await tx.findBy(Proposal, {
      challengeId: In(before.map(({ id }) => id)),
      state: 'agreed',
      firstDay: MoreThan(this.db.today()),
    });
    const visits = before.flatMap((challenge) => {
      const team = teams.find(({ challengeId }) => challengeId === challenge.id);
      return team ? [{ challenge, team }] : [];
    });
    const against = await this.windows.against(
      visits.map(({ challenge, team }) => ({ challenge, start: team.firstDay, days: team.days })),
      tx,
    );
    const atHome = await membersElections(tx, visits);
    return visits.map(({ challenge, team }, n) => ({
      ...{ challenge, ...team.onSite },
      against: said(against[n], atHome[n]),
    }));
  }

  private async against(tx: EntityManager, challenge: Challenge, team: Proposal): Promise<string[]> {
    const { firstDay, days } = team;
    const [found] = await this.windows.against([{ challenge, start: firstDay, days }], tx);
    const [atHome] = await membersElections(tx, [{ challenge, team }]);
    return said(found, atHome);
  }
}

/** What stands against days in words, each thing once: it is kept and answered by its words. */
const said = (calendar: readonly { message: string }[] = [], atHome: readonly string[] = []): string[] => [
  ...new Set([...calendar.map(({ message }) => message), ...atHome].map(inWords)),
];
