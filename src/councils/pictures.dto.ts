import { Day, Int, Many, Text, Uuid } from '../web/fields.js';
import { PageQuery } from '../web/paging.js';
import { Says } from '../web/forms.js';

/** What somebody says of an inspection. */
export class InspectionFacts {
  @Says('Choose the framework') @Text({ max: 60 }) framework: string;
  @Says('Enter the day like 3 November 2026')
  @Day({ optional: true, description: 'Left out while it has not been held' })
  inspectedOn?: string;
  @Text({ optional: true, max: 200 }) judgement?: string;
  @Says('Enter the day like 3 November 2026') @Day({ optional: true }) expectedBy?: string;
  @Says('Enter the day like 3 November 2026')
  @Day({ optional: true, description: 'By the framework unless told' })
  planDue?: string;
  @Says('Enter the day like 3 November 2026') @Day({ optional: true }) planReceived?: string;
  @Says('Enter the day like 3 November 2026')
  @Day({ optional: true, description: 'By the framework unless told' })
  reviewDue?: string;
}

export class SupportFacts {
  @Says('Choose the type') @Text({ max: 60 }) type: string;
  @Says('Enter the day like 3 November 2026') @Day() firstDay: string;
  @Says('Enter the day like 3 November 2026') @Day({ optional: true }) lastDay?: string;
  @Says('Enter what gave rise to it') @Text({ max: 200 }) cause: string;
  @Text({ optional: true, max: 2000 }) note?: string;
  @Uuid({ optional: true, description: 'The review of a plan whose finding it follows' }) review?: string;
}

/** What somebody says of a review of the plan after an inspection. */
export class PlanReviewFacts {
  @Says('Enter the day like 3 November 2026') @Day() reviewedOn: string;
  @Says('Choose what it found') @Text({ max: 60 }) finding: string;
  @Text({ optional: true, max: 2000 }) note?: string;
}

export class NoSupport {
  @Says('Enter why') @Text({ max: 500 }) reason: string;
}

export class SignalFacts {
  @Says('Choose the type') @Text({ max: 60 }) type: string;
  @Says('Enter the day like 3 November 2026') @Day() observedOn: string;
  @Says('Enter where it is known from') @Text({ max: 500 }) source: string;
  @Text({ optional: true, max: 1000 }) supportOffered?: string;
  @Text({ optional: true, max: 1000 }) outcome?: string;
}

export class ControlFacts {
  @Says('Enter who controls it, such as Labour or no overall control') @Text({ max: 100 }) control: string;
  @Says('Enter the group that leads it') @Text({ optional: true, max: 100 }) leadingGroup?: string;
  @Text({ optional: true, max: 400 }) coalition?: string;
  @Text({ optional: true, max: 400 }) rotation?: string;
  @Says('Enter the day like 8 May 2026') @Day() asOf: string;
}

export class PriorityFacts {
  @Says('Choose the reason') @Text({ max: 60 }) reason: string;
  @Text({ optional: true, max: 500 }) note?: string;
  @Says('Enter the day like 31 March 2027') @Day() until: string;
}

export class PictureQuery extends PageQuery {
  @Uuid({ optional: true }) council?: string;
}

export class MakeInspection extends InspectionFacts {
  @Uuid() councilId: string;
}

export class MakeSupport extends SupportFacts {
  @Uuid() councilId: string;
}

export class MakeSignal extends SignalFacts {
  @Uuid() councilId: string;
}

const VERSION = { min: 1, max: 2_147_483_647 };

export class PlanReviewView {
  @Uuid() id: string;
  @Day() reviewedOn: string;
  @Text() finding: string;
  @Text({ min: 0 }) note: string;
  @Text({ nullable: true, description: 'The type of support that it leads to' }) leadsTo: string | null;
  @Uuid({ nullable: true, description: 'The support that came of it' }) supportId: string | null;
  @Text({ nullable: true, description: 'Why no support was needed' }) noSupport: string | null;
}

export class InspectionView {
  @Uuid() id: string;
  @Uuid() councilId: string;
  @Text() council: string;
  @Text() framework: string;
  @Day({ nullable: true, description: 'Null where it has not been held yet' }) inspectedOn: string | null;
  @Text({ nullable: true }) judgement: string | null;
  @Day({ nullable: true }) expectedBy: string | null;
  @Day({ nullable: true }) planDue: string | null;
  @Day({ nullable: true }) planReceived: string | null;
  @Day({ nullable: true }) reviewDue: string | null;
  @Day({ nullable: true, description: 'When the plan is reviewed next' }) nextPlanReview: string | null;
  @Many(() => PlanReviewView) planReviews: PlanReviewView[];
  @Int(VERSION) version: number;
}

export class SupportView {
  @Uuid() id: string;
  @Uuid() councilId: string;
  @Text() council: string;
  @Text() type: string;
  @Day() firstDay: string;
  @Day({ nullable: true }) lastDay: string | null;
  @Text() cause: string;
  @Text({ min: 0 }) note: string;
  @Int(VERSION) version: number;
}

export class SignalView {
  @Uuid() id: string;
  @Uuid() councilId: string;
  @Text() council: string;
  @Text() type: string;
  @Day() observedOn: string;
  @Text() source: string;
  @Text({ nullable: true }) supportOffered: string | null;
  @Text({ nullable: true }) outcome: string | null;
  @Int(VERSION) version: number;
}
