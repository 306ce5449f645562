import { setTimeout as pause } from 'node:timers/promises';
import { addDays } from '../../src/calendar/dates.js';
import { erase } from '../../src/erasure/erase.js';
import { ImportWork } from '../../src/imports/import-work.service.js';
import type { Import } from '../../src/imports/import.entity.js';
import { ImportsService } from '../../src/imports/imports.service.js';
import { Lists } from '../../src/imports/lists.js';
import { SYSTEM, type Actor } from '../../src/people/access.js';
import { PeerChangesWatch } from '../../src/visits/peer-changes-watch.service.js';
import { rowsOf } from '../support/csv.js';
import { Service } from '../support/service.js';
import { snapshot } from '../support/snapshot.js';

let service: Service;
let imports: ImportsService;
const OFFICE: Actor = { ...SYSTEM, id: 'account:office', role: 'programme', senior: true };

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
  imports = service.app.get(ImportsService);
}, 90_000);
afterAll(() => service.stop());

const work = (id: string): Promise<void> => service.app.get(ImportWork).work(id);
const now = (id: string): Promise<Import> => imports.one(OFFICE, id);

async function checked(list: string, text: string): Promise<Import> {
  const { id } = await imports.receive(OFFICE, list, '', { text, isSheet: false, as: ['UTF-8'] });
  await work(id);
  return now(id);
}

async function entered({ id, digest }: Import): Promise<Import> {
  await imports.enter(OFFICE, id, digest ?? '');
  await work(id);
  return now(id);
}

async function undone({ id }: Import): Promise<Import> {
  await imports.undo(OFFICE, id);
  await work(id);
  return now(id);
}

const saved = (list: string): Promise<string> =>
  service.app.get(Lists).named(list).export({ actor: OFFICE, scope: 'all' }, '');

/** What the lists hold, without what only tells what was done. */
async function held(): Promise<Record<string, string>> {
  const all = await snapshot(service.source);
  const apart = [
    'imports',
    'import_writes',
    'outbox_jobs',
    'trail',
    'peer_changes',
    'pool_changes',
    'messages',
  ];
  return Object.fromEntries(Object.entries(all).filter(([table]) => !apart.includes(table)));
}

const person = (
  n: number,
): Promise<{ id: string; name: string; email: string; phone: string; version: number }> =>
  service.source
    .query<[{ id: string; name: string; email: string; phone: string; version: number }]>(
      `SELECT id, name, email, phone, version FROM peers WHERE email IS NOT NULL ORDER BY id OFFSET ${String(n)} LIMIT 1`,
    )
    .then(([one]) => one);

const OFFER = 'council,kind,made_on,answer,reason\n';

describe('a file that is checked', () => {
  it('changes nothing, whatever list it is for, and what was saved would change nothing', async () => {
    const before = await held();
    for (const [name, { about }] of service.app.get(Lists).all) {
      if (about) continue;
      const text = await saved(name);
      if (rowsOf(text).length === 0) continue;
      const { state, counts } = await checked(name, text);
      expect([name, state, counts]).toEqual([
        name,
        'checked',
        { added: 0, changed: 0, gone: 0, unchanged: rowsOf(text).length },
      ]);
    }
    expect(await held()).toEqual(before);
  }, 60_000);

  it('says row by row and cell by cell what it would do', async () => {
    const { id, name } = await person(0);
    const one = await checked(
      'peers',
      `id,name,class,phone\n${id},${name},,07700 900001\n,Zed Quirke,officer,\n`,
    );
    expect(one.counts).toEqual({ added: 1, changed: 1, gone: 0, unchanged: 0 });
    const changes = await imports.changes(one.id, '', 0, 50);
    expect(changes).toMatchObject([
      { kind: 'added', name: 'Zed Quirke' },
      {
        kind: 'changed',
        name: expect.stringContaining(name) as string,
        cells: [{ column: 'phone', is: '07700 900001' }],
      },
    ]);
    expect(await imports.changes(one.id, 'changed', 0, 50)).toHaveLength(1);
    expect(one.readAs).toBe('Read as UTF-8, commas.');
  });

  it('names all its faults, each beside its row, though only some are shown', async () => {
    const rows = Array.from(
      { length: 300 },
      (_, n) => `E08000028,singing,2026-10-${String((n % 28) + 1).padStart(2, '0')},maybe,`,
    );
    const { id, state, told } = await checked('offers', OFFER + rows.join('\n'));
    expect([state, told]).toEqual([
      'refused',
      'Nothing was imported: 600 faults found. The first 200 are shown.',
    ]);
    const { header, rows: faults } = await imports.faults(id);
    expect([header[1], faults.length, faults[599]?.fault.pointer, faults[599]?.cells[1]]).toEqual([
      'kind',
      600,
      'row 301, answer',
      'singing',
    ]);
  });

  it('that is no CSV at all is refused when it is brought, or when it is read', async () => {
    const sent = { text: 'council,kind\n"E0800', isSheet: false, as: [] };
    const brought = imports
      .receive(OFFICE, 'offers', '', sent)
      .then(({ id }) => work(id).then(() => now(id)));
    expect(await brought.then(({ state, told }) => [state, told])).toEqual([
      'refused',
      'The file is not CSV.',
    ]);
  });

  it('is only brought by those who may, and seen by whoever brought it', async () => {
    const sent = { text: OFFER, isSheet: false, as: [] };
    const adviser: Actor = { ...SYSTEM, id: 'account:adviser', role: 'adviser', region: 'London' };
    await expect(imports.receive(adviser, 'offers', '', sent)).rejects.toMatchObject({ status: 403 });
    const { id } = await imports.receive(OFFICE, 'offers', '', sent);
    await expect(imports.one({ ...OFFICE, id: 'account:other' }, id)).rejects.toMatchObject({ status: 404 });
    await expect(imports.receive(OFFICE, 'songs', '', sent)).rejects.toMatchObject({ status: 400 });
    await expect(
      imports.receive(OFFICE, 'figures', '1066', { ...sent, text: 'measure' }),
    ).rejects.toMatchObject({
      status: 400,
    });
  });
});

describe('a file that is entered', () => {
  it('does what was looked at, and is taken back whole', async () => {
    const before = await held();
    const { id, name, version } = await person(1);
    const one = await checked(
      'peers',
      `id,name,class,phone\n${id},${name},,07700 900002\n,Yan Quirke,officer,\n`,
    );
    const done = await entered(one);
    expect([done.state, done.counts]).toEqual(['entered', one.counts]);
    expect((await person(1)).phone).toBe('07700 900002');
    expect((await undone(done)).state).toBe('undone');
    // Whoever has the page of the time in between open is told that it changed.
    expect((await person(1)).version).toBe(version + 2);
    await service.source.query('UPDATE peers SET version = $2 WHERE id = $1', [id, version]);
    expect(await held()).toEqual(before);
  });

  it.each([
    ['offers', `${OFFER}E08000028,finance,2026-09-01,declined,not now`],
    ['events', 'type,title,held_on\ntraining,A day of tests,2026-11-02'],
    ['campaigns', 'title,positions,wanted,until\nMore leaders of tests,leader,6,2027-06-30'],
    ['applications', 'name,email,class,positions\nAnn Quirke,ann@quirke.example,officer,s151'],
    ['inspections', 'council,framework,inspected_on,judgement\nE08000028,fire,2026-02-03,good'],
    ['supports', 'council,type,first_day,cause\nE08000028,mentoring,2026-02-03,asked'],
    ['signals', 'council,type,observed_on,source\nE08000028,financial-difficulty,2026-02-03,press'],
    ['challenges', 'code,kind,state,first_day,last_day\nE08000028,finance,closed,2024-10-29,2024-10-31'],
    ['challenges', 'code,kind,state,first_day,last_day\nE08000029,finance,enquiry,2027-06-08,2027-06-10'],
    ['history', 'reference,code,kind,first_day,last_day\nQ-1,E08000028,finance,2021-10-05,2021-10-07'],
    ['past-seats', 'challenge,seat,name\nQ-9,leader,Somebody Else'],
    ['councils', 'code,name,body,region\nX99999999,Quirke Fire Authority,fire_authority,London'],
  ])('and taken back leaves nothing behind: %s', async (list, text) => {
    const before = await held();
    const one = await checked(list, text);
    expect([await imports.faults(one.id), one.counts]).toMatchObject([
      { rows: [] },
      { added: 1, changed: 0, gone: 0 },
    ]);
    expect((await entered(one)).state).toBe('entered');
    expect(await held()).not.toEqual(before);
    expect(await undone(one)).toMatchObject({ state: 'undone', told: '' });
    expect(await held()).toEqual(before);
  });

  it('is what was looked at, in whatever order its new rows come to stand', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => `${n % 2 ? 'leader' : 'chief'},Somebody ${String(n)}`);
    const seats = rows.map((row) => `Q-40,${row}`).join('\n');
    const one = await checked('past-seats', `challenge,seat,name\n${seats}`);
    expect((await entered(one)).state).toBe('entered');
    expect((await undone(one)).state).toBe('undone');
    const offers = ['finance', 'corporate', 'governance'].flatMap((kind) =>
      Array.from(
        { length: 30 },
        (_, n) => `E08000028,${kind},2011-02-${String(n + 1).padStart(2, '0')},declined,no`,
      ).slice(0, 28),
    );
    const many = await checked('offers', OFFER + offers.join('\n'));
    expect((await entered(many)).state).toBe('entered');
    expect((await undone(many)).state).toBe('undone');
  });

  it('is not where the list moved since it was looked at: what it would do now is shown', async () => {
    const { id, name } = await person(2);
    const one = await checked('peers', `id,name,phone\n${id},${name},07700 900003\n`);
    await service.source.query(
      `UPDATE peers SET phone = '07700 900009', version = version + 1 WHERE id = $1`,
      [id],
    );
    const again = await entered(one);
    expect([again.state, again.told, (await person(2)).phone]).toEqual([
      'checked',
      expect.stringContaining('another by now'),
      '07700 900009',
    ]);
    expect(await imports.changes(one.id, '', 0, 9)).toMatchObject([{ cells: [{ was: '07700 900009' }] }]);
    await expect(imports.enter(OFFICE, one.id, one.digest ?? '')).rejects.toMatchObject({
      type: 'import-moved',
    });
    expect((await entered(again)).state).toBe('entered');
  });

  it('is done once, however many workers take its job', async () => {
    const one = await checked('offers', `${OFFER}E08000028,finance,2026-08-01,declined,no`);
    await imports.enter(OFFICE, one.id, one.digest ?? '');
    await Promise.all([work(one.id), work(one.id), work(one.id)]);
    expect((await now(one.id)).state).toBe('entered');
    const [{ n }] = await service.source.query<[{ n: number }]>(
      `SELECT count(*)::int AS n FROM offers WHERE made_on = '2026-08-01' AND kind = 'finance' AND reason = 'no'`,
    );
    expect(n).toBe(1);
  });

  it('is done though its job was lost: whoever looks for such work gives it a new one', async () => {
    const one = await checked('offers', `${OFFER}E08000028,finance,2026-07-02,declined,no`);
    service.clock.set(new Date(Date.now() + 3_600_000));
    await imports.enter(OFFICE, one.id, one.digest ?? '');
    const others = await imports.sweep(60); // this one was brought long ago, and asked for just now
    service.clock.set(new Date(Date.now() + 3_700_000));
    expect(await imports.sweep(60)).toBe(others + 1);
    service.clock.set(null);
    await work(one.id);
    expect((await now(one.id)).state).toBe('entered');
  });

  it('is not where it was stopped in time, and nothing of it stays', async () => {
    const before = await held();
    const one = await checked('offers', `${OFFER}E08000028,finance,2026-07-01,declined,no`);
    await imports.enter(OFFICE, one.id, one.digest ?? '');
    expect((await imports.stop(OFFICE, one.id)).state).toBe('stopped');
    await work(one.id);
    expect((await now(one.id)).state).toBe('stopped');
    expect(await held()).toEqual(before);
    await expect(imports.enter(OFFICE, one.id, one.digest ?? '')).rejects.toMatchObject({ status: 409 });
  });
});

describe('what somebody may not see', () => {
  it('is entered as the file gives it, told as given and never compared before their eyes', async () => {
    const [councillor] = await service.source.query<
      [{ id: string; name: string; party: string; version: number }]
    >(
      `SELECT id, name, party, version FROM peers WHERE class = 'member' AND party = 'Labour' ORDER BY id LIMIT 1`,
    );
    const file = (party: string): string => `id,name,party\n${councillor.id},${councillor.name},${party}\n`;
    const looked = await Promise.all(['Labour', 'Green'].map((party) => checked('peers', file(party))));
    for (const one of looked) {
      expect([one.state, one.counts]).toEqual(['checked', { added: 0, changed: 0, gone: 0, unchanged: 1 }]);
      expect(one.told).toBe(
        'Besides, it gives “party” in 1 row, which is entered, and which you may not see.',
      );
      expect(await imports.changes(one.id, '', 0, 9)).toEqual([]);
    }
    const now = async (): Promise<{ party: string; version: number }> =>
      (
        await service.source.query<[{ party: string; version: number }]>(
          'SELECT party, version FROM peers WHERE id = $1',
          [councillor.id],
        )
      )[0];
    // A right guess and a wrong one look alike, entered and taken back.
    for (const [n, party] of ['Labour', 'Green'].entries()) {
      const one = looked[n];
      if (!one) continue;
      const before = await now();
      expect(await entered(one)).toMatchObject({ state: 'entered', counts: { changed: 0 } });
      expect(await now()).toEqual({ party, version: before.version + 1 });
      expect(await undone(one)).toMatchObject({ state: 'undone', told: '' });
      expect((await now()).party).toBe('Labour');
    }
    const answers = await Promise.all(
      ['Labour', 'Green'].map((party) =>
        service.done('programme', 'post', '/api/peers/import?dryRun=true', file(party)),
      ),
    );
    expect(answers[0]).toEqual(answers[1]);
    // Somebody else gives another party in between: that is no longer what was looked at.
    const one = await checked('peers', file('Green'));
    await service.source.query(`UPDATE peers SET party = 'Conservative' WHERE id = $1`, [councillor.id]);
    expect(await entered(one)).toMatchObject({ state: 'checked' });
    expect((await now()).party).toBe('Conservative');
  });
});

describe('what a file does not change', () => {
  it('is refused rather than passed over: of applications, challenges and what is counted', async () => {
    for (const [list, column, other] of [
      ['challenges', 'last_day', '2031-01-31'],
      ['events', 'came', '99'],
      ['applications', 'organisation', 'Somewhere else'],
    ] as const) {
      const [header = '', ...lines] = (await saved(list)).replace('\uFEFF', '').trim().split('\n');
      const at = header.split(',').indexOf(column);
      const line = lines.find((one) => !one.includes('"') && /20\d\d-|,.*@/.test(one)) ?? '';
      const cells = line.split(',');
      cells[at] = other;
      const one = await checked(list, `${header}\n${cells.join(',')}\n`);
      expect([list, one.state, (await imports.faults(one.id)).rows[0]?.fault]).toEqual([
        list,
        'refused',
        {
          pointer: `row 2, ${column}`,
          detail: expect.stringContaining('which a file does not change') as string,
        },
      ]);
    }
  });

  it('nor is taken with the name of another body beside a code, or of another person beside an address', async () => {
    const beside =
      'council,code,kind,state,first_day,last_day\nLeeds City Council,E06000001,finance,closed,2021-03-01,2021-03-02';
    const one = await checked('challenges', beside);
    expect((await imports.faults(one.id)).rows[0]?.fault.detail).toContain('beside the code of Hartlepool');
    const { id } = await person(4);
    const wrong = await checked(
      'availability',
      `peer,name,from,to,state\n${id},Nobody Atall,2028-01-03,2028-01-04,busy`,
    );
    expect((await imports.faults(wrong.id)).rows[0]?.fault.detail).toContain(
      'were columns sorted by themselves?',
    );
  });

  it('and a name that is nearly one is told which it may be', async () => {
    const one = await checked('councils', 'code,region\nE06000001,Noth East');
    expect((await imports.faults(one.id)).rows[0]?.fault.detail).toMatch(
      /^found "Noth East"; allowed: North East, if that is meant; or of /,
    );
    expect((await checked('offers', `${OFFER}Hartlepool,Finance,2026-03-02,Declined,no`)).counts?.added).toBe(
      1,
    );
  });
});

describe('a list that others work with', () => {
  it('is not mixed up with what a file does: what they add meanwhile is not of it', async () => {
    const one = await checked('offers', `${OFFER}E08000028,finance,2026-04-01,declined,no`);
    await service.source.query(
      `INSERT INTO offers (council_id, kind, made_on, answer, reason, actor) SELECT id, 'corporate', '2026-04-02', 'declined', 'no', 'x' FROM councils WHERE code = 'E08000029'`,
    );
    expect((await entered(one)).state).toBe('entered');
  });

  it('nor what they add while a long file is entered', async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, n) => `E08000028,finance,${addDays('2001-01-01', n)},declined,no`,
    );
    const one = await checked('offers', OFFER + rows.join('\n'));
    const doing = entered(one);
    await pause(150);
    await service.source.query(
      `INSERT INTO offers (council_id, kind, made_on, answer, reason, actor) SELECT id, 'corporate', '2026-04-03', 'declined', 'no', 'x' FROM councils WHERE code = 'E08000029'`,
    );
    expect(await doing).toMatchObject({ state: 'entered', counts: { added: 3000 } });
  });

  it('keeps who was proposed for a team: their coming cannot be undone', async () => {
    const done = await entered(
      await checked('peers', 'name,email,class\nTeam Quirke,team@quirke.example,officer\n'),
    );
    await service.source.query(
      `UPDATE proposals SET seats = jsonb_build_object('x', (SELECT id FROM peers WHERE email = 'team@quirke.example')) WHERE id = (SELECT id FROM proposals ORDER BY id LIMIT 1)`,
    );
    expect(await undone(done)).toMatchObject({
      state: 'entered',
      told: expect.stringContaining('Team Quirke stands in a team or a plan.') as string,
    });
  });

  it('is asked nothing any more about a change that was taken back', async () => {
    const [seated] = await service.source.query<[{ id: string; name: string }]>(
      `SELECT p.id, p.name FROM peers p JOIN bookings b ON b.peer_id = p.id JOIN challenges c ON c.id = b.challenge_id
       WHERE p.state = 'active' AND b.live AND b.first_day > current_date AND c.state IN ('confirmed', 'team_complete', 'ready') LIMIT 1`,
    );
    const done = await entered(await checked('peers', `id,name,state\n${seated.id},${seated.name},paused`));
    const [change] = await service.source.query<[{ id: string }]>(
      'SELECT id FROM peer_changes WHERE peer_id = $1',
      [seated.id],
    );
    await service.app.get(PeerChangesWatch).look(change.id, service.clock.now());
    const open = async (): Promise<number> =>
      (
        await service.source.query<[{ n: number }]>(
          `SELECT count(*)::int AS n FROM circumstances WHERE peer_id = $1 AND state = 'open'`,
          [seated.id],
        )
      )[0].n;
    expect(await open()).toBeGreaterThan(0);
    expect((await undone(done)).state).toBe('undone');
    expect(await open()).toBe(0);
  });
});

describe('an import that cannot be taken back', () => {
  it('is one whose rows somebody changed since: theirs stays', async () => {
    const { id, name } = await person(3);
    const done = await entered(await checked('peers', `id,name,phone\n${id},${name},07700 900004\n`));
    await service.source.query(
      `UPDATE peers SET phone = '07700 900010', version = version + 1 WHERE id = $1`,
      [id],
    );
    expect(await undone(done)).toMatchObject({
      state: 'entered',
      told: expect.stringContaining('changed or used since') as string,
    });
    expect((await person(3)).phone).toBe('07700 900010');
  });

  it('is one whose rows somebody used since: nothing goes with them', async () => {
    const done = await entered(
      await checked('peers', 'name,email,class\nUsed Quirke,used@quirke.example,officer\n'),
    );
    await service.source.query(
      `INSERT INTO peers_apart SELECT least(p.id, o.id), greatest(p.id, o.id), 'x' FROM peers p, peers o WHERE p.email = 'used@quirke.example' AND o.id = $1`,
      [(await person(0)).id],
    );
    expect((await undone(done)).state).toBe('entered');
    const [{ n }] = await service.source.query<[{ n: number }]>(
      `SELECT count(*)::int AS n FROM peers_apart a JOIN peers p ON p.id IN (a.one_id, a.other_id) WHERE p.email = 'used@quirke.example'`,
    );
    expect(n).toBe(1);
  });

  it('is one after which somebody was erased, whoever they were: files and the way back are gone', async () => {
    const done = await entered(await checked('offers', `${OFFER}E08000028,finance,2026-05-01,declined,no`));
    const looked = await checked('offers', `${OFFER}E08000028,finance,2026-05-02,declined,no`);
    const { id } = await person(9);
    await service.db.transact(async (tx) => {
      const [peer] = await tx.query<[{ name: string; email: string }]>(
        'SELECT name, email FROM peers WHERE id = $1',
        [id],
      );
      await erase(tx, {
        names: [peer.name],
        emails: [peer.email],
        phones: [],
        peers: [id],
        accounts: [],
        applications: [],
      });
    });
    await expect(imports.undo(OFFICE, done.id)).rejects.toMatchObject({ type: 'too-late' });
    expect((await now(looked.id)).state).toBe('stopped');
    expect(
      await service.source.query(
        'SELECT FROM imports WHERE coalesce(file, changes::text, faults::text) IS NOT NULL',
      ),
    ).toEqual([]);
  });

  it('is one of more than a week ago, of which only what it did in numbers is kept', async () => {
    const done = await entered(await checked('offers', `${OFFER}E08000028,finance,2026-06-01,declined,no`));
    await imports.forget(service.clock.forward(8));
    await expect(imports.undo(OFFICE, done.id)).rejects.toMatchObject({ type: 'too-late' });
    const [kept] = await service.source.query<object[]>(
      `SELECT file, changes, counts, (SELECT count(*)::int FROM import_writes w WHERE w.import_id = i.id) AS writes FROM imports i WHERE id = $1`,
      [done.id],
    );
    expect(kept).toEqual({ file: null, changes: null, counts: done.counts, writes: 0 });
  });
});
