/** Years with more challenges than this do without the linear programme. */
export const MOST_FOR_LINEAR = 400;
/** Years with more than this are not proven. */
export const MOST_FOR_PROOF = 60;
/** Rounds of prices before the linear programme, and without it between plans built by them. */
export const FIRST_ROUNDS = 6;
export const MANY_ROUNDS = [24, 12, 12];
/** How often each challenge is looked at again for plans. */
export const PASSES = 2;
/** So many options of each challenge are in the linear programme. */
export const OPTIONS = 20;
/** Rounds of new options until the linear programme is nearly solved, and until it is: the part of the bound left. */
export const NEARLY = { rounds: 25, gap: 0.001 };
export const CLOSELY = { rounds: 25, gap: 0.0001 };
/** Prices go this share of the way back to the best so far. */
export const SMOOTHING = 0.3;
/** The linear programme is solved to this part of the gap. */
export const TOLERANCE = 0.1;
/** How many challenges are set free together. */
export const FREE = { least: 8, first: 20, most: 40 };
/** Shares of the prices that plans are built by. */
export const SHARES = [0.8, 0.7, 0.9, 1];
/** Work on a small year at once, and on each case of its proof. */
export const WHOLE = { rounds: 100, options: 40_000, nodes: 2000 };
export const PROOF = { rounds: 30, options: 20_000, nodes: 500 };
