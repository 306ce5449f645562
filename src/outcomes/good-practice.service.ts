import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { holds } from '../web/lists.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isDelivered } from '../challenges/states.js';
import type { Access, Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { note } from '../visits/follow-up-change.entity.js';
import { badField, conflict } from '../web/problems.js';
import { GoodPractice } from './good-practice.entity.js';
import type { Named } from '../reference/content.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Database } from '../database/database.js';

const SHOWN = 200;

/** What somebody says of a good practice. */
export interface PracticeFacts {
  title: string;
  what: string;
  /** By its id in policy. */
  theme: string | null;
  /** Which post of the council consents. */
  consentBy: string | null;
}

/** Good practice that teams saw: everybody finds what a council lets others know, its region's staff all of it. */
@Injectable()
export class GoodPracticeService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly reference: ReferenceService,
  ) {}

  themes(): Promise<Named[]> {
    return this.reference.get('themes');
  }

  /** What somebody may see whose words hold the text, in title, description or council, of one theme or all; newest first. */
  search(
    { actor }: Access,
    { text = '', theme = '' }: { text?: string; theme?: string },
  ): Promise<GoodPractice[]> {
    const rows = this.db.manager
      .createQueryBuilder(GoodPractice, 'g')
      .innerJoinAndSelect('g.challenge', 'c')
      .innerJoinAndSelect('c.council', 'h')
      .orderBy('g.createdAt', 'DESC')
      .addOrderBy('g.id')
      .take(SHOWN);
    const staff =
      ['manager', 'programme', 'admin'].includes(actor.role) ||
      (actor.role === 'adviser' && actor.region === null);
    const regions = actor.role === 'adviser' ? [actor.region ?? '', ...actor.alsoRegions] : [''];
    if (!staff)
      rows.where('(g.consent_on IS NOT NULL OR h.region IN (:...regions) OR h.id = :council)', {
        regions,
        council: actor.councilId,
      });
    const any = ['g.title', 'g.what', 'h.name'].map((column) => holds(column, 'words')).join(' OR ');
    if (text !== '') rows.andWhere(`(${any})`, { words: text });
    if (theme !== '') rows.andWhere('g.theme = :theme', { theme });
    return rows.getMany();
  }

  ofChallenge(challengeId: string): Promise<GoodPractice[]> {
    return this.db.manager.find(GoodPractice, { where: { challengeId }, order: { createdAt: 'ASC' } });
  }

  /** Writes down what was seen; others see it once it says which post of the council consented. */
  async add(
    actor: Actor,
    challengeId: string,
    { title, what, theme, consentBy }: PracticeFacts,
  ): Promise<GoodPractice> {
    return this.db.transact(async (tx) => {
      const { state } = await this.challenges.lock(tx, challengeId);
      if (!isDelivered(state) && state !== 'on_site')
        throw conflict('wrong-state', `The challenge is ${state}; nothing has been seen there yet.`);
      await this.requireTheme(tx, theme);
      const consentOn = consentBy === null ? null : this.db.today();
      const saved = await tx.save(
        tx.create(GoodPractice, { challengeId, title, what, theme, consentBy, consentOn, actor: actor.id }),
      );
      await note(tx, actor, {
        challengeId,
        subject: `good-practice:${saved.id}`,
        what: `Good practice seen: ${title}`,
      });
      await record(tx, actor, 'good-practice.added', `challenge:${challengeId}`, {
        shared: consentOn !== null,
      });
      return saved;
    });
  }

  private async requireTheme(tx: EntityManager, theme: string | null): Promise<void> {
    if (theme === null) return;
    const known = (await this.reference.get('themes', tx)).map(({ id }) => id);
    if (!known.includes(theme)) throw badField('/theme', `found "${theme}"; allowed: ${known.join(', ')}`);
  }
}
