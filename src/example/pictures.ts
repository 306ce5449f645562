import type { EntityManager } from 'typeorm';
import { addDays, addMonths, type CivilDate } from '../calendar/dates.js';
import type { Council } from '../councils/council.entity.js';
import { inspects } from '../councils/inspections/held-inspection.js';
import { Inspection } from '../councils/inspection.entity.js';
import { OfferPriority } from '../councils/offer-priority.entity.js';
import { Signal } from '../councils/signal.entity.js';
import { Support } from '../councils/support.entity.js';
import { DEMOGRAPHIC_IDS, type Demographic } from '../peers/demographics.js';
import { Demographics } from '../peers/demographics.entity.js';
import type { Peer } from '../peers/peer.entity.js';
import { Random } from '../matching/problem/random.js';
import { SYSTEM } from '../people/access.js';
import { FIRST_WATCHING } from '../reference/first-watching.js';

const SEED = 20_280_401;
const actor = SYSTEM.id;
/** Judgements by their place in the list of a framework: the second is the most common. */
const PLACES = [1, 1, 2, 0, 3];
const CAUSES = ['the council asked', 'what a review found', 'an inspection', 'a change of control'];
const SOURCES = ['published report', 'talk with the council', 'committee papers', 'annual conversation'];

/** Two peers of three say something of themselves; no more than a total is ever shown of it. */
export async function loadDemographics(tx: EntityManager, peers: Peer[]): Promise<void> {
  const random = new Random(SEED + 1);
  const said = peers.flatMap(({ id: peerId }): Partial<Demographics>[] => {
    if (random.chance(0.34)) return [];
    const answers = DEMOGRAPHIC_IDS.map((part) => [
      part,
      random.chance(0.9) ? random.pick(WEIGHTED[part]) : null,
    ]);
    return [{ peerId, ...(Object.fromEntries(answers) as Partial<Demographics>) }];
  });
  for (let at = 0; at < said.length; at += 500) await tx.insert(Demographics, said.slice(at, at + 500));
}

/** The more often named, the more common. */
const WEIGHTED: Record<Demographic, string[]> = {
  gender: ['woman', 'woman', 'woman', 'man', 'man', 'man', 'man', ...(['other'] as string[])],
  ageBand: ['under35', 'from35', 'from35', 'from50', 'from50', 'from50', 'from65', 'from65'],
  ethnicity: [...(new Array(20).fill('white') as string[]), 'asian', 'asian', 'black', 'mixed', 'other'],
  disability: ['yes', 'no', 'no', 'no', 'no', 'no'],
};

/** What advisers have written down of councils besides their challenges. Invented, and named as such by the banner. */
export async function loadPictures(tx: EntityManager, councils: Council[], today: CivilDate): Promise<void> {
  const random = new Random(SEED);
  const { supports, signals, priorities } = FIRST_WATCHING;
  const ago = (least: number, most: number): CivilDate => addDays(today, -random.int(least, most));
  const chosen = (chance: number): Council[] => councils.filter(() => random.chance(chance));
  await tx.insert(
    Inspection,
    chosen(0.3).map((council) => inspectionOf(random, council, today)),
  );
  await tx.insert(
    Support,
    chosen(0.12).map(({ id: councilId }) => {
      const firstDay = ago(5, 400);
      const lastDay = random.chance(0.6) ? addDays(firstDay, random.int(2, 60)) : null;
      const type = random.pick(supports).id;
      return { councilId, type, firstDay, lastDay, cause: random.pick(CAUSES), actor, version: 1 };
    }),
  );
  await tx.insert(
    Signal,
    chosen(0.1).map(({ id: councilId }) => {
      const said = { type: random.pick(signals).id, observedOn: ago(3, 300), source: random.pick(SOURCES) };
      const supportOffered = random.chance(0.5) ? 'mentoring' : null;
      return { ...said, councilId, supportOffered, actor, version: 1 };
    }),
  );
  const until = addDays(today, 200);
  await tx.insert(
    OfferPriority,
    chosen(0.03).map(({ id: councilId }) => ({
      councilId,
      reason: random.pick(priorities).id,
      until,
      actor,
    })),
  );
}

/** An inspection of a council, behind it with its judgement, or still to come. */
function inspectionOf(random: Random, { id: councilId, type }: Council, today: CivilDate) {
  // Which councils run a fire service is not in the register.
  const applied = FIRST_WATCHING.frameworks.filter(
    (one) => one.id !== 'fire' && inspects(one, { type, body: 'council' }),
  );
  const { id: framework, planMonths, reviewMonths, judgements } = random.pick(applied);
  const rest = { councilId, framework, actor, version: 1 };
  if (random.chance(0.25))
    return { ...rest, inspectedOn: null, judgement: null, expectedBy: addDays(today, random.int(30, 500)) };
  const inspectedOn = addDays(today, -random.int(20, 900));
  const after = (months: number | null): CivilDate | null =>
    months === null ? null : addMonths(inspectedOn, months);
  const judgement = judgements[random.pick(PLACES) % judgements.length] ?? null;
  return { ...rest, inspectedOn, judgement, planDue: after(planMonths), reviewDue: after(reviewMonths) };
}
