import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import type { Access, Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import type { Finding } from '../../reference/content.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { badField, notFound, Problem } from '../../web/problems.js';
import { Inspection } from '../inspection.entity.js';
import type { PlanReviewFacts } from '../pictures.dto.js';
import { requireOne } from '../known.js';
import { OF_LINE } from '../succession.entity.js';
import type { Support } from '../support.entity.js';
import { PlanReview } from './plan-review.entity.js';
import { isOwed } from './plan-reviews.js';

/** Reviews of the plans that councils make after inspections, and the support that follows from what they find. */
@Injectable()
export class PlanReviewsService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  /** The reviews of some inspections, the newest first. */
  async of(inspections: readonly { id: string }[]): Promise<Map<string, PlanReview[]>> {
    const found = await this.db.manager
      .createQueryBuilder(PlanReview, 'r')
      .leftJoinAndSelect('r.support', 's')
      .where('r.inspection_id = ANY(:ids)', { ids: inspections.map(({ id }) => id) })
      .orderBy('r.reviewed_on', 'DESC')
      .getMany();
    const by = new Map<string, PlanReview[]>();
    for (const one of found) by.set(one.inspectionId, [...(by.get(one.inspectionId) ?? []), one]);
    return by;
  }

  /** Records a review: what it finds may lead to support, or end the reviews, by policy. Throws a 400 by field, and for a second of one day. */
  async add(actor: Actor, inspectionId: string, facts: PlanReviewFacts): Promise<PlanReview> {
    return this.db.transact(async (tx) => {
      const inspection = await tx.findOne(Inspection, {
        where: { id: inspectionId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!inspection) throw notFound('inspection');
      requireDay(facts.reviewedOn, inspection.inspectedOn, this.db.today());
      if (await tx.existsBy(PlanReview, { inspectionId, reviewedOn: facts.reviewedOn }))
        throw badField('/reviewedOn', 'a review of this day is recorded already');
      const found = requireOne<Finding>(await this.reference.get('findings', tx), facts.finding, '/finding');
      const saved = await tx.save(
        tx.create(PlanReview, {
          ...{ inspectionId, reviewedOn: facts.reviewedOn, note: facts.note ?? '', actor: actor.id },
          ...{
            finding: found.id,
            ends: found.ends,
            leadsTo: found.support,
            supportId: null,
            noSupport: null,
          },
        }),
      );
      await record(tx, actor, 'inspection.plan_reviewed', `council:${inspection.councilId}`, {
        review: saved.id,
      });
      return saved;
    });
  }

  /** Takes a review back that was written down wrongly. Throws a 409 where support came of it. */
  async takeBack(actor: Actor, inspectionId: string, id: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const review = await tx.findOne(PlanReview, {
        where: { id, inspectionId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!review) throw notFound('review of a plan');
      if (review.supportId !== null)
        throw new Problem(409, 'support-given', 'Support came of this review, so that it stays.');
      await tx.delete(PlanReview, { id });
      const { councilId } = await tx.findOneByOrFail(Inspection, { id: inspectionId });
      await record(tx, actor, 'inspection.review_taken_back', `council:${councilId}`, { review: id });
    });
  }

  /** Says why no support came of what a review found. Throws a 409 where none is asked for. */
  async needsNone(actor: Actor, inspectionId: string, id: string, reason: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const review = await tx.findOne(PlanReview, {
        where: { id, inspectionId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!review) throw notFound('review of a plan');
      if (!isOwed(review)) throw notAsked();
      await tx.save(Object.assign(review, { noSupport: reason }));
      const { councilId } = await tx.findOneByOrFail(Inspection, { id: inspectionId });
      await record(tx, actor, 'inspection.no_support', `council:${councilId}`, { review: id });
    });
  }
}

/** Notes that support came of what a review of this council found. Throws a 400 where it does not ask for any. */
export async function noteSupport(
  tx: EntityManager,
  { access, councilId, support }: { access: Access; councilId: string; support: Support },
  reviewId: string,
): Promise<void> {
  const review = await tx.findOne(PlanReview, {
    where: { id: reviewId },
    lock: { mode: 'pessimistic_write' },
  });
  // Support of a council is support of those that it followed.
  const inspection =
    review &&
    (await tx
      .createQueryBuilder(Inspection, 'i')
      .where('i.id = :id', { id: review.inspectionId })
      .andWhere(`i.council_id IN ${OF_LINE}`, { council: councilId })
      .getOne());
  if (!inspection) throw badField('/review', 'no review of a plan of this council is known by this');
  if (!isOwed(review)) throw notAsked();
  if (support.firstDay < review.reviewedOn)
    throw badField(
      '/firstDay',
      `found ${support.firstDay}; allowed: ${review.reviewedOn}, the review that it follows, or later`,
    );
  await tx.save(Object.assign(review, { supportId: support.id }));
  await record(tx, access.actor, 'inspection.support_given', `council:${councilId}`, {
    review: reviewId,
    support: support.id,
  });
}

const notAsked = (): Problem =>
  new Problem(409, 'no-support-owed', 'What this review found asks for no support, or no longer.');

function requireDay(day: string, inspectedOn: string | null, today: string): void {
  if (inspectedOn === null) throw badField('/reviewedOn', 'there is no plan before the inspection was held');
  if (day < inspectedOn || day > today)
    throw badField(
      '/reviewedOn',
      `found ${day}; allowed: ${inspectedOn}, the inspection, to ${today}, today`,
    );
}
