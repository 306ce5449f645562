import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CaseResult } from './plan-case.js';
import { measureEngine } from './engine.js';
import { measureExplanations } from './explanations.js';

interface Size {
  name: string;
  peers: number;
  challenges: number;
  seeds: number[];
  limits: number[];
  /** Seconds for one integer programme of the whole year; 0 where it would be hopeless. */
  whole: number;
}

const SIZES: Size[] = [
  { name: 'small', peers: 200, challenges: 20, seeds: [1, 2, 3, 4, 5, 6, 7, 8], limits: [10], whole: 30 },
  { name: 'plentiful', peers: 2200, challenges: 150, seeds: [1, 2, 3], limits: [10, 30], whole: 0 },
  { name: 'scarce', peers: 700, challenges: 150, seeds: [1, 2, 3], limits: [30, 60], whole: 0 },
  { name: 'large', peers: 20_000, challenges: 1000, seeds: [1], limits: [60], whole: 0 },
];

/** The engine on made-up years, plentiful, scarce, small and large, side by side with plainer ways. */
export async function measureMatching(): Promise<void> {
  measureEngine();
  await measureExplanations();
  for (const { name, peers, challenges, seeds, limits, whole } of SIZES) {
    console.log(`${name}: ${String(challenges)} challenges, ${String(peers)} peers`);
    for (const seed of seeds) {
      tell(seed, await run('greedy', peers, challenges, seed, 0));
      for (const limit of limits) tell(seed, await run('plan', peers, challenges, seed, limit));
      if (whole > 0 && seed <= 3) tell(seed, await run('one model', peers, challenges, seed, whole));
    }
  }
}

async function run(
  way: string,
  peers: number,
  challenges: number,
  seed: number,
  seconds: number,
): Promise<CaseResult> {
  const child = fork(
    fileURLToPath(new URL('./plan-case.js', import.meta.url)),
    [way, peers, challenges, seed, seconds].map(String),
    {
      serialization: 'advanced',
    },
  );
  const [[result]] = (await Promise.all([once(child, 'message'), once(child, 'exit')])) as [
    [CaseResult],
    unknown,
  ];
  return result;
}

function tell(
  seed: number,
  { way, score, bound, empty, seconds, first, onePercent, status, memory }: CaseResult,
): void {
  const gap = bound - score;
  const proof = Number.isFinite(gap)
    ? `bound ${bound.toFixed(0)}, gap ${((gap / Math.abs(bound)) * 100).toFixed(3)}% = ${gap.toFixed(0)} points = ${(gap / 240).toFixed(2)} seats`
    : 'no bound';
  const times = `${seconds.toFixed(1)} s${first < 0 ? '' : `, first plan ${first.toFixed(1)} s`}${onePercent < 0 ? '' : `, 1% ${onePercent.toFixed(1)} s`}`;
  console.log(
    `  seed ${String(seed)}, ${way}: ${status}, score ${String(score)}, ${proof}, ${String(empty)} empty, ${times}, ${memory.toFixed(0)} MB`,
  );
}
