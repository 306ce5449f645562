import { FEATURES } from '../../src/app.module.js';
import { countedChallenges } from '../../src/programme/measures/counted-visits.js';
import { tick } from '../../src/jobs/sweeper.js';
import { workOf } from '../../src/jobs/worker.js';
import { Account } from '../../src/people/account.entity.js';
import { rowsOf } from '../support/csv.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  const { id } = await service.source.manager.save(Account, {
    email: 'office@history.example',
    name: 'Office',
    role: 'programme',
    example: true,
  });
  office = await new PageSession(service.app).be(id);
}, 60_000);
afterAll(() => service.stop());

const HEAD =
  'reference,code,partners,kind,mode,first_day,last_day,month,manager,report_on,report_link,plan_on,review_on,recommendations,follows';
const SEATS = 'challenge,seat,peer,name,post,council,group,days';

interface Brought {
  added: number;
  changed: number;
}
const bring = (rows: string[], head = HEAD): Promise<Brought> =>
  service.done('programme', 'post', '/api/history/challenges/import', [head, ...rows].join('\n'));
const seat = (rows: string[]): Promise<Brought> =>
  service.done('programme', 'post', '/api/history/seats/import', [SEATS, ...rows].join('\n'));
/** What was found and is allowed, by row and column. */
async function faults(path: string, head: string, rows: string[]): Promise<Record<string, string>> {
  const answer = await service.send('programme', 'post', path, [head, ...rows].join('\n'));
  expect(answer.status).toBe(400);
  const { errors } = answer.body as { errors: { pointer: string; detail: string }[] };
  return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail]));
}
const challengeFaults = (...rows: string[]) => faults('/api/history/challenges/import', HEAD, rows);
const seatFaults = (...rows: string[]) => faults('/api/history/seats/import', SEATS, rows);
const one = async <T>(sql: string, values: unknown[] = []): Promise<T> =>
  ((await service.source.query<T[]>(sql, values))[0] ?? {}) as T;
const idOf = async (reference: string): Promise<string> =>
  (
    await one<{ id: string }>('SELECT challenge_id AS id FROM past_challenges WHERE reference = $1', [
      reference,
    ])
  ).id;

describe('what was before this service', () => {
  it('comes in with its team, its documents and what it followed, and twice without doubling', async () => {
    const peer = await given.peer({
      class: 'officer',
      positions: ['s151'],
      name: 'Ines Brook',
      email: 'ines@pool.example',
    });
    const rows = [
      'PR-1,E08000029,,progress-review,,2025-06-10,2025-06-10,,,,,,,,P-1',
      'P-1,E08000029,E08000028;E08000030,corporate,hybrid,2024-10-08,2024-10-11,,Morag Lane,2024-12-20,https://council.example/report,,2025-06-10,9,',
      'P-2,E08000028,,finance,remote,,,2023-03,,,,,,,',
    ];
    // Who sat there may come first.
    expect(
      await seat([
        'P-1,Lead member,,Cllr Ada Stone,Leader of the council,E08000028,,',
        'P-1,Finance officer,INES@pool.example,,Director of finance,E08000030,,',
        `P-2,Officer,${peer.id},,,,,2`,
      ]),
    ).toMatchObject({ added: 3, changed: 0 });
    expect(await bring(rows)).toMatchObject({ added: 3, changed: 0 });
    expect(await bring(rows)).toMatchObject({ added: 0, changed: 0 });
    const follows = await one<{ id: string }>('SELECT follows_id AS id FROM challenges WHERE id = $1', [
      await idOf('PR-1'),
    ]);
    expect(follows.id).toBe(await idOf('P-1'));

    const { text } = await office.get(`/challenges/${await idOf('P-1')}`);
    for (const words of [
      'Tuesday 8 to Friday 11 October 2024',
      'Of before this service',
      'managed by Morag Lane',
      '9 recommendations',
      'partly on site',
      'Cllr Ada Stone, Leader of the council',
      'Ines Brook, Director of finance',
      'href="https://council.example/report"',
      'Nothing: it was before this service',
    ])
      expect(text).toContain(words);
    expect(text).not.toContain('>missed<');
    expect(text).not.toContain('>late<');
    expect((await office.get(`/challenges/${await idOf('P-2')}`)).text).toContain('March 2023');
  });

  it('tells nobody and asks nobody, on that day or the next', async () => {
    await tick(
      workOf(FEATURES, (provider) => service.app.get(provider)),
      service.clock.now(),
    );
    expect(await one('SELECT count(*)::int AS messages FROM messages')).toEqual({ messages: 0 });
    expect(
      await one(
        'SELECT (SELECT count(*)::int FROM invitations) AS invitations, (SELECT count(*)::int FROM feedback) AS feedback',
      ),
    ).toEqual({
      invitations: 0,
      feedback: 0,
    });
  });

  it('is experience, recent use and days given of who was there', async () => {
    const { id } = await one<{ id: string }>(`SELECT id FROM peers WHERE email = 'ines@pool.example'`);
    const peer = await service.done<{ served: number }>('programme', 'get', `/api/peers/${id}`);
    expect(peer.served).toBe(2);
    expect(await one('SELECT sum(days)::int AS days FROM peer_days WHERE peer_id = $1', [id])).toEqual({
      days: 6,
    });
  });

  it('counts in the cycle of each of its bodies, and for the target once', async () => {
    for (const code of ['E08000028', 'E08000029', 'E08000030']) {
      const { id } = await given.council(code);
      expect((await office.get(`/councils/${id}`)).text).toContain('due by October 2029');
    }
    expect(await countedChallenges(service.source.manager, 2024)).toMatchObject([
      {
        code: 'E08000029',
        quarter: 3,
        stage: 'delivered',
        peerDays: 4,
        measures: ['challenges', 'corporate', 'councils'],
      },
    ]);
  });

  it('leaves what is on time as it was, and is counted apart', async () => {
    const { running } = await service.done<{
      running: { key: string; value: string; apart: string | null }[];
    }>('board', 'get', '/api/programmes/2024/report');
    expect(running.find(({ key }) => key === 'reports')).toMatchObject({
      value: 'nothing to count yet',
      apart: '1 of before this service counted apart',
    });
  });

  it('may be corrected by the same reference; what a file leaves out stays', async () => {
    expect(
      await bring(
        ['P-1,E08000029,corporate,2024-10-08,2024-10-10'],
        'reference,code,kind,first_day,last_day',
      ),
    ).toMatchObject({
      added: 0,
      changed: 1,
    });
    expect(
      await one(
        'SELECT last_day::text AS "lastDay", cardinality(partner_ids) AS partners FROM challenges WHERE id = $1',
        [await idOf('P-1')],
      ),
    ).toEqual({ lastDay: '2024-10-10', partners: 2 });
    const head = 'challenge,seat,name,post';
    const seats = [head, 'P-1,Lead member,Cllr Ada Stone,Deputy leader'].join('\n');
    expect(await service.done('programme', 'post', '/api/history/seats/import', seats)).toMatchObject({
      added: 0,
      changed: 1,
    });
    expect(
      await one(
        `SELECT post, (SELECT code FROM councils WHERE id = council_id) AS council FROM past_seats WHERE name IS NOT NULL`,
      ),
    ).toEqual({
      post: 'Deputy leader',
      council: 'E08000028',
    });
  });

  it('is saved in the columns by which it comes in', async () => {
    for (const what of ['challenges', 'seats']) {
      const { text } = await service.send('programme', 'get', `/api/history/${what}/export`);
      expect(rowsOf(text)).toHaveLength(3);
      const again = await service.done<Brought>('programme', 'post', `/api/history/${what}/import`, text);
      expect(again).toMatchObject({ added: 0, changed: 0 });
    }
  });

  it('is refused with row, column, what was found and what is allowed, all of it or nothing', async () => {
    const before = await one('SELECT count(*)::int AS n FROM challenges');
    expect(
      await challengeFaults(
        'X-1,E08000029,,corporate,,,,,,,,,,,',
        'X-2,E08000029,,corporate,,2024-10-01,2024-10-02,2024-10,,,,,,,',
        'X-3,E08000029,,corporate,,2024-10-01,2024-10-30,,,,,,,,',
        'X-4,E08000029,,corporate,,2099-10-01,2099-10-02,,,,,,,,',
        'X-5,E08000029,E08000029,corporate,,2024-09-01,2024-09-02,,,2024-08-01,,,,,X-5',
        'X-5,E08000031,,corporate,,2024-09-01,2024-09-02,,,,,,,,',
      ),
    ).toEqual({
      'row 2, first_day': 'is empty, or last_day is; give both, or the month',
      'row 3, month': 'stands beside days; give the days, or the month where nobody knows them',
      'row 4, last_day': 'found 2024-10-30; allowed: 1 to 20 days from 2024-10-01',
      'row 5, last_day': 'found 2099-10-02; it ended before today, or is booked as any other',
      'row 6, partners': 'names the body of the row itself',
      'row 6, report_on':
        'found 2024-08-01; allowed: a day from 2024-09-01 to today, or nothing where it is not known',
      'row 6, follows': 'found "X-5", which is the row itself',
      'row 7, reference': 'found "X-5" in row 6 too',
    });
    expect(
      await challengeFaults('X-6,nowhere,,nonsense,by post,1.2.2024,,2024-13,,,ftp://x,,,900,'),
    ).toMatchObject({
      'row 2, code': expect.stringContaining('found "nowhere"') as string,
      'row 2, kind': expect.stringContaining('found "nonsense"; allowed: ') as string,
      'row 2, mode': 'found "by post"; allowed: on_site, remote, hybrid',
      'row 2, month': 'found "2024-13"; allowed: a month as YYYY-MM',
      'row 2, recommendations': 'found "900"; allowed: a whole number from 0 to 200',
    });
    expect(
      await seatFaults(
        'P-1,Seat,nobody@pool.example,,,,,',
        'P-1,Seat,,,,,,',
        'P-1,Seat,,Jo Reed,,,Labour,',
        'P-1,Seat,,Jo Reed,,,,',
      ),
    ).toEqual({
      'row 2, peer':
        'found "nobody@pool.example"; allowed: the id or e-mail of somebody in the pool; of anybody else the name alone',
    });
    expect(
      await seatFaults('P-1,Seat,,,,,,', 'P-1,Seat,,Jo Reed,,,Labour,', 'P-1,Seat,,Jo Reed,,,,'),
    ).toEqual({
      'row 2, name': 'is empty; it is needed of somebody who is not in the pool',
      'row 3, group': 'is held of councillors of the pool only; leave it empty',
      'row 4, seat': 'stands in row 3 too, with the same person',
    });
    expect(await one('SELECT count(*)::int AS n FROM challenges')).toEqual(before);
  });

  it('is of a body that was there then', async () => {
    await service.source.query(`UPDATE councils SET valid_from = '2023-04-01' WHERE code = 'E06000065'`);
    expect(await challengeFaults('N-1,E06000065,,corporate,,2022-10-04,2022-10-06,,,,,,,,')).toEqual({
      'row 2, code': expect.stringContaining('begins on Saturday 1 April 2023') as string,
    });
  });

  it('was nobody’s in two places on the same days, unless they gave a part of them', async () => {
    await bring(['T-1,E08000031,,finance,,2024-10-09,2024-10-10,,,,,,,,']);
    const row = 'T-1,Officer,ines@pool.example,,,,,';
    expect(await seatFaults(row)).toEqual({
      'row 2, peer': expect.stringContaining('was in a team at Solihull') as string,
    });
    expect(await seat([`${row}1`])).toMatchObject({ added: 1 });
  });

  it('is not what was booked here', async () => {
    await given.financePool(1);
    const { id } = await given.delivered('E08000028', [{ start: '2027-06-08', days: 3 }]);
    const { first, last } = await one<{ first: string; last: string }>(
      'SELECT first_day::text AS first, last_day::text AS last FROM challenges WHERE id = $1',
      [id],
    );
    expect(await challengeFaults(`Z-1,E08000028,,finance,,${first},${last},,,,,,,,`)).toEqual({
      'row 2, reference': 'this challenge is in the service already, booked here: leave the row out',
    });
  });

  it('is taken in and saved by the office alone', async () => {
    for (const role of ['adviser', 'manager', 'board'] as const)
      expect((await service.send(role, 'get', '/api/history/seats/export')).status).toBe(403);
  });

  it('comes in by the page too, checked first', async () => {
    const file = [HEAD, 'W-1,E08000031,,corporate,,2021-10-05,2021-10-07,,,,,,,,'].join('\n');
    expect((await office.upload('/imports', { what: 'history', step: 'check' }, file)).text).toContain(
      'It would add 1',
    );
    expect(await idOf('W-1')).toBeUndefined();
    expect((await office.upload('/imports', { what: 'history', step: 'import' }, file)).text).toContain(
      '1 added',
    );
  });
});
