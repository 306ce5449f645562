import { HeldRecord } from '../../src/erasure/held-record.service.js';
import { requireWithin } from '../../src/programme/regions/day-budget.js';
import type { Problem } from '../../src/web/problems.js';
import type { Council } from '../../src/councils/council.entity.js';
import { RegionPeopleService } from '../../src/programme/regions/region-people.service.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

describe('the days of an improvement adviser', () => {
  const named = { dayBudget: 12, firstDay: '2026-04-01', lastDay: null, today: '2026-11-28' };
  const given = [
    { day: '2026-03-31', days: 9 },
    { day: '2026-04-01', days: 4 },
    { day: '2026-10-05', days: 6.5 },
  ];
  const refused = (day: string, days: number, by = named): string[] => {
    try {
      requireWithin({ day, days }, given, by);
      return [];
    } catch (error) {
      return (error as Problem).errors.flatMap(({ pointer, detail }) => [pointer, detail]);
    }
  };

  it('are halves, within the budget of their programme year', () => {
    expect(refused('2026-11-28', 1.5)).toEqual([]);
    expect(refused('2026-11-28', 2)).toEqual([
      '/days',
      'found 2; of the 12 days of 2026/27, 1.5 are left; raise the budget first',
    ]);
    expect(refused('2026-11-28', 0.3)[0]).toBe('/days');
    // Those of March were of the year before.
    expect(refused('2027-04-01', 12, { ...named, today: '2027-04-01' })).toEqual([]);
    expect(refused('2027-04-01', 12.5, { ...named, today: '2027-04-01' })[0]).toBe('/days');
  });

  it('are given while somebody is named, and not ahead', () => {
    expect(refused('2026-03-31', 1)).toEqual(['/day', 'found 2026-03-31; allowed: 2026-04-01 to 2026-11-28']);
    expect(refused('2026-11-29', 1)[0]).toBe('/day');
    expect(refused('2026-11-28', 1, { ...named, lastDay: '2026-11-27' } as never)[0]).toBe('/day');
  });
});

describe('who helps a region', () => {
  let service: Service;
  let given: Given;
  let solihull: Council;
  let adviser: PageSession;
  const emails: Record<string, string> = {};
  const region = '/regions/west-midlands';

  beforeAll(async () => {
    service = await Service.start({ worker: false });
    service.clock.set(new Date('2026-11-28T12:00:00Z'));
    given = new Given(service);
    solihull = await given.council('E08000029');
    adviser = await signedIn(service, 'adviser', { region: 'West Midlands' });
    for (const kind of ['member', 'officer'] as const) {
      const email = `${kind}@council.example`;
      const positions = [kind === 'member' ? 'leader' : 'chief-executive'];
      await given.peer({ class: kind, positions, email, councilId: solihull.id });
      emails[kind] = email;
    }
  }, 60_000);
  afterAll(() => service.stop());

  const name = (facts: object) => adviser.post(`${region}/people`, { firstDay: '2026-04-01', ...facts });

  it('is a member peer as ambassador, and anybody of the pool as improvement adviser of a subject with a budget', async () => {
    for (const [said, facts] of Object.entries({
      'is no member peer': { role: 'ambassador', email: emails.officer },
      'An improvement adviser has a subject': {
        role: 'improvement_adviser',
        email: emails.officer,
        dayBudget: '12',
      },
      'has a budget of days a year': {
        role: 'improvement_adviser',
        email: emails.officer,
        subject: 'finance',
      },
      'allowed: whole and half days': {
        ...{ role: 'improvement_adviser', email: emails.officer, subject: 'finance', dayBudget: '12.3' },
      },
      'allowed: the address of somebody in the pool': { role: 'ambassador', email: 'nobody@council.example' },
    })) {
      const sent = await name(facts);
      expect([sent.status, saidOn(sent.text.replaceAll('&quot;', '"'))]).toEqual([
        400,
        expect.stringContaining(said),
      ]);
    }
    expect((await name({ role: 'ambassador', email: emails.member?.toUpperCase() })).status).toBe(303);
    expect((await name({ role: 'ambassador', email: emails.member })).status).toBe(400);
    const facts = { role: 'improvement_adviser', email: emails.officer, subject: 'finance', dayBudget: '12' };
    expect((await name(facts)).status).toBe(303);
    expect(saidOn((await adviser.get(region)).text)).toMatch(
      /Ambassador: .*Improvement adviser: .*, finance \(0 of 12 days used, 12 left\)/,
    );
  });

  it('gives days until the budget is used up, at a council of the region or for all of it', async () => {
    const [, page = ''] =
      /href="(\/region-people\/[^"]+)"[^>]*>[^<]*<\/a[^]*?finance/.exec(
        (await adviser.get(region)).text.split('Improvement adviser')[1] ?? '',
      ) ?? [];
    const give = (facts: object) =>
      adviser.post(`${page}/days`, { what: 'a talk', day: '2026-11-20', ...facts });
    expect((await give({ days: '2.5', council: solihull.id })).status).toBe(303);
    expect((await give({ days: '9.5' })).status).toBe(303);
    const more = await give({ days: '0.5' });
    expect([more.status, saidOn(more.text)]).toEqual([
      400,
      expect.stringContaining('of the 12 days of 2026/27, 0 are left; raise the budget first'),
    ]);
    const barnet = await given.council('E09000003');
    expect((await give({ days: '0.5', council: barnet.id })).status).toBe(404);
    const { text } = await adviser.get(page);
    expect(saidOn(text)).toContain('12 of 12 days: 0 left.');
    // A budget is not cut below what was given, and nothing ends before it.
    const change = (facts: object) =>
      adviser.post(page, { version: versionOn(text), subject: 'finance', ...facts });
    // Whoever empties the subject is told that it is needed.
    expect(saidOn((await change({ subject: '', dayBudget: '12' })).text)).toContain(
      'Enter what they help with',
    );
    expect(saidOn((await change({ dayBudget: '11' })).text)).toContain('allowed: 12 or more');
    expect((await change({ dayBudget: '12', lastDay: '2026-11-19' })).status).toBe(400);
    expect((await change({ dayBudget: '13' })).status).toBe(303);
    expect((await change({ dayBudget: '14' })).status).toBe(412);
    expect(saidOn((await give({ days: '0.5', council: barnet.id })).text)).toMatch(
      /which is not of West Midlands|no such host body/i,
    );
    const [, day = ''] = /\/days\/([^/"]+)\/wrong/.exec((await adviser.get(page)).text) ?? [];
    expect((await adviser.post(`${page}/days/${day}/wrong`, { wrong: 'yes' })).status).toBe(303);
    expect(saidOn((await adviser.get(page)).text)).toMatch(/(3\.5|10\.5|2\.5|9\.5) of 13 days/);
  });

  it('two at once do not go beyond the budget', async () => {
    const people = await service.done<
      { id: string; role: string; dayBudget: number | null; daysUsed: number }[]
    >('adviser', 'get', '/api/region-people');
    const { id, dayBudget, daysUsed } = people.find(
      ({ role }) => role === 'improvement_adviser',
    ) as (typeof people)[0];
    const left = (dayBudget ?? 0) - daysUsed;
    const give = () =>
      service.send('adviser', 'post', `/api/region-people/${id}/days`, {
        day: '2026-11-21',
        days: left,
        what: 'x',
      });
    const sent = await Promise.all([give(), give(), give()]);
    expect(sent.map(({ status }) => status).sort()).toEqual([201, 400, 400]);
  });

  it('is told to programs without the ids of peers, for those who see no peers', async () => {
    const ids = async (role: 'adviser' | 'board'): Promise<(string | null)[]> =>
      (await service.done<{ peerId: string | null }[]>(role, 'get', '/api/region-people')).map(
        ({ peerId }) => peerId,
      );
    expect(await ids('adviser')).not.toContain(null);
    expect(new Set(await ids('board'))).toEqual(new Set([null]));
  });

  it('offers the member peers of the region by name, to those who may name one of them only', async () => {
    const option = `<option value="${emails.member ?? ''}">`;
    expect((await adviser.get(region)).text).toContain(option);
    expect((await (await signedIn(service, 'board')).get(region)).text).not.toContain(option);
  });

  it('ends for whoever has left the pool, not before the last day that they gave', async () => {
    const [helper] = await service.source.query<{ id: string; peerId: string }[]>(
      `SELECT id, peer_id AS "peerId" FROM region_people WHERE role = 'improvement_adviser' AND last_day IS NULL LIMIT 1`,
    );
    await service.source.query(`UPDATE peers SET state = 'retired' WHERE id = $1`, [helper?.peerId]);
    await service.app.get(RegionPeopleService).endRetired();
    const [row] = await service.source.query<{ lastDay: string; given: string }[]>(
      `SELECT last_day::text AS "lastDay", (SELECT max(day)::text FROM adviser_days WHERE person_id = r.id) AS given FROM region_people r WHERE id = $1`,
      [helper?.id],
    );
    expect((row?.lastDay ?? '') >= (row?.given ?? '')).toBe(true);
    expect(row?.lastDay).toMatch(/^20/);
    const late = await service.send('adviser', 'post', `/api/region-people/${helper?.id ?? ''}/days`, {
      ...{ day: '2099-01-01', days: 1, what: 'x' },
    });
    expect(late.status).toBe(400);
    await service.source.query(`UPDATE peers SET state = 'active' WHERE id = $1`, [helper?.peerId]);
  });

  it('is read by the board and written by the region and the office only', async () => {
    const board = await signedIn(service, 'board');
    const london = await signedIn(service, 'adviser', { region: 'London' });
    expect((await board.get(region)).status).toBe(200);
    expect((await board.get(region)).text).not.toContain('Name somebody');
    expect((await board.post(`${region}/people`, {})).status).toBe(403);
    expect((await london.get(region)).status).toBe(404);
    const facts = { role: 'ambassador', email: emails.member, firstDay: '2026-04-01' };
    expect((await london.post(`${region}/people`, facts)).status).toBe(404);
    expect(saidOn((await london.get('/regions')).text)).not.toContain('West Midlands');
    expect((await adviser.get('/regions/atlantis')).status).toBe(404);
  });

  it('is nobody twice at a time, also when four name them at once', async () => {
    const facts = { region: 'London', role: 'ambassador', email: emails.member, firstDay: '2026-04-01' };
    const name = () => service.send('programme', 'post', '/api/region-people', facts);
    const sent = await Promise.all([name(), name(), name(), name()]);
    const statuses = sent.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 400 || status === 409)).toHaveLength(3);
    await expect(
      service.source.query(
        `INSERT INTO region_people (region, role, peer_id, first_day, actor, version) SELECT region, role, peer_id, '2026-06-01', 'x', 1 FROM region_people WHERE region = 'London'`,
      ),
    ).rejects.toThrow('region_people_once');
  });

  it('is told of each region to its own adviser only, and days are given at councils of the region', async () => {
    const london = await signedIn(service, 'adviser', { region: 'London' });
    const token = await service.token('adviser', { region: 'London' });
    const read = await service.send({ token }, 'get', '/api/region-people');
    const people = read.body as { region: string }[];
    expect([...new Set(people.map((one) => one.region))]).toEqual(['London']);
    expect(saidOn((await london.get('/judgements?framework=best-value')).text)).not.toContain('Solihull');
    expect(saidOn((await adviser.get('/judgements?framework=best-value')).text)).toContain('Solihull');
    const all = await service.done<{ id: string; role: string }[]>('programme', 'get', '/api/region-people');
    const { id } = all.find(({ role }) => role === 'improvement_adviser') as (typeof all)[0];
    const barnet = await given.council('E09000003');
    const sent = await service.send('programme', 'post', `/api/region-people/${id}/days`, {
      ...{ day: '2026-11-20', days: 0.5, what: 'x', council: barnet.id },
    });
    expect([sent.status, JSON.stringify(sent.body)]).toEqual([
      400,
      expect.stringContaining('which is not of West Midlands; allowed: a council of West Midlands'),
    ]);
  });

  it('is in the record of what is held of them', async () => {
    const [peer] = await service.source.query<{ id: string }[]>('SELECT id FROM peers WHERE email = $1', [
      emails.officer,
    ]);
    const held = await service.app.get(HeldRecord).of(peer?.id ?? '');
    expect(held.regions).toMatchObject([{ region: 'West Midlands', role: 'improvement_adviser' }]);
    expect(held.adviserDays).toEqual(expect.arrayContaining([expect.objectContaining({ what: 'a talk' })]));
  });
});
