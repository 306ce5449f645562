import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import { narrow, type Access, type Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import type { Framework } from '../../reference/content.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { badField, conflict, notFound } from '../../web/problems.js';
import { requireVersion } from '../../web/versions.js';
import { Council } from '../council.entity.js';
import { Inspection } from '../inspection.entity.js';
import type { InspectionFacts } from '../pictures.dto.js';
import { requireCouncil } from '../known.js';
import { OF_LINE } from '../succession.entity.js';
import { datedInspection } from './held-inspection.js';
import { PlanReview } from './plan-review.entity.js';

/** Inspections of councils by others, held and awaited. */
@Injectable()
export class InspectionsService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  /** Inspections that somebody may see, the newest first and those awaited after them, the nearest first; of one council and those before it. */
  list(access: Access, { council }: { council?: string | undefined } = {}): Promise<Inspection[]> {
    const rows = this.db.manager
      .createQueryBuilder(Inspection, 'i')
      .innerJoinAndSelect('i.council', 'h')
      .orderBy('i.inspected_on', 'DESC', 'NULLS LAST')
      .addOrderBy('i.expected_by', 'ASC', 'NULLS LAST')
      .addOrderBy('h.name')
      .addOrderBy('i.id');
    if (council) rows.andWhere(`i.council_id IN ${OF_LINE}`, { council });
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

  /** What each of some councils is today: itself, or those that followed it. */
  async heirsOf(councilIds: readonly string[]): Promise<Map<string, string[]>> {
    const rows = await this.db.query<{ of: string; heirs: string[] }[]>(
      `SELECT l.ancestor_id AS of, array_agg(l.id::text ORDER BY l.id) AS heirs FROM council_lines l JOIN councils h ON h.id = l.id
       WHERE l.ancestor_id = ANY($1) AND (h.valid_to IS NULL OR h.valid_to >= $2::date) GROUP BY 1`,
      [[...new Set(councilIds)], this.db.today()],
    );
    return new Map(rows.map(({ of, heirs }) => [of, heirs]));
  }

  /** Councils of today that a framework inspects, within what somebody may see. */
  async inspected(access: Access, { of }: Framework): Promise<Council[]> {
    const rows = this.db.manager
      .createQueryBuilder(Council, 'h')
      .where('(h.valid_from IS NULL OR h.valid_from <= :today)', { today: this.db.today() })
      .andWhere('(h.valid_to IS NULL OR h.valid_to >= :today)')
      .orderBy('h.name')
      .addOrderBy('h.id');
    // One that inspects anybody is asked of councils: other bodies come and go by what they are.
    if (of.length > 0) rows.andWhere('(h.type = ANY(:of) OR h.body = ANY(:of))', { of });
    else rows.andWhere(`h.body = 'council'`);
    return narrow(rows, access, { region: 'h.region' }).getMany();
  }

  async get(id: string): Promise<Inspection> {
    const found = await this.db.manager.findOne(Inspection, {
      where: { id },
      relations: { council: true },
    });
    if (!found) throw notFound('inspection');
    return found;
  }

  /** Records an inspection, held or expected; one that was expected is held by changing it. Throws a 400 by what its framework allows. */
  async add(access: Access, councilId: string, facts: InspectionFacts): Promise<Inspection> {
    return this.db.transact(async (tx) => {
      const council = await requireCouncil(tx, access, councilId);
      await requireOnce(tx, councilId, facts, null);
      const dated = datedInspection(await this.reference.get('frameworks', tx), facts, {
        council,
        today: this.db.today(),
      });
      const saved = await tx.save(tx.create(Inspection, { ...dated, councilId, actor: access.actor.id }));
      await record(tx, access.actor, 'inspection.added', `council:${councilId}`, { inspection: saved.id });
      return saved;
    });
  }

  async change(actor: Actor, id: string, version: number, facts: InspectionFacts): Promise<Inspection> {
    return this.db.transact(async (tx) => {
      const found = await tx.findOne(Inspection, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!found) throw notFound('inspection');
      requireVersion(found.version, version);
      await requireOnce(tx, found.councilId, facts, id);
      await requireReviewsFit(tx, found, facts);
      const council = await tx.findOneByOrFail(Council, { id: found.councilId });
      const frameworks = await this.reference.get('frameworks', tx);
      const saved = await tx.save(
        Object.assign(
          found,
          datedInspection(frameworks, facts, { council, known: { ...found }, today: this.db.today() }),
        ),
      );
      await record(tx, actor, 'inspection.changed', `council:${found.councilId}`, { inspection: id });
      return saved;
    });
  }

  /** Takes an inspection back that was recorded wrongly. Throws a 409 where reviews of its plan are recorded: these go first. */
  async takeBack(actor: Actor, id: string): Promise<string> {
    return this.db.transact(async (tx) => {
      const found = await tx.findOne(Inspection, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!found) throw notFound('inspection');
      if (await tx.existsBy(PlanReview, { inspectionId: id }))
        throw conflict('reference', 'Reviews of its plan are recorded. Take these back first.');
      await tx.delete(Inspection, { id });
      await record(tx, actor, 'inspection.removed', `council:${found.councilId}`, { inspection: id });
      return found.councilId;
    });
  }
}

/** What was reviewed stays an inspection of its framework that was held before its reviews. */
async function requireReviewsFit(
  tx: EntityManager,
  { id, framework }: Inspection,
  facts: InspectionFacts,
): Promise<void> {
  const [first] = await tx.find(PlanReview, {
    where: { inspectionId: id },
    order: { reviewedOn: 'ASC' },
    take: 1,
  });
  if (!first) return;
  if (facts.framework !== framework)
    throw badField('/framework', 'reviews of its plan are recorded, so that its framework stays');
  if (facts.inspectedOn === undefined || facts.inspectedOn > first.reviewedOn)
    throw badField(
      '/inspectedOn',
      `found ${facts.inspectedOn ?? 'nothing'}; allowed: up to ${first.reviewedOn}, when its plan was reviewed`,
    );
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
