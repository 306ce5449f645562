import { Injectable } from '@nestjs/common';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField, notFound } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import { ControlChange } from './control-change.entity.js';
import { leadershipOf, noteControl, sameControl } from './control.js';
import { noteSupport } from './inspections/plan-reviews.service.js';
import { requireCouncil, requireOne } from './known.js';
import { namesOf } from './names.js';
import { OfferPriority } from './offer-priority.entity.js';
import type { ControlFacts, PriorityFacts, SupportFacts } from './pictures.dto.js';
import { Support } from './support.entity.js';
import { ReferenceService } from '../reference/reference.service.js';
import { OF_LINE } from './succession.entity.js';
import { Database } from '../database/database.js';
import { differs } from '../web/imports.js';

interface Filter {
  council?: string | undefined;
}

/** What is known of councils besides their challenges and inspections: support, who is to be offered one first, changes of control. */
@Injectable()
export class PicturesService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  supports(access: Access, { council }: Filter = {}): Promise<Support[]> {
    const rows = this.db.manager
      .createQueryBuilder(Support, 's')
      .innerJoinAndSelect('s.council', 'h')
      .orderBy('s.first_day', 'DESC')
      .addOrderBy('h.name')
      .addOrderBy('s.id');
    if (council) rows.andWhere(`s.council_id IN ${OF_LINE}`, { council });
    return narrow(rows, access, { region: 'h.region' }).getMany();
  }

  /** Support of one council, and the priority that it has, as people say them. */
  async named(
    access: Access,
    council: string,
  ): Promise<{ supports: Support[]; priority: OfferPriority | null }> {
    const type = namesOf(await this.reference.get('supports'));
    const reason = namesOf(await this.reference.get('priorities'));
    const priority = await this.priority(council);
    return {
      supports: (await this.supports(access, { council })).map((one) =>
        Object.assign(one, { type: type(one.type) }),
      ),
      priority: priority && Object.assign(priority, { reason: reason(priority.reason) }),
    };
  }

  controlChanges(councilId: string): Promise<ControlChange[]> {
    return this.db.manager.find(ControlChange, {
      where: { councilId },
      order: { asOf: 'DESC', at: 'DESC' },
    });
  }

  /** The priority that a council has today; null for none. */
  async priority(councilId: string): Promise<OfferPriority | null> {
    const found = await this.db.manager.findOneBy(OfferPriority, { councilId });
    return found && found.until >= this.db.today() ? found : null;
  }

  async addSupport(
    access: Access,
    councilId: string,
    { lastDay, note, review, ...facts }: SupportFacts,
  ): Promise<Support> {
    return this.db.transact(async (tx) => {
      await requireCouncil(tx, access, councilId);
      requireOne(await this.reference.get('supports', tx), facts.type, '/type');
      if (lastDay && lastDay < facts.firstDay)
        throw badField('/lastDay', `found ${lastDay}; allowed: ${facts.firstDay} or later`);
      if (await tx.existsBy(Support, { councilId, type: facts.type, firstDay: facts.firstDay }))
        throw badField('/firstDay', 'support of this type from this day is recorded already');
      const saved = await tx.save(
        tx.create(Support, {
          ...facts,
          lastDay: lastDay ?? null,
          note: note ?? '',
          councilId,
          actor: access.actor.id,
        }),
      );
      if (review) await noteSupport(tx, { access, councilId, support: saved }, review);
      await record(tx, access.actor, 'support.added', `council:${councilId}`, { support: saved.id });
      return saved;
    });
  }

  async endSupport(actor: Actor, id: string, version: number, lastDay: string): Promise<Support> {
    return this.db.transact(async (tx) => {
      const found = await tx.findOne(Support, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!found) throw notFound('support');
      requireVersion(found.version, version);
      if (lastDay < found.firstDay)
        throw badField('/lastDay', `found ${lastDay}; allowed: ${found.firstDay} or later`);
      const saved = await tx.save(Object.assign(found, { lastDay }));
      await record(tx, actor, 'support.ended', `council:${found.councilId}`, { support: id });
      return saved;
    });
  }

  /** Names a council first for an offer, with a reason, until a day. */
  async prioritise(access: Access, councilId: string, { reason, note, until }: PriorityFacts): Promise<void> {
    await this.db.transact(async (tx) => {
      await requireCouncil(tx, access, councilId);
      requireOne(await this.reference.get('priorities', tx), reason, '/reason');
      await tx.upsert(OfferPriority, { councilId, reason, note: note ?? '', until, actor: access.actor.id }, [
        'councilId',
      ]);
      await record(tx, access.actor, 'priority.named', `council:${councilId}`, { reason, until });
    });
  }

  async endPriority(access: Access, councilId: string): Promise<void> {
    await this.db.transact(async (tx) => {
      await requireCouncil(tx, access, councilId);
      await tx.delete(OfferPriority, { councilId });
      await record(tx, access.actor, 'priority.ended', `council:${councilId}`);
    });
  }

  /** Records a change of control once: the council has it from then on, for teams, pages and signals alike. Groups go by any of their names. */
  async changeControl(access: Access, councilId: string, facts: ControlFacts): Promise<void> {
    const { asOf, ...now } = leadershipOf(await this.reference.get('groups'), facts);
    await this.db.transact(async (tx) => {
      const council = await requireCouncil(tx, access, councilId);
      if (council.controlAsOf !== null && asOf < council.controlAsOf)
        throw badField(
          '/asOf',
          `found ${asOf}; what is known is of ${council.controlAsOf}, so allowed: that day or later`,
        );
      if (!differs(council, now)) throw badField('/control', 'nothing changes by this');
      if (!sameControl(council, now))
        await noteControl(tx, this.reference, access.actor, council, { ...now, asOf });
      await tx.save(Object.assign(council, now, { controlAsOf: asOf }));
      await record(tx, access.actor, 'council.control', `council:${councilId}`, { asOf });
    });
  }
}
