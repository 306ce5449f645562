import { performance } from 'node:perf_hooks';
import { londonDate } from '../src/calendar/dates.js';
import { programmeYear } from '../src/calendar/programme-year.js';
import { withSource } from '../src/commands/prepare-database.js';
import { growTenfold } from './grow.js';
import { Reader } from './pages.js';
import { percentiles } from './percentiles.js';
import { withExample } from './service.js';

const ROUNDS = 20;

/** The pages that watch over the programme, on the example and on ten times of it with ten years, side by side. */
export async function measureProgramme(): Promise<void> {
  await withExample(async (url) => {
    const paths = await pathsOf(url);
    await tell(url);
    const small = await measure(paths);
    const start = performance.now();
    await withSource(url, (source) => source.transaction(growTenfold));
    console.log(`grown in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    await tell(url);
    const large = await measure(paths);
    for (const [name, times] of large) {
      const before = small.get(name) ?? [];
      console.log(
        `${name}: ${percentiles(before)} → ${percentiles(times)}, ×${(middle(times) / middle(before)).toFixed(1)}`,
      );
    }
  });
}

const middle = (times: number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

async function tell(url: string): Promise<void> {
  const rows = await withSource(url, (source) =>
    source.query<{ peers: number; challenges: number; bookings: number }[]>(
      `SELECT (SELECT count(*)::int FROM peers) AS peers, (SELECT count(*)::int FROM challenges) AS challenges, (SELECT count(*)::int FROM bookings) AS bookings`,
    ),
  );
  console.log(JSON.stringify(rows[0]));
}

async function pathsOf(url: string): Promise<Record<string, string[]>> {
  const year = programmeYear(londonDate(new Date()));
  const base = `/programme/${String(year)}`;
  const [measure] = await withSource(url, (source) =>
    source.query<{ id: string }[]>(`SELECT id FROM measures WHERE year = $1 AND key = 'challenges'`, [year]),
  );
  const report = [base, `${base}/paper`, `${base}/report.csv`, `${base}/report.xlsx`];
  const figures = [
    `${base}/counted?measure=${measure?.id ?? ''}&stage=delivered`,
    `${base}/running/first-ask`,
    `${base}/running/reports`,
    `/measures/${measure?.id ?? ''}`,
  ];
  const plans = [`${base}/plan`, `${base}/reports`];
  return { 'Usha Patel': [...report, ...figures, ...plans, ...LISTS], 'Helen Osei': ['/signals'] };
}

/** Pages whose addresses name no year. */
const LISTS = [
  ...['/pool', '/pool/seats?show=hard', '/pool/peers?use=unused', '/pool/refusals', '/recruiting', '/events'],
  ...['/cycle', '/cycle/schedule', '/inspections', '/support'],
  ...['/', '/deadlines', '/challenges', '/councils', '/peers'],
];

async function measure(paths: Record<string, string[]>): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  for (const [who, own] of Object.entries(paths)) {
    const reader = await new Reader().be(who);
    for (const path of own) {
      const times: number[] = [];
      for (let n = 0; n < ROUNDS; n++) times.push((await reader.read(path)).ms);
      found.set(path.replace(/[0-9a-f-]{36}/g, ':id'), times);
    }
  }
  return found;
}
