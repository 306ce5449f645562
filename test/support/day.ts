import type { Work } from '../../src/feature.js';
import { dailySteps } from '../../src/jobs/daily.js';

/** Does what comes with a new day, one step after another, as a worker does; again where it was done already. */
export async function doDay(works: readonly Work[], now: Date): Promise<void> {
  for (const step of dailySteps(works).values()) await step(now);
}
