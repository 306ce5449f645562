import { performance } from 'node:perf_hooks';
import { answerPlan } from '../src/matching/files/plan-answer.js';
import { answerTeams } from '../src/matching/files/teams-answer.js';
import type { Programme } from '../src/matching/problem/programme.js';
import { NONE } from '../src/matching/problem/pool.js';
import { archetype } from '../src/matching/year/archetypes.js';
import { polish, replace, skeleton } from '../src/matching/year/build.js';
import { Draft } from '../src/matching/year/draft.js';
import { withPerson } from '../src/matching/year/narrow.js';
import { repair } from '../src/matching/year/repair.js';
import { loadSolver, NO_LIMIT } from '../src/matching/year/solver.js';
import { yearOf } from '../src/matching/year/year-of.js';
import type { YearProblem } from '../src/matching/year/year-problem.js';
import { instance } from './instances.js';
import { percentiles } from './percentiles.js';

/** Repairs after a decline, relaxations of impossible seats, and whether recruits are ranked as adding them would rank them. */
export async function measureExplanations(): Promise<void> {
  for (const [name, peers] of [
    ['plentiful', 2200],
    ['scarce', 700],
  ] as const)
    await measureRepairs(name, peers);
  measureRelaxations();
  await measureRecruits();
}

async function measureRepairs(name: string, peers: number): Promise<void> {
  const problem = yearOf({ programme: instance(1, peers, 150), incumbent: [] });
  const solver = await loadSolver();
  const plan = skeleton(problem);
  if (!plan) throw new Error('no plan');
  polish(problem, plan, 20, NO_LIMIT);
  const times: number[] = [];
  let [emptied, saved, moved] = [0, 0, 0];
  plan.options.forEach((option, c) => {
    const s = option?.team.findIndex((p) => p !== NONE) ?? -1;
    if (!option || s < 0) return;
    const p = option.team[s] ?? NONE;
    const without = replaceChallenge(problem, c, withPerson(problem.challenges[c] ?? fail(), s, p, false));
    const draft = copyOf(without, plan);
    const open = emptyIn(draft);
    const start = performance.now();
    repairOne(without, draft, c);
    times.push(performance.now() - start);
    const alone = emptyIn(draft) - open;
    const again = copyOf(without, plan);
    moved += repair(without, again, c, solver, NO_LIMIT).length - 1;
    if (alone > 0) emptied++;
    if (alone > 0 && emptyIn(again) - open < alone) saved++;
  });
  console.log(
    `one decline repaired, ${name}: ${percentiles(times)}; an empty seat in ${String(emptied)}, chains save ${String(saved)}, moving ${String(moved)} other challenges`,
  );
}

function repairOne(problem: YearProblem, draft: Draft, c: number): void {
  replace(problem, draft, c);
}

function replaceChallenge(
  problem: YearProblem,
  c: number,
  challenge: YearProblem['challenges'][number],
): YearProblem {
  return { ...problem, challenges: problem.challenges.map((other, at) => (at === c ? challenge : other)) };
}

function copyOf(problem: YearProblem, plan: Draft): Draft {
  const draft = new Draft(problem);
  plan.options.forEach((option, c) => {
    if (option) draft.place(c, option);
  });
  return draft;
}

function emptyIn(draft: Draft): number {
  return draft.options.reduce((sum, option) => sum + (option?.team.filter((p) => p === NONE).length ?? 0), 0);
}

/** Seats that ask for a skill that nobody of the position holds. */
function measureRelaxations(): void {
  const programme = instance(2, 2200, 60);
  const times: number[] = [];
  let relaxed = 0;
  for (const challenge of programme.challenges) {
    const seats = challenge.seats.map((seat, s) =>
      s === 0 ? { ...seat, skills: { ...seat.skills, finance: 5, housing: 5, planning: 4 } } : seat,
    );
    const year: Programme = { ...programme, challenges: [{ ...challenge, seats }] };
    const bare = answerTimed(year);
    const plain = answerTimed({ ...year, challenges: [challenge] });
    if (bare.blocked.length === 0) continue;
    times.push(Math.max(0, bare.ms - plain.ms));
    relaxed += bare.blocked[0]?.relaxations.length ?? 0;
  }
  console.log(
    `minimal relaxations of an impossible seat: ${percentiles(times)}, ${(relaxed / Math.max(1, times.length)).toFixed(1)} each`,
  );
}

function answerTimed(programme: Programme): {
  ms: number;
  blocked: ReturnType<typeof answerTeams>['blocked'];
} {
  const start = performance.now();
  const { blocked } = answerTeams(programme, undefined, 1);
  return { ms: performance.now() - start, blocked };
}

/** Kendall's tau between the estimated gains and the gains of really adding each peer and solving again to the proof. */
async function measureRecruits(): Promise<void> {
  const pairs: { estimate: number; real: number }[] = [];
  for (const seed of [1, 3, 4, 6]) {
    const programme = instance(seed, 200, 20);
    const options = { gap: 0, clock: NO_LIMIT };
    const plan = await answerPlan({ programme, incumbent: [] }, options);
    for (const recruit of plan.recruit.slice(0, 5)) {
      const peer = archetype('recruit', recruit, recruit.party);
      const more = await answerPlan(
        { programme: { ...programme, peers: [...programme.peers, peer] }, incumbent: [] },
        options,
      );
      pairs.push({ estimate: recruit.gain, real: more.score - plan.score });
    }
  }
  console.log(
    `recruits, estimate/real: ${pairs.map(({ estimate, real }) => `${String(estimate)}/${String(real)}`).join(' ')}; Kendall ${kendall(pairs).toFixed(2)}`,
  );
}

function kendall(pairs: readonly { estimate: number; real: number }[]): number {
  let [sum, estimates, reals] = [0, 0, 0];
  pairs.forEach((a, i) => {
    for (const b of pairs.slice(i + 1)) {
      const [x, y] = [Math.sign(a.estimate - b.estimate), Math.sign(a.real - b.real)];
      sum += x * y;
      estimates += x * x;
      reals += y * y;
    }
  });
  return sum / Math.sqrt(estimates * reals);
}

function fail(): never {
  throw new Error('no challenge');
}
