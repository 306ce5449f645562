import { addMonths, type CivilDate } from '../../calendar/dates.js';
import type { Framework, Inspected } from '../../reference/content.js';
import { badField } from '../../web/problems.js';
import type { Inspection } from '../inspection.entity.js';
import type { InspectionFacts } from '../pictures.dto.js';
import { requireOne } from '../known.js';

/** What decides under which frameworks a body is inspected. */
export interface Body {
  name: string;
  type: Inspected | null;
  body: Inspected;
}

/** Whether a framework inspects a body: a district has no children's services. */
export const inspects = ({ of }: Pick<Framework, 'of'>, { type, body }: Omit<Body, 'name'>): boolean =>
  of.length === 0 || of.includes(body) || (type !== null && of.includes(type));

/**
 * An inspection with what follows from it by its framework. What stands in the record already may stay, though the lists have changed since.
 * Throws a 400 for a framework that is unknown or does not inspect the body, a judgement that it does not give, and one without a day.
 */
export function datedInspection(
  frameworks: readonly Framework[],
  facts: InspectionFacts,
  { council, known, today }: { council: Body; known?: Inspection | undefined; today: CivilDate },
): Partial<Inspection> {
  const framework = requireOne(frameworks, facts.framework, '/framework');
  if (known?.framework !== framework.id) requireInspects(frameworks, framework, council);
  const { inspectedOn = null, judgement = null, expectedBy = null } = facts;
  if (inspectedOn !== null && inspectedOn > today)
    throw badField(
      '/inspectedOn',
      `found ${inspectedOn}; allowed: up to today, or a day by which it is expected`,
    );
  if (judgement !== null && inspectedOn === null)
    throw badField('/judgement', 'there is none before the inspection; enter its day');
  const { planDue, reviewDue } = followingDays(framework, facts, known);
  const planReceived = arrived(facts, today);
  return {
    framework: framework.id,
    inspectedOn,
    judgement:
      judgement === null || (judgement === known?.judgement && framework.id === known.framework)
        ? judgement
        : published(framework, judgement),
    expectedBy,
    planDue,
    planReceived,
    reviewDue,
  };
}

/** When the plan came. Throws a 400 for a day before the inspection, or to come. */
function arrived({ inspectedOn, planReceived }: InspectionFacts, today: CivilDate): CivilDate | null {
  if (planReceived === undefined) return null;
  if (inspectedOn === undefined)
    throw badField('/planReceived', 'there is no plan before the inspection was held; enter its day');
  if (planReceived < inspectedOn || planReceived > today)
    throw badField(
      '/planReceived',
      `found ${planReceived}; allowed: ${inspectedOn}, the inspection, to ${today}, today`,
    );
  return planReceived;
}

/** When the plan and the next look are due: as somebody says, or as the framework does. Throws a 400 for a day before the inspection. */
function followingDays(
  { planMonths, reviewMonths }: Framework,
  {
    inspectedOn = null,
    planDue,
    reviewDue,
  }: { inspectedOn?: CivilDate | null; planDue?: CivilDate; reviewDue?: CivilDate },
  known: Inspection | undefined,
): { planDue: CivilDate | null; reviewDue: CivilDate | null } {
  const after = (from: CivilDate | null, months: number | null): CivilDate | null =>
    from === null || months === null ? null : addMonths(from, months);
  // A day that only followed from the day of the inspection follows it when that is put right.
  const dayOf = (
    said: CivilDate | undefined,
    held: CivilDate | null,
    months: number | null,
  ): CivilDate | null =>
    said === undefined || (known?.inspectedOn && said === held && said === after(known.inspectedOn, months))
      ? after(inspectedOn, months)
      : said;
  const days = {
    planDue: dayOf(planDue, known?.planDue ?? null, planMonths),
    reviewDue: dayOf(reviewDue, known?.reviewDue ?? null, reviewMonths),
  };
  requireAfter('/planDue', days.planDue, inspectedOn);
  requireAfter('/reviewDue', days.reviewDue, inspectedOn);
  return days;
}

function requireAfter(pointer: string, day: CivilDate | null, inspectedOn: CivilDate | null): void {
  if (day !== null && inspectedOn !== null && day < inspectedOn)
    throw badField(pointer, `found ${day}; allowed: ${inspectedOn}, the inspection, or later`);
}

function requireInspects(frameworks: readonly Framework[], framework: Framework, council: Body): void {
  if (inspects(framework, council)) return;
  const allowed = frameworks.filter((one) => inspects(one, council)).map(({ name }) => name);
  throw badField(
    '/framework',
    `found ${framework.name}, under which ${council.name} is not inspected; allowed: ${allowed.join(', ')}`,
  );
}

/** A judgement as its framework writes it, whatever its capitals. */
function published({ name, judgements }: Framework, said: string): string {
  if (judgements.length === 0) return said;
  const found = judgements.find((one) => one.toLowerCase() === said.trim().toLowerCase());
  if (found === undefined)
    throw badField('/judgement', `found "${said}"; allowed for ${name}: ${judgements.join(', ')}`);
  return found;
}
