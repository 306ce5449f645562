import { ProgrammeModule } from '../../src/programme/programme.module.js';
import { PoolHistory } from '../../src/programme/pool/pool-history.service.js';
import { rowsOf } from '../support/csv.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let board: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  await new Given(service).financePool(4);
  board = await signedIn(service, 'board');
}, 60_000);
afterAll(() => service.stop());

const keep = (day: string): Promise<void> => service.app.get(PoolHistory).keep(new Date(`${day}T12:00:00Z`));

const active = async (): Promise<number> =>
  (
    await service.source.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM peers WHERE state = 'active'`)
  )[0]?.n ?? 0;
const shown = async (asAt: string): Promise<string> =>
  saidOn((await board.get(`/pool/history?asAt=${asAt}`)).text);

describe('the pool as at a day', () => {
  it('is what was counted up to it, beside the same of a year before, whatever happened since', async () => {
    const first = await active();
    await keep('2025-11-10');
    await service.source.query(
      `UPDATE peers SET state = 'paused' WHERE id IN (SELECT id FROM peers WHERE state = 'active' AND class = 'officer' ORDER BY id LIMIT 2)`,
    );
    const second = await active();
    expect(second).toBe(first - 2);
    await keep('2026-11-10');
    await service.source.query(
      `UPDATE peers SET state = 'paused' WHERE id IN (SELECT id FROM peers WHERE state = 'active' ORDER BY id LIMIT 1)`,
    );
    for (const day of ['2025-11-10', '2026-01-31', '2026-11-09'])
      expect(await shown(day)).toContain(`${String(first)} active peers were in the pool`);
    expect(await shown('2026-11-10')).toMatch(
      new RegExp(
        `${String(second)} active peers were in the pool.*a year before, on 10 November 2025, ${String(first)} and`,
      ),
    );
    expect(await shown('2025-11-09')).toContain('Nothing was counted up to that day');
  });

  it('is a file too, whose groups add up to the whole', async () => {
    // Of a region of which nobody is any more: it stands in the year before, and both columns add up.
    await service.source.query(
      `UPDATE pool_days SET "group" = 'Wessex' WHERE (day, part, "group") = (SELECT day, part, "group" FROM pool_days WHERE day = '2025-11-10' AND part = 'region' LIMIT 1)`,
    );
    const { text } = await board.get('/pool/history/export.csv?asAt=2026-11-10');
    const rows = rowsOf(text);
    expect(rows.find(({ group }) => group === 'Wessex')).toMatchObject({ pool: '0', used: '0' });
    const whole = rows.find(({ part }) => part === 'all');
    for (const part of ['class', 'type', 'region', 'experience']) {
      const sum = rows.filter((row) => row.part === part).reduce((total, row) => total + Number(row.pool), 0);
      expect([part, sum]).toEqual([part, Number(whole?.pool)]);
      const then = rows
        .filter((row) => row.part === part)
        .reduce((total, row) => total + Number(row.pool_a_year_before), 0);
      expect([part, then]).toEqual([part, Number(whole?.pool_a_year_before)]);
    }
    expect(
      rows.find(({ part, group }) => part === 'class' && group === 'officer')?.pool_a_year_before,
    ).toMatch(/^\d+$/);
  });

  it('is counted once a day: the later count of it stands', async () => {
    await keep('2026-11-10');
    expect(await shown('2026-11-10')).toContain(`${String(await active())} active peers were in the pool`);
  });

  it('is held against twelve months before', async () => {
    await keep('2024-03-31');
    await keep('2025-03-30');
    expect(await shown('2025-03-30')).toContain('Nothing was counted a year before');
    await keep('2025-03-31');
    expect(await shown('2025-03-31')).toContain('a year before, on 31 March 2024');
  });

  it('is counted by the day’s work, by two workers at once too', async () => {
    await Promise.all([keep('2026-11-12'), keep('2026-11-12')]);
    const { daily = {} } = ProgrammeModule.work((provider) => service.app.get(provider, { strict: false }));
    await service.source.query(`DELETE FROM pool_days`);
    for (const look of Object.values(daily)) await look(new Date('2026-11-13T05:00:00Z'));
    expect(await shown('2026-11-13')).toContain('active peers were in the pool');
  });

  it('is of a day that is past', async () => {
    for (const [day, said] of [
      ['2099-01-01', 'Found 1 January 2099; allowed: a day up to'],
      ['soon', 'Enter the day like 30 September 2026'],
    ]) {
      const refused = await board.get(`/pool/history?asAt=${day ?? ''}`);
      expect([refused.status, saidOn(refused.text)]).toEqual([400, expect.stringContaining(said ?? '')]);
    }
    const peer = await signedIn(service, 'council');
    expect((await peer.get('/pool/history')).status).toBe(403);
  });
});
