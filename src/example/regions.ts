import type { EntityManager } from 'typeorm';
import { addDays, addMonths, type CivilDate } from '../calendar/dates.js';
import { programmeYear, programmeYearRange } from '../calendar/programme-year.js';
import type { Council } from '../councils/council.entity.js';
import { Inspection } from '../councils/inspection.entity.js';
import { PlanReview } from '../councils/inspections/plan-review.entity.js';
import { Random } from '../matching/problem/random.js';
import type { Peer } from '../peers/peer.entity.js';
import { SYSTEM } from '../people/access.js';
import { AdviserDay } from '../programme/regions/adviser-day.entity.js';
import { RegionPerson } from '../programme/regions/region-person.entity.js';
import { FIRST_WATCHING } from '../reference/first-watching.js';

const SEED = 20_290_401;
const actor = SYSTEM.id;
const SUBJECTS = ['finance', 'children’s services', 'adult social care', 'planning'];
const REASONS = ['half a day with the cabinet', 'a look at the budget', 'talks with the chief executive'];

/** Who helps each region: an ambassador, and an improvement adviser with the days given so far. */
export async function loadRegions(
  tx: EntityManager,
  { councils, peers, today }: { councils: Council[]; peers: Peer[]; today: CivilDate },
): Promise<void> {
  const random = new Random(SEED);
  const { from } = programmeYearRange(programmeYear(today));
  const regions = [...new Set(councils.flatMap(({ region }) => region ?? []))].sort();
  for (const region of regions) {
    const own = councils.filter((one) => one.region === region && one.body === 'council');
    const ofRegion = peers.filter(
      ({ state, councilId }) => state === 'active' && own.some(({ id }) => id === councilId),
    );
    const member = ofRegion.find((peer) => peer.class === 'member');
    const officer = ofRegion.find((peer) => peer.class === 'officer');
    const rest = { region, firstDay: from, lastDay: null, actor, version: 1 };
    if (member) await tx.insert(RegionPerson, { ...rest, role: 'ambassador', peerId: member.id });
    if (!officer) continue;
    const adviser = await tx.save(
      tx.create(RegionPerson, {
        ...{ ...rest, role: 'improvement_adviser', peerId: officer.id },
        ...{ subject: random.pick(SUBJECTS), dayBudget: random.int(10, 15) },
      }),
    );
    const days = Array.from({ length: random.int(1, 5) }, () => ({
      ...{ personId: adviser.id, days: random.pick([0.5, 1, 1.5]), what: random.pick(REASONS), actor },
      ...{ day: addDays(today, -random.int(0, 200)), councilId: random.pick(own).id },
    }));
    await tx.insert(
      AdviserDay,
      days.filter(({ day }) => day >= from),
    );
  }
}

/** Reviews of the plans after inspections, half a year after each plan was due. */
export async function loadPlanReviews(tx: EntityManager, today: CivilDate): Promise<void> {
  const random = new Random(SEED + 1);
  const looked = FIRST_WATCHING.frameworks.filter(({ lookMonths }) => lookMonths !== null);
  const held = await tx.find(Inspection, { order: { inspectedOn: 'ASC', councilId: 'ASC' } });
  const reviews = held.flatMap(({ id: inspectionId, framework, planDue }) => {
    const every = looked.find((one) => one.id === framework)?.lookMonths;
    if (!every || planDue === null || random.chance(0.3)) return [];
    const reviewedOn = addMonths(planDue, every);
    const { id: finding, ends, support: leadsTo } = random.pick(FIRST_WATCHING.findings);
    return reviewedOn <= today ? [{ inspectionId, reviewedOn, finding, ends, leadsTo, actor }] : [];
  });
  await tx.insert(PlanReview, reviews);
  for (const one of held)
    if (one.planDue !== null && one.planDue < today && !random.chance(0.1))
      await tx.update(Inspection, { id: one.id }, { planReceived: arrivedOn(random, one, today) });
}

/** A day about that on which a plan was due, and not before its inspection. */
function arrivedOn(random: Random, { planDue, inspectedOn }: Inspection, today: CivilDate): CivilDate {
  const day = addDays(planDue ?? today, random.int(-20, 14));
  return day > today ? today : inspectedOn !== null && day < inspectedOn ? inspectedOn : day;
}
