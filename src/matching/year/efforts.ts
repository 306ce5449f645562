/** Years with more challenges than this do without the linear programme. */
export const MOST_FOR_MASTER = 400;
/** Rounds of prices before plans are built by them: with and without the linear programme. */
export const FIRST_ROUNDS = [8];
export const MANY_ROUNDS = [24, 12, 12];
/** How often each challenge is looked at again for the first plan, and for later ones. */
export const FIRST_PASSES = 2;
export const PASSES = 8;
/** Rounds of new options until the linear programme is nearly solved, and until it is. */
export const NEARLY = { rounds: 25, gap: 0.001 };
export const QUICK = { gap: 0.01, most: 24, rounds: 1, parts: 20 };
export const CAREFUL = { most: 12, rounds: 2 };
export const CLOSELY = { rounds: 60, gap: 0.00001 };
/** Prices go this share of the way back to the best so far. */
export const SMOOTHING = 0.3;
/** Parts settled anew between two looks at other ways. */
export const PARTS = 20;
export const PART = { least: 4, first: 8, most: 30 };
export const EFFORT = { rounds: 12, options: 1500, nodes: 30, guess: true };
/** Shares of the prices that plans are built by. */
export const SHARES = [0.8, 0.7, 0.9, 1];
/** Years with more challenges than this are not proven case by case; cases looked at between parts; work on each. */
export const MOST_FOR_PROOF = 60;
export const NODES = 4;
export const PROOF = { rounds: 30, options: 3000, nodes: 100, guess: false };
