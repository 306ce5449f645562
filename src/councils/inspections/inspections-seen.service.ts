import { Injectable } from '@nestjs/common';
import { addDays, type CivilDate } from '../../calendar/dates.js';
import { Database } from '../../database/database.js';
import type { Access } from '../../people/access.js';
import { ReferenceService } from '../../reference/reference.service.js';
import type { Inspection } from '../inspection.entity.js';
import { namesOf } from '../names.js';
import { InspectionsService } from './inspections.service.js';
import type { PlanReview } from './plan-review.entity.js';
import { isOwed, nextReview, planWords } from './plan-reviews.js';
import { PlanReviewsService } from './plan-reviews.service.js';

/** What a list of inspections may be narrowed to. */
export const SHOWN = {
  waiting: 'Not yet held',
  plans: 'Plan was due, and no arrival is recorded',
  due: 'Plan or next inspection still to come',
  late: 'Next inspection was due, and none is recorded',
  reviews: 'Review of the plan due within two months, or late',
  support: 'A review found what leads to support, and none is recorded',
} as const;

const SOON_DAYS = 61;

/** An inspection with what follows from it. */
export interface SeenInspection extends Inspection {
  frameworkName: string;
  reviews: PlanReview[];
  /** What is known of the plan, as part of a sentence. */
  planWords: string | null;
  /** When the plan is reviewed next; null where no review follows, or a newer inspection took its place. */
  nextPlanReview: CivilDate | null;
  /** That day is over. */
  isReviewLate: boolean;
  owed: PlanReview[];
  /** No newer one of the council is held under its framework. */
  isNewest: boolean;
}

/** Inspections with the reviews of their plans, for pages and programs alike. */
@Injectable()
export class InspectionsSeen {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly inspections: InspectionsService,
    private readonly reviews: PlanReviewsService,
  ) {}

  async list(
    access: Access,
    filter: { council?: string | undefined; framework?: string; show?: string } = {},
  ): Promise<SeenInspection[]> {
    const all = await this.seen(await this.inspections.list(access, filter));
    return narrowed(
      all.filter(({ framework }) => !filter.framework || framework === filter.framework),
      filter.show ?? '',
      this.db.today(),
    );
  }

  async one(id: string): Promise<SeenInspection> {
    const found = await this.inspections.get(id);
    const heirs = (await this.inspections.heirsOf([found.councilId])).get(found.councilId) ?? [];
    const others = await this.inspections.inspectionsOf([found.councilId, ...heirs]);
    const council = found.council;
    const all = await this.seen(others.known.map((one) => Object.assign(one, { council })));
    return all.find((one) => one.id === id) as SeenInspection;
  }

  private async seen(all: Inspection[]): Promise<SeenInspection[]> {
    const frameworks = await this.reference.get('frameworks');
    const name = namesOf(frameworks);
    const every = new Map(frameworks.map(({ id, lookMonths }) => [id, lookMonths]));
    const reviews = await this.reviews.of(all);
    const heirs = await this.inspections.heirsOf(all.map(({ councilId }) => councilId));
    const newest = newestOf(all, heirs);
    return all.map((one) => {
      const mine = reviews.get(one.id) ?? [];
      const isNewest = one.inspectedOn !== null && isNewestOf(one, newest, heirs);
      const nextPlanReview = isNewest
        ? nextReview(one.planDue, every.get(one.framework) ?? null, mine)
        : null;
      return Object.assign(one, {
        frameworkName: name(one.framework),
        reviews: mine,
        planWords: planWords({ ...one, reviews: mine }, this.db.today()),
        nextPlanReview,
        isReviewLate: nextPlanReview !== null && nextPlanReview < this.db.today(),
        isNewest,
        owed: mine.filter(isOwed),
      });
    });
  }
}

/** The day of the newest inspection under each framework of each council that is there today, and of those that it followed. */
function newestOf(all: readonly Inspection[], heirs: ReadonlyMap<string, string[]>): Map<string, CivilDate> {
  const newest = new Map<string, CivilDate>();
  for (const one of all)
    for (const line of linesOf(one, heirs)) {
      const before = newest.get(line);
      if (one.inspectedOn !== null && (before === undefined || before < one.inspectedOn))
        newest.set(line, one.inspectedOn);
    }
  return newest;
}

/** Whether it is the newest for one at least of those that its council is today. */
const isNewestOf = (
  one: Inspection,
  newest: ReadonlyMap<string, CivilDate>,
  heirs: ReadonlyMap<string, string[]>,
): boolean => linesOf(one, heirs).some((line) => newest.get(line) === one.inspectedOn);

const linesOf = ({ councilId, framework }: Inspection, heirs: ReadonlyMap<string, string[]>): string[] =>
  (heirs.get(councilId) ?? [councilId]).map((council) => `${council} ${framework}`);

/** What is asked for, the soonest first where something is due. Nothing for what is not a list. */
function narrowed(all: SeenInspection[], show: string, today: CivilDate): SeenInspection[] {
  if (show === '') return all;
  if (show === 'waiting') return all.filter(({ inspectedOn }) => inspectedOn === null);
  if (show === 'support') return all.filter(({ owed }) => owed.length > 0);
  const dueOf: Partial<Record<string, (one: SeenInspection) => CivilDate | null>> = {
    // A plan that was reviewed came, though nobody said when.
    plans: ({ isNewest, planDue, planReceived, reviews }) =>
      isNewest && planReceived === null && reviews.length === 0 && planDue !== null && planDue < today
        ? planDue
        : null,
    due: ({ planDue, planReceived, reviewDue }) =>
      [planReceived === null ? planDue : null, reviewDue]
        .filter((day): day is CivilDate => day !== null && day >= today)
        .sort()[0] ?? null,
    late: ({ isNewest, reviewDue }) =>
      isNewest && reviewDue !== null && reviewDue < today ? reviewDue : null,
    reviews: ({ nextPlanReview }) =>
      nextPlanReview !== null && nextPlanReview <= addDays(today, SOON_DAYS) ? nextPlanReview : null,
  };
  const due = dueOf[show];
  if (!due) return [];
  return all
    .flatMap((one) => {
      const day = due(one);
      return day === null ? [] : [{ one, day }];
    })
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
    .map(({ one }) => one);
}
