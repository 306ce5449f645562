import { FEATURES } from '../../src/app.module.js';
import { countedChallenges } from '../../src/programme/measures/counted-visits.js';
import { doDay } from '../support/day.js';
import { workOf } from '../../src/jobs/worker.js';
import request from 'supertest';
import { addDays } from '../../src/calendar/dates.js';
import { erase } from '../../src/erasure/erase.js';
import { personOf } from '../../src/erasure/person.js';
import { requireCaps } from '../../src/invitations/holds.js';
import { Account } from '../../src/people/account.entity.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { loadServed } from '../../src/proposals/problem/rows.js';
import { rowsOf } from '../support/csv.js';
import { Given } from '../support/given.js';
import { signedIn } from '../support/people.js';
import { PageSession } from '../support/page-session.js';
import { bring as bringFile } from '../support/importing.js';
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
const SEATS = 'challenge,seat,peer,name,post,council,days,remove';

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
        `P-2,Officer,${peer.id},,,,2,`,
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
    expect(text).not.toContain('Action plan published');
    expect((await office.get(`/challenges/${await idOf('P-2')}`)).text).toContain('March 2023');
  });

  it('tells nobody and asks nobody, on that day or the next', async () => {
    await doDay(
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
    expect(
      await countedChallenges(service.source.manager, 2024, {
        day: '2025-03-31',
        known: null,
        figures: 'all',
      }),
    ).toMatchObject([
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

  it('may be corrected by the same reference; what a file leaves out or empty stays', async () => {
    const head = 'reference,code,kind,first_day,last_day,report_on,partners';
    expect(await bring(['P-1,E08000029,corporate,2024-10-08,2024-10-10,,'], head)).toMatchObject({
      added: 0,
      changed: 1,
    });
    expect(
      await one(
        `SELECT last_day::text AS "lastDay", cardinality(partner_ids) AS partners, done_on::text AS report
         FROM challenges c JOIN challenge_steps s ON s.challenge_id = c.id AND s.step = 'report' WHERE c.id = $1`,
        [await idOf('P-1')],
      ),
    ).toEqual({ lastDay: '2024-10-10', partners: 2, report: '2024-12-20' });
    const seats = ['challenge,seat,name,post', 'P-1,lead  MEMBER,cllr ada stone ,Deputy leader'].join('\n');
    expect(await service.done('programme', 'post', '/api/history/seats/import', seats)).toMatchObject({
      added: 0,
      changed: 1,
    });
    expect(
      await one(
        'SELECT post, (SELECT code FROM councils WHERE id = council_id) AS council FROM past_seats WHERE name IS NOT NULL',
      ),
    ).toEqual({ post: 'Deputy leader', council: 'E08000028' });
  });

  it('keeps what was written down here, and what was moved, when an old file comes again', async () => {
    const id = await idOf('P-2');
    const step = (name: string): Promise<object> =>
      one(
        'SELECT done_on::text AS "doneOn", link, moved_to::text AS "movedTo" FROM challenge_steps WHERE challenge_id = $1 AND step = $2',
        [id, name],
      );
    await service.done('adviser', 'post', `/api/challenges/${id}/documents`, {
      type: 'report',
      link: 'https://council.example/found-later',
      dated: '2023-06-30',
    });
    const report = await step('report');
    const head = 'reference,code,kind,mode,month,report_on,manager';
    expect(await bring(['P-2,E08000028,finance,remote,2023-03,2023-05-05,Ann Other'], head)).toMatchObject({
      changed: 1,
    });
    expect(await step('report')).toEqual(report);
  });

  it('lets somebody be taken out of a team, and be the peer that they have become', async () => {
    await seat(['P-1,Observer,,Bob Oldd,,,,', 'P-1,Analyst,,Nina Field,,,,']);
    expect(await seat(['P-1,Observer,,bob oldd,,,,yes'])).toMatchObject({ added: 0, changed: 1 });
    const { id } = await given.peer({
      class: 'officer',
      positions: ['head'],
      name: 'Nina Field',
      email: 'nina@pool.example',
    });
    expect(await seat(['P-1,Analyst,nina@pool.example,,,,,'])).toMatchObject({ added: 0, changed: 1 });
    const rows = await service.source.query<object[]>(
      `SELECT seat, name, peer_id AS peer FROM past_seats WHERE seat IN ('Observer', 'Analyst')`,
    );
    expect(rows).toEqual([{ seat: 'Analyst', name: null, peer: id }]);
  });

  it('is saved in the columns by which it comes in', async () => {
    for (const [what, length] of [
      ['challenges', 3],
      ['seats', 4],
    ] as const) {
      const { text } = await service.send('programme', 'get', `/api/history/${what}/export`);
      expect(rowsOf(text)).toHaveLength(length);
      const again = await service.done<Brought>('programme', 'post', `/api/history/${what}/import`, text);
      expect(again).toMatchObject({ added: 0, changed: 0 });
    }
  });

  it.each<[string, string, Record<string, string>]>([
    [
      'no days',
      'X,E08000029,,corporate,,,,,,,,,,,',
      { first_day: 'is empty, or last_day is; give both, or the month' },
    ],
    [
      'days and a month',
      'X,E08000029,,corporate,,2024-10-01,2024-10-02,2024-10,,,,,,,',
      { month: 'stands beside days; give the days, or the month where nobody knows them' },
    ],
    [
      'a month of days',
      'X,E08000029,,corporate,,2024-10-01,2024-10-31,,,,,,,,',
      { last_day: 'found 2024-10-31; allowed: 1 to 20 days from 2024-10-01' },
    ],
    [
      'an end before the beginning',
      'X,E08000029,,corporate,,2024-10-02,2024-10-01,,,,,,,,',
      { last_day: 'found 2024-10-01; allowed: 1 to 20 days from 2024-10-02' },
    ],
    [
      'a reference that is too long',
      `${'X'.repeat(81)},E08000029,,corporate,,2024-10-01,2024-10-02,,,,,,,,`,
      { reference: 'found 81 characters; allowed: 80 at most' },
    ],
    [
      'a link that is none',
      'X,E08000029,,corporate,,2024-10-01,2024-10-02,,,,javascript:x,,,,',
      { report_link: 'found "javascript:x"; allowed: an address that begins with https:// or http://' },
    ],
    [
      'a report before the visit',
      'X,E08000029,,corporate,,2024-09-01,2024-09-02,,,2024-08-01,,,,,',
      {
        report_on:
          'found 2024-08-01; allowed: a day from 2024-09-01 to today, or nothing where it is not known',
      },
    ],
    [
      'a plan that is to come',
      'X,E08000029,,corporate,,2024-09-01,2024-09-02,,,,,2199-01-01,,,',
      {
        plan_on:
          'found 2199-01-01; allowed: a day from 2024-09-01 to today, or nothing where it is not known',
      },
    ],
    [
      'itself as a partner',
      'X,E08000029,E08000029,corporate,,2024-09-01,2024-09-02,,,,,,,,',
      { partners: 'names the body of the row itself' },
    ],
    [
      'itself as what it follows',
      'X,E08000029,,corporate,,2024-09-01,2024-09-02,,,,,,,,X',
      { follows: 'found "X", which is the row itself' },
    ],
    [
      'something later as what it follows',
      'X,E08000029,,corporate,,2023-09-01,2023-09-02,,,,,,,,P-1',
      { follows: 'found "P-1", which began later, on 2024-10-08' },
    ],
    [
      'a reference in other letters',
      'p-1,E08000031,,corporate,,2024-09-01,2024-09-02,,,,,,,,',
      { reference: 'found "p-1"; it is held as "P-1"' },
    ],
    [
      'a challenge that has another reference',
      'X,E08000029,,corporate,,2024-10-08,2024-10-10,,,,,,,,',
      { reference: 'this challenge is held as "P-1": of one body, kind and day' },
    ],
    [
      'a body that nobody knows',
      'X,nowhere,,corporate,,2024-09-01,2024-09-02,,,,,,,,',
      { code: 'found "nowhere"; allowed: codes of the register, also of councils that have ended' },
    ],
    [
      'a mode that is none',
      'X,E08000029,,corporate,by post,2024-09-01,2024-09-02,,,,,,,,',
      { mode: 'found "by post"; allowed: on_site, remote, hybrid' },
    ],
    [
      'a month that is none',
      'X,E08000029,,corporate,,,,2024-13,,,,,,,',
      { month: 'found "2024-13"; allowed: a month as YYYY-MM' },
    ],
    [
      'too many recommendations',
      'X,E08000029,,corporate,,2024-09-01,2024-09-02,,,,,,,900,',
      { recommendations: 'found "900"; allowed: a whole number from 0 to 200' },
    ],
  ])('is refused with %s, and nothing is taken of the file', async (_, row, wanted) => {
    const before = await one('SELECT count(*)::int AS n FROM challenges');
    const good = 'Y-9,E08000031,,corporate,,2019-09-03,2019-09-05,,,,,,,,';
    expect(await challengeFaults(good, row)).toEqual(
      Object.fromEntries(Object.entries(wanted).map(([column, detail]) => [`row 3, ${column}`, detail])),
    );
    expect(await one('SELECT count(*)::int AS n FROM challenges')).toEqual(before);
  });

  it('ended before today, and not today', async () => {
    const today = service.clock.today();
    expect(await challengeFaults(`X,E08000029,,corporate,,${today},${today},,,,,,,,`)).toEqual({
      'row 2, last_day': `found ${today}; allowed: a day before today; book a challenge that is still to take place`,
    });
    expect(
      await bring([`X-0,E08000029,,finance,,${addDays(today, -1)},${addDays(today, -1)},,,,,,,,`]),
    ).toMatchObject({ added: 1 });
  });

  it('stands once in a file', async () => {
    const row = 'D-1,E08000031,,corporate,,2020-09-01,2020-09-02,,,,,,,,';
    expect(await challengeFaults(row, row)).toEqual({ 'row 3, reference': 'found "D-1" in row 2 too' });
    expect(await challengeFaults(row, row.replace('D-1', 'D-2'))).toEqual({
      'row 3, reference': 'it is the challenge of row 2 too: of one body, kind and day',
    });
  });

  it.each<[string, string, Record<string, string>]>([
    [
      'a stranger’s address',
      'P-1,Seat,nobody@pool.example,,,,,',
      {
        peer: 'found "nobody@pool.example"; allowed: the id or e-mail of somebody in the pool; of anybody else the name alone',
      },
    ],
    ['nobody', 'P-1,Seat,,,,,,', { name: 'is empty; it is needed of somebody who is not in the pool' }],
    [
      'another name than the peer has',
      'P-1,Seat,ines@pool.example,Una Reed,,,,',
      {
        name: 'found "Una Reed"; the peer of this id or e-mail is Ines Brook: correct one of the two, or leave the name empty',
      },
    ],
    [
      'too long a name',
      `P-1,Seat,,${'x'.repeat(201)},,,,`,
      { name: 'found 201 characters; allowed: 200 at most' },
    ],
  ])('has a seat refused with %s', async (_, row, wanted) => {
    expect(await seatFaults(row)).toEqual(
      Object.fromEntries(Object.entries(wanted).map(([column, detail]) => [`row 2, ${column}`, detail])),
    );
  });

  it('has nobody twice in one seat', async () => {
    expect(await seatFaults('P-1,Seat,,Jo Reed,,,,', 'P-1,seat,,jo  reed,,,,')).toEqual({
      'row 3, seat': 'stands in row 2 too, with the same person',
    });
  });

  it('comes as old spreadsheets write letters, by the API too, and in no writing that nobody knows', async () => {
    const body = Buffer.from(
      [HEAD, 'C-ZOE,E08000031,,corporate,,2/10/2018,4 Oct 2018,,Zo\u00eb,,,,,,'].join('\n'),
      'latin1',
    );
    const token = await service.token('programme');
    const send = (type: string): Promise<{ status: number; text: string }> =>
      request(service.app.getHttpServer())
        .post('/api/history/challenges/import?dryRun=true')
        .set({ Authorization: `Bearer ${token}`, 'Content-Type': type })
        .send(body);
    expect(await send('text/csv')).toMatchObject({
      status: 200,
      text: expect.stringContaining('"added":1') as string,
    });
    expect(await send('text/csv; charset=windows-1252')).toMatchObject({ status: 200 });
    expect(await send('text/csv; charset=shift_jis')).toMatchObject({ status: 415 });
    expect(await send('text/csv; charset=klingon')).toMatchObject({
      status: 415,
      text: expect.stringContaining('Found text written in \\"klingon\\"') as string,
    });
  });

  it('is of bodies that were there then', async () => {
    await service.source.query(`UPDATE councils SET valid_from = '2023-04-01' WHERE code = 'E06000065'`);
    await service.source.query(`UPDATE councils SET valid_to = '2022-03-31' WHERE code = 'E08000036'`);
    expect(await challengeFaults('N-1,E06000065,E08000036,corporate,,2022-10-04,2022-10-06,,,,,,,,')).toEqual(
      {
        'row 2, code': expect.stringContaining('begins on Saturday 1 April 2023') as string,
        'row 2, partners': expect.stringContaining('ends on Thursday 31 March 2022') as string,
      },
    );
    // A month in which it ended, it was there for a part of.
    expect(await bring(['N-2,E08000036,,corporate,,,,2022-03,,,,,,,'])).toMatchObject({ added: 1 });
  });

  it('was nobody’s in two places on the same days, unless they gave a part of them', async () => {
    await bring(['T-1,E08000031,,finance,,2024-10-09,2024-10-10,,,,,,,,']);
    const row = (days: string): string => `T-1,Officer,ines@pool.example,,,,${days},`;
    expect(await seatFaults(row(''))).toEqual({
      'row 2, peer': expect.stringContaining('Ines Brook was in a team at Solihull') as string,
    });
    expect(await seat([row('1')])).toMatchObject({ added: 1 });
    const { text } = await service.send('programme', 'get', '/api/history/seats/export');
    expect(await service.done('programme', 'post', '/api/history/seats/import', text)).toMatchObject({
      added: 0,
      changed: 0,
    });
    await bring(['T-2,E08000001,,finance,,2021-10-05,2021-10-06,,,,,,,,']);
    await seat(['T-2,Officer,nina@pool.example,,,,,']);
    expect(await challengeFaults('T-2,E08000001,,finance,,2024-10-08,2024-10-09,,,,,,,,')).toEqual({
      'row 2, first_day': expect.stringContaining('Nina Field was in a team at Solihull') as string,
    });
  });

  it('counts once for somebody who held two seats', async () => {
    await seat(['T-2,Analyst,nina@pool.example,,,,,']);
    expect(
      await one(
        `SELECT count(*)::int AS n, sum(days)::int AS days FROM peer_days d JOIN peers p ON p.id = d.peer_id WHERE p.name = 'Nina Field' AND first_day = '2021-10-05'`,
      ),
    ).toEqual({ n: 1, days: 2 });
  });

  it('is recent use, rest and days of the year in the question of the engine and where days are held', async () => {
    const { id: peerId } = await given.peer({
      class: 'officer',
      positions: ['s151'],
      name: 'Rae Lent',
      email: 'rae@pool.example',
    });
    await bring([
      'M-1,E08000002,,finance,,,,2026-10,,,,,,,',
      'M-2,E08000003,,finance,,2026-09-08,2026-09-10,,,,,,,,',
    ]);
    await seat(['M-1,Officer,rae@pool.example,,,,,', 'M-2,Officer,rae@pool.example,,,,,']);
    const served = await loadServed(service.source.manager, [peerId]);
    expect(served.map(({ firstDay, lastDay }) => [firstDay, lastDay]).sort()).toEqual([
      ['2026-09-08', '2026-09-10'],
      ['2026-10-31', '2026-10-31'],
    ]);
    const [peer] = await service.source.manager.findBy(Peer, { id: peerId });
    if (!peer) throw new Error('no peer');
    const familyId = '00000000-0000-4000-8000-000000000000';
    const onSite = { firstDay: '2027-01-12', lastDay: '2027-01-14', offSite: false, familyId };
    await expect(
      service.source.transaction((tx) => requireCaps(tx, Object.assign(peer, { maxChallenges: 2 }), onSite)),
    ).rejects.toMatchObject({ type: 'cap-reached' });
    await service.source.transaction((tx) =>
      requireCaps(tx, Object.assign(peer, { maxChallenges: 3, maxDays: 7 }), onSite),
    );
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

  it('takes in what came by days alone under its reference, once', async () => {
    const closed = [
      'code,kind,state,first_day,last_day',
      'E08000004,corporate,closed,2021-05-11,2021-05-13',
    ].join('\n');
    await bringFile(office, { what: 'challenges', content: closed });
    expect(await bring(['U-1,E08000004,,corporate,,2021-05-11,2021-05-13,,,,,,,,'])).toMatchObject({
      added: 0,
      changed: 1,
    });
    expect(await idOf('U-1')).toBeDefined();
  });

  it('is taken in and saved by the office alone', async () => {
    for (const role of ['adviser', 'manager', 'board'] as const)
      for (const what of ['challenges', 'seats']) {
        expect((await service.send(role, 'get', `/api/history/${what}/export`)).status).toBe(403);
        expect((await service.send(role, 'post', `/api/history/${what}/import`, HEAD)).status).toBe(403);
      }
  });

  it('comes in by the page too, checked first; what is named and never came is said', async () => {
    const file = [HEAD, 'W-1,E08000031,,corporate,,2021-10-05,2021-10-07,,,,,,,,W-0'].join('\n');
    const looked = await bringFile(office, { what: 'history', content: file }, 'check');
    expect(looked.text).toContain('It would add 1 row');
    expect(await idOf('W-1')).toBeUndefined();
    expect((await bringFile(office, { what: 'history', content: file })).text).toContain('1 row added');
    const { text } = await office.get('/imports');
    expect(text.replace(/\s+/g, ' ')).toContain('that no file has brought yet: W-0.');
  });

  it('is in the record of a peer, and goes with their erasure; of others the name can go', async () => {
    const { id } = await one<{ id: string }>(`SELECT id FROM peers WHERE email = 'ines@pool.example'`);
    const herself = await signedIn(service, 'peer', { peerId: id });
    expect((await herself.get(`/peers/${id}/record`)).text).toContain(
      'Tuesday 8 to Thursday 10 October 2024',
    );
    const held = JSON.parse((await herself.get(`/peers/${id}/record.json`)).text) as { pastSeats: object[] };
    expect(held.pastSeats).toHaveLength(3);
    await service.source.transaction(async (tx) => erase(tx, await personOf(tx, { peerId: id })));
    const seats = await service.source.query<object[]>(
      `SELECT p.name, s.post, s.council_id AS council FROM past_seats s JOIN peers p ON p.id = s.peer_id WHERE s.seat = 'Finance officer'`,
    );
    expect(seats).toEqual([{ name: 'Erased person', post: null, council: null }]);
    await seat(['P-1,Peer,,Ann Early,Chief executive,,,', 'P-1,Peer,,Bo Early,Chief executive,,,']);
    for (const name of ['Ann Early', 'Bo Early']) {
      const gone = {
        ...(await personOf(service.source.manager, { peerId: id })),
        names: [name],
        peers: [],
        accounts: [],
      };
      await service.source.transaction((tx) => erase(tx, gone));
    }
    expect(
      await one(`SELECT count(*)::int AS n FROM past_seats WHERE name = '[erased]' AND post IS NULL`),
    ).toEqual({ n: 2 });
  });
});
