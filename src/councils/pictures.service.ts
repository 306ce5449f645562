import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { addMonths } from '../calendar/dates.js';
import { narrow, requireInScope, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import type { Framework, Named } from '../reference/content.js';
import { badField, notFound } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import { ControlChange } from './control-change.entity.js';
import { leadershipOf, noteControl, sameControl } from './control.js';
import { Council } from './council.entity.js';
import { Inspection } from './inspection.entity.js';
import { OfferPriority } from './offer-priority.entity.js';
import type { ControlFacts, InspectionFacts, PriorityFacts, SupportFacts } from './pictures.dto.js';
import { Support } from './support.entity.js';
import { ReferenceService } from '../reference/reference.service.js';
import { OF_LINE } from './succession.entity.js';
import { Database } from '../database/database.js';
import { differs } from '../web/imports.js';

interface Filter {
  council?: string | undefined;
}

interface InspectionFilter extends Filter {
  show?: string;
}

/** What is known of councils besides their challenges: inspections, support, who is to be offered one first, changes of control. */
@Injectable()
export class PicturesService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  /** Inspections that somebody may see: all, those of one council, those still waited for, or those with something due. */
  inspections(access: Access, { council, show }: InspectionFilter = {}): Promise<Inspection[]> {
    const rows = this.db.manager
      .createQueryBuilder(Inspection, 'i')
      .innerJoinAndSelect('i.council', 'h')
      .orderBy('coalesce(i.inspected_on, i.expected_by)', 'DESC', 'NULLS LAST')
      .addOrderBy('h.name')
      .addOrderBy('i.id');
    if (council) rows.andWhere(`i.council_id IN ${OF_LINE}`, { council });
    if (show === 'waiting') rows.andWhere('i.inspected_on IS NULL');
    else if (show === 'due')
      rows.andWhere('greatest(i.plan_due, i.review_due) >= :today', { today: this.db.today() });
    else if (show) rows.andWhere('false');
    return narrow(rows, access, { region: 'h.region' }).getMany();
  }

  /** The inspections of some councils, and how people call their frameworks. */
  async inspectionsOf(
    councilIds: string[],
    tx: EntityManager = this.db.manager,
  ): Promise<{ known: Inspection[]; names: Map<string, string> }> {
    const known = await tx.find(Inspection, {
      where: { councilId: In(councilIds) },
      order: { expectedBy: 'ASC', id: 'ASC' },
    });
    const frameworks = known.length > 0 ? await this.reference.get('frameworks', tx) : [];
    return { known, names: new Map(frameworks.map(({ id, name }) => [id, name])) };
  }

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

  /** Records an inspection, held or expected; one that was expected is held by changing it. Throws a 400 for an unknown framework. */
  async addInspection(access: Access, councilId: string, facts: InspectionFacts): Promise<Inspection> {
    return this.db.transact(async (tx) => {
      await requireCouncil(tx, access, councilId);
      await requireOnce(tx, councilId, facts, null);
      const saved = await tx.save(
        tx.create(Inspection, {
          ...datedInspection(await this.reference.get('frameworks', tx), facts),
          councilId,
          actor: access.actor.id,
        }),
      );
      await record(tx, access.actor, 'inspection.added', `council:${councilId}`, { inspection: saved.id });
      return saved;
    });
  }

  async changeInspection(
    actor: Actor,
    id: string,
    version: number,
    facts: InspectionFacts,
  ): Promise<Inspection> {
    return this.db.transact(async (tx) => {
      const found = await tx.findOne(Inspection, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!found) throw notFound('inspection');
      requireVersion(found.version, version);
      await requireOnce(tx, found.councilId, facts, id);
      const saved = await tx.save(
        Object.assign(found, datedInspection(await this.reference.get('frameworks', tx), facts)),
      );
      await record(tx, actor, 'inspection.changed', `council:${found.councilId}`, { inspection: id });
      return saved;
    });
  }

  async inspection(id: string): Promise<Inspection> {
    const found = await this.db.manager.findOne(Inspection, {
      where: { id },
      relations: { council: true },
    });
    if (!found) throw notFound('inspection');
    return found;
  }

  async addSupport(
    access: Access,
    councilId: string,
    { lastDay, note, ...facts }: SupportFacts,
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

/** An inspection with what follows from it by its framework. Throws a 400 for an unknown framework, and a judgement without a day. */
export function datedInspection(
  frameworks: readonly Framework[],
  facts: InspectionFacts,
): Partial<Inspection> {
  const framework = requireOne(frameworks, facts.framework, '/framework');
  const { inspectedOn = null, judgement = null, expectedBy = null, planDue, reviewDue } = facts;
  if (judgement !== null && inspectedOn === null)
    throw badField('/judgement', 'there is none before the inspection; enter its day');
  const after = (months: number | null): string | null =>
    inspectedOn === null || months === null ? null : addMonths(inspectedOn, months);
  return {
    framework: framework.id,
    inspectedOn,
    judgement,
    expectedBy,
    planDue: planDue ?? after(framework.planMonths),
    reviewDue: reviewDue ?? after(framework.reviewMonths),
  };
}

/** One inspection for each framework and day, and one that is awaited. */
async function requireOnce(
  tx: EntityManager,
  councilId: string,
  { framework, inspectedOn }: InspectionFacts,
  id: string | null,
): Promise<void> {
  const others = await tx.findBy(Inspection, { councilId, framework });
  if (others.some((one) => one.id !== id && one.inspectedOn === (inspectedOn ?? null)))
    throw badField(
      '/inspectedOn',
      'one under this framework and of this day is recorded already; change that one',
    );
}

export function requireOne<T extends Named>(list: readonly T[], id: string, pointer: string): T {
  const found = list.find((one) => one.id === id);
  if (!found) throw badField(pointer, `found "${id}"; allowed: ${list.map((one) => one.id).join(', ')}`);
  return found;
}

/** Throws the same 404 for a council out of scope as for one that is not there. */
export async function requireCouncil(tx: EntityManager, access: Access, id: string): Promise<Council> {
  const council = await tx.findOneBy(Council, { id });
  if (!council) throw notFound('host body');
  requireInScope(access, { region: council.region, councilId: council.id }, 'host body');
  return council;
}
