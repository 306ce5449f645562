import { NONE } from '../src/matching/problem/pool.js';
import { takes, type Limit } from '../src/matching/year/limits.js';
import { slopes } from '../src/matching/year/prices.js';
import type { Model, Solver } from '../src/matching/year/solver.js';
import type { YearChallenge, YearProblem } from '../src/matching/year/year-problem.js';

type Entry = [column: number, value: number];

/** Somebody in a seat in a window. */
interface Place {
  column: number;
  p: number;
  stay: number;
  /** NONE for a shadow seat. */
  kind: number;
}

/**
 * The whole year as one integer programme, the plain way: who sits where in which window, what is missing, regions, limits.
 * Returns the best value found and the bound after so many seconds.
 */
export function oneModel(
  solver: Solver,
  problem: YearProblem,
  seconds: number,
): { value: number; bound: number; columns: number } {
  const year = new YearModel(solver, problem);
  try {
    return year.run(seconds);
  } finally {
    year.model.dispose();
  }
}

class YearModel {
  readonly model: Model;
  private columns = 0;
  private constant = 0;
  private readonly places: Place[] = [];

  constructor(
    private readonly solver: Solver,
    private readonly problem: YearProblem,
  ) {
    this.model = solver.createModel();
    this.model.changeObjectiveSense(solver.constants.objectiveSense.maximize);
    for (const challenge of problem.challenges) this.addChallenge(challenge);
    for (const [p, own] of grouped(this.places, (place) => place.p)) this.addLimits(p, own);
  }

  run(seconds: number): { value: number; bound: number; columns: number } {
    this.model.options.set({ output_flag: false, time_limit: seconds, mip_rel_gap: 0 });
    this.model.run();
    const found =
      this.model.info.get('primal_solution_status') === this.solver.constants.solutionStatus.feasible;
    const value = found ? this.model.getObjectiveValue() + this.constant : -Infinity;
    return {
      value,
      bound: Number(this.model.info.get('mip_dual_bound')) + this.constant,
      columns: this.columns,
    };
  }

  private addChallenge(challenge: YearChallenge): void {
    const { question } = challenge.frame;
    this.constant += challenge.nothing;
    const chosen = challenge.windows.map((w) => ({
      w,
      x: this.column(-(question.stays[w]?.penalty ?? 0) - challenge.nothing, 1, true),
    }));
    this.row(
      0,
      1,
      chosen.map(({ x }) => [x, 1]),
    );
    for (const { w, x } of chosen) {
      const here = this.addSeats(challenge, challenge.stayOf[w] ?? 0, x);
      this.addTeamTerms(challenge, here, x);
      for (const together of grouped(here, ({ p }) => homeOf(this.problem, p)).values())
        if (together.length > 1) this.row(0, 1, ones(together));
      this.places.push(...here);
    }
  }

  private addSeats({ frame: { lists } }: YearChallenge, stay: number, x: number): Place[] {
    return lists.flatMap(({ groups, counts, empty }) => {
      const able = groups.flatMap(({ peers, values, kind }) =>
        Array.from(peers, (p, i) => ({ p, kind: counts ? kind : NONE, value: values[i] ?? 0 })),
      );
      const own = able
        .filter(({ p }) => this.problem.free[stay]?.[p] === 1)
        .map(({ p, kind, value }) => ({ p, kind, stay, column: this.column(value, 1, true) }));
      if (counts) this.row(0, 0, [...ones(own), [this.column(empty, 1, false), 1], [x, -1]]);
      else this.row(-this.solver.infinity, 0, [...ones(own), [x, -1]]);
      return own;
    });
  }

  private addTeamTerms({ frame: { question, kinds } }: YearChallenge, here: Place[], x: number): void {
    const { policy, pool, challenge } = question;
    const counted = here.filter(({ kind }) => kind !== NONE);
    const short = (wanted: number, price: number, able: (kind: number) => boolean): void => {
      if (wanted > 0)
        this.row(0, this.solver.infinity, [
          ...ones(counted.filter(({ kind }) => able(kind))),
          [this.column(-price, this.solver.infinity, false), 1],
          [x, -wanted],
        ]);
    };
    short(policy.experiencedWanted, policy.missingExperienced, (kind) => kinds[kind]?.experienced === true);
    challenge.coverage.forEach(({ peers }, line) => {
      short(peers, policy.uncovered, (kind) => kinds[kind]?.covers[line] === 1);
    });
    const novices = counted.filter(({ kind }) => kinds[kind]?.novice === true);
    this.row(-this.solver.infinity, 0, [
      ...ones(novices),
      [x, -1],
      [this.column(-policy.extraNovice, this.solver.infinity, false), -1],
    ]);
    const regions = pool.regionNames.map((_, region) => {
      const seen = this.column(policy.extraRegion, 1, true);
      this.row(-this.solver.infinity, 0, [
        [seen, 1],
        ...ones(counted.filter(({ p }) => pool.region[p] === region)).map(([at]): Entry => [at, -1]),
      ]);
      return { column: seen };
    });
    // The first region brings nothing.
    this.row(-this.solver.infinity, 0, [
      ...ones(regions),
      [this.column(-policy.extraRegion, 1, true), -regions.length],
    ]);
  }

  private addLimits(p: number, own: Place[]): void {
    const { stays, pool, daysLeft } = this.problem;
    const restDays = pool.peers[p]?.restDays ?? 0;
    const take = (limit: Limit, room: number, more: Entry[] = []): void => {
      const entries = own.flatMap(({ column, stay }): Entry[] => {
        const dates = stays[stay];
        const much = dates ? takes(limit, dates, restDays) : 0;
        return much > 0 ? [[column, much]] : [];
      });
      this.row(-this.solver.infinity, room, [...entries, ...more]);
    };
    const steps = slopes(this.problem, p).map(({ slope, wide }): Entry => [
      this.column(-slope, wide, false),
      -1,
    ]);
    take({ p, kind: 'challenges', day: 0 }, 0, steps);
    take({ p, kind: 'days', day: 0 }, daysLeft[p] ?? 0);
    for (const day of new Set(own.map(({ stay }) => stays[stay]?.first ?? 0)))
      take({ p, kind: 'day', day }, 1);
  }

  private column(cost: number, upper: number, isWhole: boolean): number {
    this.model.addCol(cost, 0, upper, { indices: [], values: [] });
    if (isWhole) this.model.changeColIntegrality(this.columns, this.solver.constants.variableType.integer);
    return this.columns++;
  }

  private row(lower: number, upper: number, entries: Entry[]): void {
    this.model.addRow(lower, upper, {
      indices: entries.map(([column]) => column),
      values: entries.map(([, value]) => value),
    });
  }
}

function ones(places: readonly { column: number }[]): Entry[] {
  return places.map(({ column }) => [column, 1]);
}

/** People without a council are each their own. */
function homeOf({ pool }: YearProblem, p: number): number {
  const home = pool.council[p] ?? NONE;
  return home === NONE ? -2 - p : home;
}

function grouped<T>(items: readonly T[], key: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
