/** Counts by group of one attribute, such as how many women and men. */
export type Counts = Readonly<Record<string, number>>;

/** What is shown of a group: a multiple of five that it reaches, or null for a group under five (nobody included). */
export type Shown = Readonly<Record<string, number | null>>;

/** The totals of one attribute at one release: what was counted, which nobody is shown, and what is shown of it. */
export interface Release {
  counts: Counts;
  shown: Shown;
}

const STEP = 5;
/** A new count is shown only when so many answers differ from those shown before: then no change can be put down to one or two people. */
const LEAST_MOVES = 5;

/**
 * What may be shown of a group: the multiple of five that it reaches. Two shown numbers differ by nothing or by five and more, so that subtracting one table
 * from another, the used from the pool, or one quarter from the next, never leaves a group of one to four.
 */
export function show(counts: Counts): Shown {
  return Object.fromEntries(
    Object.entries(counts).map(([group, count]) => [group, count < STEP ? null : count - (count % STEP)]),
  );
}

/** The totals to show next: those before, until enough answers have changed. No total over all groups is shown: how many did not answer stays open. */
export function release(before: Release | null, counts: Counts): Release {
  return before !== null && movesBetween(before.counts, counts) < LEAST_MOVES
    ? before
    : { counts, shown: show(counts) };
}

/**
 * Those used as they are shown beside the pool: never more than the pool's own figure, which may be of an earlier quarter. Else the two together would tell
 * more than each of them.
 */
export function within(used: Shown, pool: Shown): Shown {
  return Object.fromEntries(
    Object.entries(used).map(([group, count]) => {
      const most = pool[group] ?? null;
      return [group, count === null || most === null ? null : Math.min(count, most)];
    }),
  );
}

/** The least number of people whose answers must have changed, come or gone between two counts. */
function movesBetween(before: Counts, after: Counts): number {
  const groups = new Set([...Object.keys(before), ...Object.keys(after)]);
  let [gained, lost] = [0, 0];
  for (const group of groups) {
    const change = (after[group] ?? 0) - (before[group] ?? 0);
    if (change > 0) gained += change;
    else lost -= change;
  }
  return Math.max(gained, lost);
}
