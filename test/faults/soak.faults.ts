import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { withSource } from '../../src/commands/prepare-database.js';
import { Random } from '../../src/matching/problem/random.js';
import { createDatabase } from '../support/database.js';
import { figure, percentile } from '../support/figure.js';
import { PageSession } from '../support/page-session.js';
import { ended, Processes } from '../support/processes.js';

const MINUTES = 10;
/** Heaps grow until they have seen every page. */
const WARM_UP_MS = 180_000;
const USERS = 20;
/** A person reads a page before they go on. */
const READS_MS = [500, 1500] as const;

/** Pages that a page leads to: no files, nothing elsewhere, nothing that ends or renews by itself. */
const linksOf = (text: string): string[] =>
  [...text.matchAll(/href="(\/[^"#]*)"/g)]
    .map(([, link]) => (link ?? '').replaceAll('&amp;', '&'))
    .filter((link) => !/\.|^\/(api|assets|sign-out)/.test(link));

const memoryOf = (pid: number | undefined): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024;

/** Megabytes a minute, by least squares. */
function slope(points: { at: number; mb: number }[]): number {
  const mean = (values: number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [t, m] = [mean(points.map(({ at }) => at)), mean(points.map(({ mb }) => mb))];
  const up = points.reduce((sum, { at, mb }) => sum + (at - t) * (mb - m), 0);
  return (up / points.reduce((sum, { at }) => sum + (at - t) ** 2, 0)) * 60_000;
}

it(`${String(USERS)} people work for ${String(MINUTES)} minutes: pages come quickly, nothing fails, memory stays`, async () => {
  const url = await createDatabase(true);
  const service = await Processes.start(url, { LOG_LEVEL: 'error' });
  const accounts = await withSource(url, (source) =>
    source.query<{ id: string; role: string }[]>(
      `SELECT id, role FROM accounts WHERE example AND state = 'active'`,
    ),
  );
  const [times, faults, memory]: [number[], string[], { at: number; web: number; worker: number }[]] = [
    [],
    [],
    [],
  ];
  const began = Date.now();
  const until = began + MINUTES * 60_000;
  const warm = (): boolean => Date.now() > began + Math.min(WARM_UP_MS, MINUTES * 15_000);

  async function walk(n: number): Promise<void> {
    const { id, role } = accounts[n % accounts.length] ?? { id: '', role: '' };
    const session = await new PageSession(service.address).be(id);
    const random = new Random(n);
    let path = '/';
    while (Date.now() < until) {
      const asked = performance.now();
      const { status, text, headers } = await session.get(path);
      if (warm()) times.push(performance.now() - asked);
      if (status !== 200 && status !== 303) faults.push(`${role} ${path} ${String(status)}`);
      const links = linksOf(text);
      path = status === 303 ? (headers.location ?? '/') : links.length > 0 ? random.pick(links) : '/';
      await pause(random.int(...READS_MS));
    }
  }

  /** Teams are asked for all the while. */
  async function askForTeams(): Promise<void> {
    const [open] = await service.done<{ id: string }[]>(
      'adviser',
      'GET',
      '/api/challenges?state=team_proposed&limit=1',
    );
    while (open && Date.now() < until) {
      const { status } = await service.ask('adviser', 'POST', `/api/challenges/${open.id}/team-requests`);
      if (status >= 500) faults.push(`a team request ${String(status)}`);
      await pause(5000);
    }
  }

  async function watch(): Promise<void> {
    while (Date.now() < until) {
      if (warm())
        memory.push({
          at: Date.now(),
          web: memoryOf(service.web?.pid),
          worker: memoryOf(service.worker?.pid),
        });
      await pause(2000);
    }
  }

  await Promise.all([...Array.from({ length: USERS }, (_, n) => walk(n)), askForTeams(), watch()]);
  const [web, worker] = (['web', 'worker'] as const).map((one) =>
    slope(memory.map((point) => ({ at: point.at, mb: point[one] }))),
  );
  await Promise.all([ended(service.web), ended(service.worker)]);
  const p95 = percentile(times, 95);
  const peak = Math.max(...memory.map((point) => point.web));
  figure(
    30,
    `${String(USERS)} people, ${String(MINUTES)} minutes, ${String(times.length)} pages: p50 ${percentile(times, 50).toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, ${String(faults.length)} errors; memory web ${peak.toFixed(0)} MB at most, ${web?.toFixed(2) ?? ''} MB a minute, worker ${worker?.toFixed(2) ?? ''} MB a minute`,
  );
  expect([...new Set(faults)]).toEqual([]);
  expect(service.log).toEqual([]);
  expect(p95).toBeLessThan(300);
  // A heap breathes: below a megabyte a minute is flat.
  expect([web, worker].filter((one) => (one ?? 0) >= 1)).toEqual([]);
});
