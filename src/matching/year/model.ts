import { NONE } from '../problem/pool.js';
import type { Column } from './columns.js';
import { takes, type Limit } from './limits.js';
import { firstSlope, slopes } from './prices.js';
import type { Model as Solved, Solver } from './solver.js';
import type { YearProblem } from './year-problem.js';

interface Row {
  limit: Limit;
  at: number;
}

/** A linear or integer programme: each challenge takes one column or parts of several, no limit is broken. */
export interface Model {
  data: Parameters<Solved['passModel']>[0];
  /** The limits that are rows, with the places of their rows. */
  rows: Row[];
}

/**
 * The programme of some columns, in whole numbers or not. Limits of people whom one challenge alone wants are left out, since it takes one
 * column. The rising price of repeated service stands in columns after the others, which make room in the row of a peer's challenges.
 */
export function programmeOf(
  solver: Solver,
  problem: YearProblem,
  columns: readonly Column[],
  limits: readonly Limit[],
  isWhole: boolean,
): Model {
  const { challenges, daysLeft } = problem;
  const wanted = wantedByMany(columns);
  const rows = limits
    .filter(({ p }) => wanted.has(p))
    .map((limit, i) => ({ limit, at: challenges.length + i }));
  const matrix = matrixOf(problem, columns, rows);
  const most = rows.map(({ limit }) => roomOf(limit, daysLeft));
  const ones = challenges.map(() => 1);
  const { integer, continuous } = solver.constants.variableType;
  const [numRows, numCols] = [challenges.length + rows.length, matrix.costs.length];
  const size = { numRows, numCols };
  const { starts, rows: indices, values } = matrix;
  const data = {
    ...size,
    sense: solver.constants.objectiveSense.maximize,
    colCost: matrix.costs,
    colLower: new Float64Array(numCols),
    colUpper: matrix.most,
    rowLower: [...ones, ...most.map(() => -solver.infinity)],
    rowUpper: [...ones, ...most],
    matrix: { ...size, format: 'csc' as const, starts, indices, values },
    ...(isWhole
      ? { integrality: matrix.costs.map((_, at) => (at < columns.length ? integer : continuous)) }
      : {}),
  };
  return { data, rows };
}

function matrixOf(problem: YearProblem, columns: readonly Column[], rows: readonly Row[]): Matrix {
  const matrix = new Matrix();
  const byPeer = new Map<number, Row[]>();
  for (const row of rows) byPeer.set(row.limit.p, [...(byPeer.get(row.limit.p) ?? []), row]);
  for (const column of columns) addColumn(matrix, problem, column, byPeer);
  for (const { limit, at } of rows)
    if (limit.kind === 'challenges')
      for (const { slope, wide } of slopes(problem, limit.p)) matrix.add(-slope, wide, [[at, -1]]);
  return matrix;
}

const roomOf = ({ kind, p }: Limit, daysLeft: Int32Array): number =>
  kind === 'days' ? daysLeft[p]! : kind === 'day' ? 1 : 0;

/** The columns of a sparse matrix one after the other. */
class Matrix {
  readonly starts = [0];
  readonly rows: number[] = [];
  readonly values: number[] = [];
  readonly costs: number[] = [];
  readonly most: number[] = [];

  add(cost: number, most: number, entries: Iterable<[row: number, value: number]>): void {
    for (const [row, value] of entries) {
      this.rows.push(row);
      this.values.push(value);
    }
    this.costs.push(cost);
    this.most.push(most);
    this.starts.push(this.rows.length);
  }
}

function addColumn(
  matrix: Matrix,
  problem: YearProblem,
  { c, option, peers }: Column,
  byPeer: ReadonlyMap<number, readonly Row[]>,
): void {
  const { stays, challenges, pool } = problem;
  const entries: [number, number][] = [[c, 1]];
  let value = option.value;
  const stay = option.window === NONE ? null : stays[challenges[c]!.stayOf[option.window]!]!;
  for (const p of stay ? peers : []) {
    const rows = byPeer.get(p) ?? [];
    // Where the number of challenges is no row, what the first of a peer costs stands in the column.
    if (!rows.some(({ limit }) => limit.kind === 'challenges')) value -= firstSlope(problem, p);
    for (const { limit, at } of rows) {
      const much = takes(limit, stay!, pool.peers[p]!.restDays);
      if (much > 0) entries.push([at, much]);
    }
  }
  matrix.add(value, 1, entries);
}

/** The people whom columns of more than one challenge want. */
function wantedByMany(columns: readonly Column[]): Set<number> {
  const by = new Map<number, number>();
  const many = new Set<number>();
  for (const { c, peers } of columns) {
    for (const p of peers) {
      const other = by.get(p);
      if (other === undefined) by.set(p, c);
      else if (other !== c) many.add(p);
    }
  }
  return many;
}
