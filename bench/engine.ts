import { performance } from 'node:perf_hooks';
import { Pool } from '../src/matching/problem/pool.js';
import { ask } from '../src/matching/problem/question.js';
import { bestTeams } from '../src/matching/teams/teams.js';
import { instance } from './instances.js';
import { percentiles } from './percentiles.js';

const SIZES: [peers: number, challenges: number][] = [
  [2200, 150],
  [20_000, 150],
  [200_000, 60],
];
/** The first answers are given while the machine code is made. */
const WARM_UP = 20;

/** The exact three best teams for corporate challenges with eight windows, in process, by size of the pool. */
export function measureEngine(): void {
  for (const [peers, challenges] of SIZES) {
    const programme = instance(1, peers, challenges + WARM_UP);
    const pool = new Pool(programme.councils, programme.peers);
    const times = programme.challenges.map((challenge) => {
      const start = performance.now();
      bestTeams(ask(pool, programme.policy, challenge), 3);
      return performance.now() - start;
    });
    console.log(`engine, exact top 3, pool of ${String(peers)}: ${percentiles(times.slice(WARM_UP))}`);
  }
}
