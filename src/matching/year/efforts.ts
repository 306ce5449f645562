/** Years with more challenges than this are planned from prices, since rounding the linear programme step by step would take too long. */
export const MOST_FOR_DIVE = 400;
/** Years with more than this are not proven. */
export const MOST_FOR_PROOF = 60;
/** Rounds of prices before the linear programme. */
export const FIRST_ROUNDS = 6;
/** What may be left of the bound above the linear programme before plans of large years, one after the other. */
export const LARGE_STEPS = [0.015, 0.006, 0.002];
/** How often each challenge is looked at again for plans. */
export const PASSES = 2;
/** So many options of each challenge are in the linear programme. */
export const OPTIONS = 20;
/** Rounds of new options at most; until so much of the bound is left above the linear programme, and until this part of the gap is. */
export const ROUNDS = 25;
export const NEARLY = 0.001;
export const PART_OF_GAP = 0.1;
/** The part of the open challenges that is settled in one step: at once, and where that left a plan further than this from the bound. */
export const QUICKLY = 0.25;
export const CAREFULLY = { share: 0.1, gap: 0.002 };
/** Prices go these shares of the way back to the best so far, one after the other. */
export const SMOOTHING = [0.3, 0.6];
/** The linear programme is solved to this part of what is left. */
export const TOLERANCE = 0.1;
/** How many challenges are set free together. */
export const FREE = { least: 8, first: 20, most: 40 };
/** Plans are built by this share of the prices. */
export const SHARE = 0.8;
/** Work on a small year at once, and on each case of its proof. */
export const WHOLE = { rounds: 100, few: 8, options: 40_000, nodes: 2000 };
export const PROOF = { rounds: 30, few: 8, options: 20_000, nodes: 500 };
