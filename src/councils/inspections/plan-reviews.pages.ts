import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { sayPlainDay } from '../../calendar/phrases.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { Choice } from '../../web/fields.js';
import { FRESH, submit, type Again } from '../../web/forms.js';
import { Page, Redirect, type Download } from '../../web/pages.js';
import { namesOf } from '../names.js';
import { NoSupport, PlanReviewFacts } from '../pictures.dto.js';
import { InspectionsSeen } from './inspections-seen.service.js';
import { PlanReviewsService } from './plan-reviews.service.js';

type Answer = Promise<Page | Redirect | Download>;

class TakeBack {
  @Choice(['yes']) wrong: 'yes';
}

/** An inspection with its plan: when it is reviewed, what each review found, and what came of that. */
@Controller('inspections/:id')
export class PlanReviewPages {
  constructor(
    private readonly seen: InspectionsSeen,
    private readonly reviews: PlanReviewsService,
    private readonly reference: ReferenceService,
  ) {}

  @Get()
  @Allow('picture.write', 'inspection')
  async one(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const inspection = await this.seen.one(id);
    const findings = await this.reference.get('findings');
    const [finding, support] = [namesOf(findings), namesOf(await this.reference.get('supports'))];
    const owed = new Set(inspection.owed.map((one) => one.id));
    return new Page('councils/views/inspection.njk', {
      title: `${inspection.frameworkName}: ${inspection.council?.name ?? ''}`,
      inspection,
      reviews: inspection.reviews.map((one) => ({
        ...one,
        finding: finding(one.finding),
        leadsTo: one.leadsTo && support(one.leadsTo),
        given: one.support && `${support(one.support.type)}, from ${sayPlainDay(one.support.firstDay)}`,
        query: new URLSearchParams({
          review: one.id,
          type: one.leadsTo ?? '',
          cause: `the review of its plan on ${sayPlainDay(one.reviewedOn)} found: ${finding(one.finding).toLowerCase()}`,
        }).toString(),
        owed: owed.has(one.id),
        // The first form of the page has the field that an error leads to.
        field: one.id === inspection.owed[0]?.id ? 'reason' : `reason-${one.id}`,
      })),
      findings: findings.map((one) => ({
        value: one.id,
        text: one.name,
        hint: { text: followsFrom(one.support && support(one.support), one.ends) },
      })),
      ...again,
    });
  }

  @Post('reviews')
  @Allow('picture.write', 'inspection')
  add(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: PlanReviewFacts): Promise<Redirect> => {
      await this.reviews.add(actor, id, facts);
      return new Redirect(`/inspections/${id}`);
    };
    return submit(PlanReviewFacts, body, work, (again) => this.one(id, again));
  }

  @Post('reviews/:review/wrong')
  @Allow('picture.write', 'inspection')
  takeBack(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Param('review') review: string,
    @Body() body: unknown,
  ): Answer {
    const work = async (): Promise<Redirect> => {
      await this.reviews.takeBack(actor, id, review);
      return new Redirect(`/inspections/${id}`);
    };
    return submit(TakeBack, body, work, (again) => this.one(id, again));
  }

  @Post('reviews/:review/none')
  @Allow('picture.write', 'inspection')
  needsNone(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Param('review') review: string,
    @Body() body: unknown,
  ): Answer {
    const work = async ({ reason }: NoSupport): Promise<Redirect> => {
      await this.reviews.needsNone(actor, id, review, reason);
      return new Redirect(`/inspections/${id}`);
    };
    return submit(NoSupport, body, work, (again) => this.one(id, again));
  }
}

const followsFrom = (support: string | null, ends: boolean): string =>
  [support && `Leads to: ${support.toLowerCase()}.`, ends && 'No further review follows.']
    .filter(Boolean)
    .join(' ') || 'Nothing follows but the next review.';
