import { NONE } from '../problem/pool.js';
import { brokenLimits, takes, usesOf, type Limit } from './limits.js';
import { firstSlope, slopes, type Prices } from './prices.js';
import { runModel, type Model, type Solver, type Clock } from './solver.js';
import { peersOf, type Option, type YearProblem } from './year-problem.js';

export interface Column {
  c: number;
  option: Option;
  /** The place of the column in the model. */
  at: number;
  peers: number[];
}

export interface Shares {
  value: number;
  /** By limit. */
  prices: Float64Array;
  /** How much of each column is taken, 0 to 1. */
  taken: Float64Array;
}

const TINY = 1e-6;
/** HiGHS's numbers for the two ways of the simplex method. */
const [DUAL, PRIMAL] = [1, 4];

/**
 * The linear programme over the options known so far: each challenge takes one whole option or parts of several, and no limit of a
 * peer is broken. Rows are made for limits once they matter. The dual values are prices at which the known options fight least.
 */
export class Master {
  readonly columns: Column[] = [];
  readonly model: Model;
  private readonly rowOf: (number | undefined)[] = [];
  private readonly seen = new Set<string>();
  private readonly usedBy = new Map<number, Column[]>();
  private readonly limitsOf = new Map<number, number[]>();
  private rows: number;
  private width = 0;
  /** How many columns there were at the last solution, and whether it still keeps all rows and bounds. */
  private solved = { columns: 0, isStill: false };

  constructor(
    private readonly solver: Solver,
    private readonly problem: YearProblem,
    readonly prices: Prices,
    private readonly clock: Clock,
  ) {
    this.rows = problem.challenges.length;
    this.model = solver.createModel();
    this.model.options.set({ output_flag: false, presolve: 'off', solver: 'simplex' });
    this.model.changeObjectiveSense(solver.constants.objectiveSense.maximize);
    for (let c = 0; c < this.rows; c++) this.model.addRow(1, 1, { indices: [], values: [] });
  }

  /** Adds an option; false where it is known. */
  add(c: number, option: Option): boolean {
    const key = `${String(c)} ${String(option.window)} ${option.team.join(' ')}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    const column = { c, option, at: this.width++, peers: option.window === NONE ? [] : peersOf(option) };
    const [indices, values] = [[c], [1]];
    for (const p of column.peers) {
      for (const index of this.limitsOf.get(p) ?? []) {
        const much = this.takenBy(column, this.prices.limits[index]!);
        if (much > 0) {
          indices.push(this.rowOf[index]!);
          values.push(much);
        }
      }
      const known = this.usedBy.get(p);
      if (known) known.push(column);
      else this.usedBy.set(p, [column]);
    }
    const cost = column.peers.reduce((sum, p) => sum + this.base(p), 0);
    this.model.addCol(option.value - cost, 0, this.solver.infinity, { indices, values });
    this.columns.push(column);
    return true;
  }

  /**
   * A solution that new columns were added to is where the primal method goes on; one that breaks a new row, the dual method.
   */
  private method(): void {
    const isPrimal = this.solved.isStill && this.columns.length > this.solved.columns;
    this.model.options.set('simplex_strategy', isPrimal ? PRIMAL : DUAL);
    this.solved = { columns: this.columns.length, isStill: true };
  }

  /** Makes a row of a limit, with the columns known so far; false where there is one. */
  enforce(index: number): boolean {
    if (this.rowOf[index] !== undefined) return false;
    const limit = this.prices.limits[index]!;
    const { p, kind } = limit;
    const concerned = (this.usedBy.get(p) ?? []).filter((column) => this.takenBy(column, limit) > 0);
    const room = kind === 'days' ? this.problem.daysLeft[p]! : kind === 'day' ? 1 : 0;
    const values = concerned.map((column) => this.takenBy(column, limit));
    this.model.addRow(-this.solver.infinity, room, { indices: concerned.map(({ at }) => at), values });
    const row = this.rows++;
    this.solved.isStill = false;
    this.rowOf[index] = row;
    const known = this.limitsOf.get(p);
    if (known) known.push(index);
    else this.limitsOf.set(p, [index]);
    if (kind === 'challenges') this.addSteps(row, p);
    return true;
  }

  /** Solves, with rows for whatever limits the solution would break. */
  solve(): Shares {
    for (;;) {
      this.method();
      runModel(this.solver, this.model, this.clock);
      const { colValue } = this.model.getSolution();
      const taken = Float64Array.from(this.columns, ({ at }) => colValue[at]!);
      let added = 0;
      for (const limit of this.broken(taken)) if (this.enforce(this.prices.add(limit))) added++;
      if (added === 0) return { value: this.model.getObjectiveValue(), prices: this.duals(), taken };
    }
  }

  private broken(taken: Float64Array): Limit[] {
    const parts = this.columns.flatMap(({ c, option: { window }, peers }, k) =>
      taken[k]! > TINY ? [{ c, window, peers, part: taken[k]! }] : [],
    );
    return [...usesOf(this.problem, parts)].flatMap(([p, uses]) => brokenLimits(this.problem, p, uses));
  }

  private duals(): Float64Array {
    const { rowDual } = this.model.getSolution();
    return Float64Array.from(this.prices.limits, ({ p, kind }, index) => {
      const row = this.rowOf[index];
      // The sign of a dual value depends on the sense; a limit is never worth less than nothing.
      return (row === undefined ? 0 : Math.abs(rowDual[row]!)) + (kind === 'challenges' ? this.base(p) : 0);
    });
  }

  private takenBy({ c, option }: Column, limit: Limit): number {
    const { challenges, stays, pool } = this.problem;
    return takes(limit, stays[challenges[c]!.stayOf[option.window]!]!, pool.peers[limit.p]!.restDays);
  }

  /** What every challenge of a peer costs at least. */
  private base(p: number): number {
    return firstSlope(this.problem, p);
  }

  /** The rising price of repeated service, as columns that make room in the row of a peer's challenges. */
  private addSteps(row: number, p: number): void {
    for (const { slope, wide } of slopes(this.problem, p)) {
      this.model.addCol(this.base(p) - slope, 0, wide, { indices: [row], values: [-1] });
      this.width++;
    }
  }

  /** Makes a column the choice of its challenge, or takes that back. */
  fix({ at }: Column, isFixed: boolean): void {
    this.solved.isStill = false;
    this.model.changeColBounds(at, isFixed ? 1 : 0, isFixed ? 1 : this.solver.infinity);
  }

  dispose(): void {
    this.model.dispose();
  }
}
