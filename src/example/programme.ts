import type { EntityManager } from 'typeorm';
import { addDays, addMonths, lastDay, type CivilDate } from '../calendar/dates.js';
import { programmeYear } from '../calendar/programme-year.js';
import { windowWarnings } from '../calendar/window-rules.js';
import { ChallengeChange } from '../challenges/challenge-change.entity.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { PastChallenge } from '../challenges/past-challenge.entity.js';
import type { Council } from '../councils/council.entity.js';
import { Random } from '../matching/problem/random.js';
import { SYSTEM } from '../people/access.js';
import { FIRST_KINDS } from '../kinds/first-kinds.js';
import { FIRST_REFERENCE } from '../reference/first-content.js';
import { BudgetFigure } from '../programme/budget/budget-figure.entity.js';
import { BudgetLine, type BudgetKind } from '../programme/budget/budget-line.entity.js';
import { MeasureFigure } from '../programme/measures/measure-figure.entity.js';
import { Measure } from '../programme/measures/measure.entity.js';
import { USUAL_MEASURES } from '../programme/measures/usual-measures.js';
import { SHOWN_COUNCIL, SIGNED_IN_COUNCIL } from './challenges.js';

const SEED = 20_270_401;
const YEARS_BEHIND = 5;

/** What was before this service: corporate challenges of earlier years, and the board's measures with their figures. */
export async function loadProgramme(tx: EntityManager, councils: Council[], today: CivilDate): Promise<void> {
  const random = new Random(SEED);
  await loadPast(tx, random, councils, today);
  await loadMeasures(tx, random, programmeYear(today));
}

/** Closed corporate challenges of one to seven years ago; every fifth council never had one. */
async function loadPast(
  tx: EntityManager,
  random: Random,
  councils: Council[],
  today: CivilDate,
): Promise<void> {
  const { days = 4, seats = [], coverage = [] } = FIRST_KINDS.corporate ?? {};
  const past = councils.flatMap((council): Partial<Challenge>[] => {
    const start = pastDay(random, council, today, days);
    if (random.chance(0.2) || [SHOWN_COUNCIL, SIGNED_IN_COUNCIL].includes(council.code)) return [];
    const windows = [{ id: 'w1', start, days, penalty: 0 }];
    const onSite = { firstDay: start, lastDay: lastDay(start, days) };
    return [
      {
        councilId: council.id,
        kind: 'corporate',
        state: 'closed',
        seats,
        coverage,
        windows,
        ...onSite,
        version: 1,
      },
    ];
  });
  await insertPast(tx, past, councils);
}

/** As if an office had brought them. */
async function insertPast(tx: EntityManager, past: Partial<Challenge>[], councils: Council[]): Promise<void> {
  const { identifiers } = await tx.insert(Challenge, past);
  const ended = past.map(({ lastDay: last }, index): Partial<ChallengeChange> => {
    const at = new Date(`${addMonths(last ?? '', 11)}T00:00:00Z`);
    return {
      challengeId: identifiers[index]?.id as string,
      from: null,
      to: 'closed',
      actor: SYSTEM.id,
      reason: 'before this service',
      at,
    };
  });
  await tx.insert(ChallengeChange, ended);
  const codes = new Map(councils.map(({ id, code }) => [id, code]));
  await tx.insert(
    PastChallenge,
    past.map(({ councilId = '', firstDay = '' }, index) => ({
      challengeId: identifiers[index]?.id as string,
      reference: `${codes.get(councilId) ?? ''} corporate ${firstDay?.slice(0, 4) ?? ''}`,
    })),
  );
}

/** A day some years ago from which the calendar allows a visit. */
function pastDay(random: Random, council: Council, today: CivilDate, days: number): CivilDate {
  const context = { rules: FIRST_REFERENCE.calendar, cycle: council.elections, preElectionRefuses: true };
  let start = addDays(today, -random.int(400, 2500));
  while (windowWarnings(start, days, context).some(({ severity }) => severity === 'refused'))
    start = addDays(start, -1);
  return start;
}

/** The measures of this year, and the totals of the years behind, which were counted by hand. */
async function loadMeasures(tx: EntityManager, random: Random, year: number): Promise<void> {
  await tx.insert(
    Measure,
    USUAL_MEASURES.map((measure, index) => ({ ...measure, year, place: index + 1, version: 1 })),
  );
  const training = await tx.save(
    tx.create(Measure, {
      year,
      key: 'publications',
      theme: 'Councils',
      name: 'Guides and case studies published',
      place: USUAL_MEASURES.length + 1,
      source: 'by_hand' as const,
      counting: 'sum' as const,
      direction: 'at_least' as const,
      target: 10,
      colourRule: 'delivery' as const,
      confirmed: 3,
      inDiscussion: 2,
      aheadQuarter: 2 as const,
      comment: 'The guide to scrutiny has moved to the last quarter.',
    }),
  );
  await tx.insert(MeasureFigure, entered(training.id, [2, 3]));
  await loadMoney(tx, year, USUAL_MEASURES.length + 2);
  const [challenges] = USUAL_MEASURES;
  for (let past = year - YEARS_BEHIND; past < year && challenges; past++) {
    const target = 100 + 10 * (past % 3);
    const measure = await tx.save(
      tx.create(Measure, { ...challenges, year: past, place: 1, source: 'by_hand', target }),
    );
    await tx.insert(
      MeasureFigure,
      entered(measure.id, [random.int(9, 14), random.int(20, 28), random.int(30, 38), random.int(30, 40)]),
    );
  }
}

/** What the office counts in money and in words, and the budget of the year. */
async function loadMoney(tx: EntityManager, year: number, place: number): Promise<void> {
  const own = { year, theme: 'Savings', source: 'by_hand' as const, version: 1 };
  const experts = await tx.save(
    tx.create(Measure, {
      ...{ ...own, key: 'experts', name: 'Councils with a productivity expert', place, target: 20 },
      ...{ counting: 'sum', direction: 'aim', colourRule: 'line' },
    }),
  );
  const savings = await tx.save(
    tx.create(Measure, {
      ...{ ...own, key: 'savings', name: 'Savings that they found', partOf: 'experts', place: place + 1 },
      ...{ target: 4.5, unit: 'million_pounds', decimals: 1 },
      ...{ counting: 'running', direction: 'at_least', colourRule: 'line' },
    }),
  );
  await tx.insert(Measure, {
    ...{ ...own, key: 'sharing', name: 'Sharing of services', place: place + 2 },
    ...{ targetWords: 'a guide by March', progress: 'under_way', counting: 'sum', direction: 'at_least' },
    ...{ colourRule: 'by_hand', colour: 'green', colourReason: 'the draft is with its readers' },
  });
  await tx.insert(MeasureFigure, [...entered(experts.id, [5, 6]), ...entered(savings.id, [0.8, 1.7])]);
  const lines = await tx.save(
    BUDGET.map(([key, name, kind, budget], index) =>
      tx.create(BudgetLine, { year, key, name, kind, budget, place: index + 1 }),
    ),
  );
  await tx.insert(
    BudgetFigure,
    lines.map(({ id, budget, key }) => ({
      ...{ lineId: id, quarter: 2 as const, budgetToDate: budget / 2, comment: 'from the ledger' },
      actualToDate: Math.round((budget / 2) * (key === 'travel' ? 1.12 : 0.98)),
      ...{ forecast: Math.round(budget * (key === 'travel' ? 1.08 : 0.99)), actor: SYSTEM.id },
    })),
  );
}

/** In thousands of pounds. */
const BUDGET: readonly [key: string, name: string, kind: BudgetKind, budget: number][] = [
  ['grant', 'Grant for sector support', 'income', 3200],
  ['fees', 'Fees of councils', 'income', 640],
  ['staff', 'Advisers and challenge managers', 'expenditure', 2150],
  ['peers', 'Fees of peers', 'expenditure', 980],
  ['travel', 'Travel and nights', 'expenditure', 420],
  ['training', 'Training of peers', 'expenditure', 180],
];

function entered(measureId: string, values: number[]): Partial<MeasureFigure>[] {
  return values.map((value, index) => ({
    measureId,
    quarter: (index + 1) as 1 | 2 | 3 | 4,
    value,
    comment: 'from the office’s own list',
    actor: SYSTEM.id,
  }));
}
