import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, loadavg, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { CaseResult } from './plan-case.js';
import { measureEngine } from './engine.js';
import { measureExplanations } from './explanations.js';

interface Size {
  name: string;
  peers: number;
  challenges: number;
  seeds: number;
  /** Seconds for a plan. */
  limit: number;
  /** Seconds for one integer programme of the whole year; 0 where it would be hopeless. */
  whole: number;
}

const SIZES: Size[] = [
  { name: 'small', peers: 200, challenges: 20, seeds: 6, limit: 10, whole: 30 },
  { name: 'plentiful', peers: 2200, challenges: 150, seeds: 6, limit: 60, whole: 0 },
  { name: 'scarce', peers: 700, challenges: 150, seeds: 6, limit: 60, whole: 0 },
  { name: 'large', peers: 20_000, challenges: 1000, seeds: 2, limit: 60, whole: 0 },
];

/**
 * The engine on made-up years, plentiful, scarce, small and large, side by side with plainer ways: greedy with local moves, and one
 * integer programme of the whole year. Years are named by their seeds, from `firstSeed` on, so that anybody can have ones that nobody
 * has seen.
 */
export async function measureMatching(firstSeed: number, only: string | undefined): Promise<void> {
  console.log(
    `${String(availableParallelism())} cores (${cpus()[0]?.model.trim() ?? ''}), load ${loadavg()[0]?.toFixed(2) ?? ''}; seeds from ${String(firstSeed)}`,
  );
  if (only === undefined) {
    measureEngine();
    await measureExplanations();
  }
  for (const size of SIZES.filter(({ name }) => only === undefined || name === only))
    await measureSize(size, firstSeed);
}

async function measureSize(
  { name, peers, challenges, seeds, limit, whole }: Size,
  firstSeed: number,
): Promise<void> {
  const ways: [way: string, seconds: number][] = [
    ['greedy', 0],
    ['plan', limit],
    ...(whole > 0 ? [['one model', whole] as [string, number]] : []),
  ];
  const results = new Map<string, CaseResult[]>(ways.map(([way]) => [way, []]));
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++)
    for (const [way, seconds] of ways)
      results.get(way)?.push(await run(way, peers, challenges, seed, seconds));
  console.log(
    `${name}: ${String(challenges)} challenges, ${String(peers)} peers, ${String(seeds)} years; median and worst`,
  );
  const best = results.get('plan') ?? [];
  for (const [way, all] of results) console.log(`  ${way}: ${words(all, best)}`);
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

/** What one way reached over all years; a way without a bound is held against that of the plan. */
function words(all: CaseResult[], plans: CaseResult[]): string {
  const behind = all.map(({ score, bound }, at) => {
    const known = Number.isFinite(bound) ? bound : (plans[at]?.bound ?? bound);
    return (100 * (known - score)) / Math.abs(known);
  });
  const marks = (all[0]?.gaps ?? []).map(
    ([seconds], at) =>
      `after ${String(seconds)} s ${both(
        all.map(({ gaps }) => 100 * (gaps[at]?.[1] ?? Infinity)),
        '%',
        3,
      )}`,
  );
  return [
    ...(marks.length > 0 ? marks : [`${both(behind, '%', 3)} from the bound`]),
    `proven ${String(all.filter(({ isProven }) => isProven).length)} of ${String(all.length)}`,
    `seats empty ${both(
      all.map(({ empty }) => empty),
      '',
      0,
    )}`,
    `first plan ${both(times(all, 'first'), ' s', 1)}`,
    `to 1% ${both(times(all, 'onePercent'), ' s', 1)}`,
    `to 0.1% ${both(times(all, 'tenth'), ' s', 1)}`,
    `in all ${both(
      all.map(({ seconds }) => seconds),
      ' s',
      1,
    )}`,
    `memory ${both(
      all.map(({ memory }) => memory),
      ' MB',
      0,
    )}`,
  ].join(', ');
}

const times = (all: CaseResult[], which: 'first' | 'onePercent' | 'tenth'): number[] =>
  all.map((one) => one[which] ?? Infinity);

/** "0.114 / 0.179%": the median and the worst. */
function both(values: number[], unit: string, digits: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const say = (value: number | undefined): string =>
    value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  return `${say((low + high) / 2)} / ${say(sorted.at(-1))}${unit}`;
}
