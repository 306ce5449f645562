import { Account } from '../../src/people/account.entity.js';
import type { Council } from '../../src/councils/council.entity.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { bring } from '../support/importing.js';
import { Service } from '../support/service.js';

let service: Service;
let solihull: Council;
let adviser: PageSession;
let admin: PageSession;

async function signedIn(facts: Partial<Account> & Pick<Account, 'role'>): Promise<PageSession> {
  const email = `${facts.role}-${Math.random().toString(36).slice(2)}@pictures.example`;
  const { id } = await service.source.manager.save(Account, {
    email,
    name: facts.role,
    example: true,
    ...facts,
  });
  return new PageSession(service.app).be(id);
}

beforeAll(async () => {
  service = await Service.start();
  solihull = await new Given(service).council('E08000029');
  adviser = await signedIn({ role: 'adviser', region: solihull.region });
  admin = await signedIn({ role: 'admin' });
}, 60_000);
afterAll(() => service.stop());

const page = (end = ''): string => `/councils/${solihull.id}${end}`;

describe('signals', () => {
  const signal = { type: 'financial-difficulty', observedOn: '2026-10-01', source: 'published accounts' };

  it('are read by the adviser of the region and by named seniors, by nobody else', async () => {
    expect((await adviser.post(page('/signals/new'), signal)).status).toBe(303);
    const others: [Partial<Account> & Pick<Account, 'role'>, number][] = [
      [{ role: 'adviser', region: 'London' }, 200],
      [{ role: 'adviser' }, 403],
      [{ role: 'programme' }, 403],
      [{ role: 'admin' }, 403],
      [{ role: 'board' }, 403],
      [{ role: 'lead', party: 'Labour' }, 403],
      [{ role: 'board', senior: true }, 200],
    ];
    for (const [facts, status] of others) {
      const reader = await signedIn(facts);
      const list = await reader.get('/signals');
      expect([facts, list.status]).toEqual([facts, status]);
      expect([facts, list.text.includes('published accounts')]).toEqual([facts, facts.senior === true]);
      const council = await reader.get(page());
      expect([facts, council.text.includes('published accounts')]).toEqual([facts, facts.senior === true]);
    }
    expect((await adviser.get(page())).text).toContain('published accounts');
    expect((await adviser.get('/signals.csv')).text).toContain(
      'E08000029,financial-difficulty,2026-10-01,published accounts',
    );
  });

  it('are reported by a lead member peer, who cannot read them', async () => {
    const lead = await signedIn({ role: 'lead', party: 'Labour' });
    const sent = await lead.post('/signals/report', {
      council: 'E08000029',
      type: 'inward-looking',
      observedOn: '2026-10-02',
      source: 'heard at a meeting',
    });
    expect([sent.status, sent.text]).toEqual([200, expect.stringContaining('Thank you')]);
    expect((await adviser.get('/signals')).text).toContain('heard at a meeting');
    const [, id = ''] = /\/signals\/([0-9a-f-]{36})/.exec((await adviser.get('/signals')).text) ?? [];
    expect((await lead.get(`/signals/${id}`)).status).toBe(403);
    expect((await adviser.post(`/signals/${id}`, { version: '1', supportOffered: 'mentoring' })).status).toBe(
      303,
    );
    expect((await adviser.get('/signals')).text).toContain('offered: mentoring');
  });

  it('are opened to a senior by an administrator only, and the trail says so', async () => {
    const board = await service.source.manager.save(Account, {
      email: 'chair@pictures.example',
      name: 'Chair',
      role: 'board',
      example: true,
    });
    const form = {
      name: 'Chair',
      email: 'chair@pictures.example',
      role: 'board',
      version: '1',
      senior: 'yes',
    };
    const office = await signedIn({ role: 'programme' });
    const refused = await office.post(`/accounts/${board.id}`, form);
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('Only an administrator names'),
    ]);
    expect((await admin.post(`/accounts/${board.id}`, form)).status).toBe(303);
    const [entry] = await service.source.query<{ details: { fields: string[] } }[]>(
      `SELECT details FROM audit_entries WHERE action = 'account.changed' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry?.details.fields).toContain('senior');
  });
});

describe('a change of control', () => {
  it('is recorded once, and holds for the council, its history and the signals', async () => {
    const refused = await adviser.post(page('/control'), { control: 'Labour', asOf: '2019-05-03' });
    expect(refused.status).toBe(solihull.controlAsOf ? 400 : 303);
    const recorded = await adviser.post(page('/control'), {
      control: 'no overall control',
      leadingGroup: 'Green',
      asOf: '2026-05-08',
    });
    expect(recorded.status).toBe(303);
    const now = await service.done<{ control: string; leadingGroup: string; controlAsOf: string }>(
      'adviser',
      'get',
      `/api/councils/${solihull.id}`,
    );
    expect(now).toMatchObject({
      control: 'no overall control',
      leadingGroup: 'Green',
      controlAsOf: '2026-05-08',
    });
    expect((await adviser.get(page('/control'))).text).toMatch(
      /8 May 2026: .* → no overall control \(Green\)/,
    );
    expect((await adviser.get('/signals')).text).toContain('Change of control: Solihull');
    const again = await adviser.post(page('/control'), {
      control: 'no overall control',
      leadingGroup: 'Green',
      asOf: '2026-05-09',
    });
    expect([again.status, again.text]).toEqual([400, expect.stringContaining('Nothing changes by this')]);
  });
});

describe('inspections and support', () => {
  it('say what follows by their framework, and what is not yet inspected', async () => {
    const held = { framework: 'childrens-services', inspectedOn: '2026-01-31', judgement: 'Good' };
    expect((await adviser.post(page('/inspections/new'), held)).status).toBe(303);
    expect(
      (await adviser.post(page('/inspections/new'), { framework: 'adult-care', expectedBy: '2027-06-30' }))
        .status,
    ).toBe(303);
    const rows = await service.done<
      { framework: string; planDue: string; reviewDue: string; inspectedOn: string | null }[]
    >('adviser', 'get', '/api/inspections');
    expect(rows.find(({ framework }) => framework === 'childrens-services')).toMatchObject({
      planDue: '2026-05-31',
      reviewDue: '2029-01-31',
    });
    expect((await adviser.get('/inspections?show=waiting')).text).toContain(
      'not yet, expected by 30 Jun 2027',
    );
    const early = await adviser.post(page('/inspections/new'), {
      framework: 'best-value',
      judgement: 'Good',
    });
    expect([early.status, early.text]).toEqual([
      400,
      expect.stringContaining('There is none before the inspection'),
    ]);
  });

  it('come back from the files in which they are saved, all or nothing', async () => {
    await adviser.post(page('/support/new'), {
      type: 'mentoring',
      firstDay: '2026-09-01',
      cause: '=the council asked',
    });
    for (const [what, list] of Object.entries({
      inspections: 'inspections',
      support: 'supports',
      signals: 'signals',
    })) {
      const saved = (await adviser.get(`/${what}.csv`)).text;
      expect(saved.startsWith('\uFEFFcouncil,')).toBe(true);
      const again = await bring(adviser, { what: list, content: saved });
      expect([what, again.text]).toEqual([what, expect.stringContaining('It would change nothing')]);
      expect((await adviser.get(`/${what}.csv`)).text).toBe(saved);
    }
    const wrong = await bring(adviser, {
      what: 'supports',
      content:
        'council,type,first_day,cause\nE09000001,mentoring,2026-02-31,x\nE08000029,singing,2026-02-01,\n',
    });
    expect(wrong.isRefused).toBe(true);
    for (const fault of ['row 2, council', 'row 2, first_day', 'row 3, type', 'row 3, cause'])
      expect(wrong.text.toLowerCase()).toContain(fault);
  });

  it('of another region are neither seen nor written', async () => {
    const london = await signedIn({ role: 'adviser', region: 'London' });
    expect((await london.get('/inspections')).text).not.toContain('Solihull');
    expect((await london.post(page('/inspections/new'), { framework: 'adult-care' })).status).toBe(404);
  });
});

describe('a priority for an offer', () => {
  it('is named with a reason until a day, and puts the council first in the schedule', async () => {
    expect(
      (await adviser.post(page('/priority'), { reason: 'inspection', until: '2099-12-31' })).status,
    ).toBe(303);
    expect((await adviser.get(page())).text).toContain('An inspection is expected or has found faults');
    const { text } = await adviser.get('/cycle/schedule');
    const first = text.indexOf('Solihull');
    expect(first).toBeGreaterThan(0);
    expect(text.slice(first, first + 1500)).toContain(
      'named first: an inspection is expected or has found faults',
    );
    expect((await adviser.post(page('/priority/end'), { end: 'yes' })).status).toBe(303);
    expect((await adviser.get(page())).text).toContain('Not named.');
  });
});
