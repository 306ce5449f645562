import { setTimeout as pause } from 'node:timers/promises';
import { addDays } from '../../src/calendar/dates.js';
import { Files, OFFER, OFFICE } from '../support/files.js';
import { Service } from '../support/service.js';

let service: Service;
let files: Files;

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
  files = new Files(service);
}, 90_000);
afterAll(() => service.stop());

describe('a file that is entered', () => {
  it('does what was looked at, and is taken back whole', async () => {
    const before = await files.held();
    const { id, name, version } = await files.person(1);
    const one = await files.checked(
      'peers',
      `id,name,class,phone\n${id},${name},,07700 900002\n,Yan Quirke,officer,\n`,
    );
    const done = await files.entered(one);
    expect([done.state, done.counts]).toEqual(['entered', one.counts]);
    expect((await files.person(1)).phone).toBe('07700 900002');
    expect((await files.undone(done)).state).toBe('undone');
    // Whoever has the page of the time in between open is told that it changed.
    expect((await files.person(1)).version).toBe(version + 2);
    await service.source.query('UPDATE peers SET version = $2 WHERE id = $1', [id, version]);
    expect(await files.held()).toEqual(before);
  });

  it.each([
    ['offers', `${OFFER}E08000028,finance,2026-09-01,declined,not now`],
    ['events', 'type,title,held_on\ntraining,A day of tests,2026-11-02'],
    ['campaigns', 'title,positions,wanted,until\nMore leaders of tests,leader,6,2027-06-30'],
    ['applications', 'name,email,class,positions\nAnn Quirke,ann@quirke.example,officer,s151'],
    ['inspections', 'council,framework,inspected_on,judgement\nE08000028,adult-care,2026-02-03,good'],
    ['supports', 'council,type,first_day,cause\nE08000028,mentoring,2026-02-03,asked'],
    ['signals', 'council,type,observed_on,source\nE08000028,financial-difficulty,2026-02-03,press'],
    ['challenges', 'code,kind,state,first_day,last_day\nE08000028,finance,closed,2024-10-29,2024-10-31'],
    ['challenges', 'code,kind,state,first_day,last_day\nE08000029,finance,enquiry,2027-06-08,2027-06-10'],
    ['history', 'reference,code,kind,first_day,last_day\nQ-1,E08000028,finance,2021-10-05,2021-10-07'],
    ['past-seats', 'challenge,seat,name\nQ-9,leader,Somebody Else'],
    ['councils', 'code,name,body,region\nX99999999,Quirke Fire Authority,fire_authority,London'],
  ])('and taken back leaves nothing behind: %s', async (list, text) => {
    const before = await files.held();
    const one = await files.checked(list, text);
    expect([await files.imports.faults(one.id), one.counts]).toMatchObject([
      { rows: [] },
      { added: 1, changed: 0, gone: 0 },
    ]);
    expect((await files.entered(one)).state).toBe('entered');
    expect(await files.held()).not.toEqual(before);
    expect(await files.undone(one)).toMatchObject({ state: 'undone', told: '' });
    expect(await files.held()).toEqual(before);
  });

  it('is what was looked at, in whatever order its new rows come to stand', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => `${n % 2 ? 'leader' : 'chief'},Somebody ${String(n)}`);
    const seats = rows.map((row) => `Q-40,${row}`).join('\n');
    const one = await files.checked('past-seats', `challenge,seat,name\n${seats}`);
    expect((await files.entered(one)).state).toBe('entered');
    expect((await files.undone(one)).state).toBe('undone');
    const offers = ['finance', 'corporate', 'governance'].flatMap((kind) =>
      Array.from(
        { length: 30 },
        (_, n) => `E08000028,${kind},2011-02-${String(n + 1).padStart(2, '0')},declined,no`,
      ).slice(0, 28),
    );
    const many = await files.checked('offers', OFFER + offers.join('\n'));
    expect((await files.entered(many)).state).toBe('entered');
    expect((await files.undone(many)).state).toBe('undone');
  });

  it('is not where the list moved since it was looked at: what it would do now is shown', async () => {
    const { id, name } = await files.person(2);
    const one = await files.checked('peers', `id,name,phone\n${id},${name},07700 900003\n`);
    await service.source.query(
      `UPDATE peers SET phone = '07700 900009', version = version + 1 WHERE id = $1`,
      [id],
    );
    const again = await files.entered(one);
    expect([again.state, again.told, (await files.person(2)).phone]).toEqual([
      'checked',
      expect.stringContaining('another by now'),
      '07700 900009',
    ]);
    expect(await files.imports.changes(one.id, '', 0, 9)).toMatchObject([
      { cells: [{ was: '07700 900009' }] },
    ]);
    await expect(files.imports.enter(OFFICE, one.id, one.digest ?? '')).rejects.toMatchObject({
      type: 'import-moved',
    });
    expect((await files.entered(again)).state).toBe('entered');
  });

  it('is done once, however many workers take its job', async () => {
    const one = await files.checked('offers', `${OFFER}E08000028,finance,2026-08-01,declined,no`);
    await files.imports.enter(OFFICE, one.id, one.digest ?? '');
    await Promise.all([files.work(one.id), files.work(one.id), files.work(one.id)]);
    expect((await files.now(one.id)).state).toBe('entered');
    const [{ n }] = await service.source.query<[{ n: number }]>(
      `SELECT count(*)::int AS n FROM offers WHERE made_on = '2026-08-01' AND kind = 'finance' AND reason = 'no'`,
    );
    expect(n).toBe(1);
  });

  it('is done though its job was lost: whoever looks for such work gives it a new one', async () => {
    const one = await files.checked('offers', `${OFFER}E08000028,finance,2026-07-02,declined,no`);
    service.clock.set(new Date(Date.now() + 3_600_000));
    await files.imports.enter(OFFICE, one.id, one.digest ?? '');
    const others = await files.imports.sweep(60); // this one was brought long ago, and asked for just now
    service.clock.set(new Date(Date.now() + 3_700_000));
    expect(await files.imports.sweep(60)).toBe(others + 1);
    service.clock.set(null);
    await files.work(one.id);
    expect((await files.now(one.id)).state).toBe('entered');
  });

  it('is not where it was stopped in time, and nothing of it stays', async () => {
    const before = await files.held();
    const one = await files.checked('offers', `${OFFER}E08000028,finance,2026-07-01,declined,no`);
    await files.imports.enter(OFFICE, one.id, one.digest ?? '');
    expect((await files.imports.stop(OFFICE, one.id)).state).toBe('stopped');
    await files.work(one.id);
    expect((await files.now(one.id)).state).toBe('stopped');
    expect(await files.held()).toEqual(before);
    await expect(files.imports.enter(OFFICE, one.id, one.digest ?? '')).rejects.toMatchObject({
      status: 409,
    });
  });

  it('ends in the middle where it is stopped then, says how far it was, and leaves nothing', async () => {
    const before = await files.held();
    const rows = Array.from(
      { length: 15_000 },
      (_, n) => `E08000028,finance,${addDays('1970-01-01', n)},declined,no`,
    );
    const one = await files.checked('offers', OFFER + rows.join('\n'));
    await files.imports.enter(OFFICE, one.id, one.digest ?? '');
    const numbers = async (): Promise<number> =>
      Number(
        (
          await service.source.query<[{ last: string }]>(
            'SELECT last_value AS last FROM import_writes_id_seq',
          )
        )[0].last,
      );
    const first = await numbers();
    const working = files.work(one.id);
    let done = 0;
    while (done === 0) done = (await files.now(one.id)).done;
    expect(done).toBeLessThan(15_000);
    await files.imports.stop(OFFICE, one.id);
    await working;
    // Numbers that were taken are not given back: it did not go on to the end.
    expect((await numbers()) - first).toBeLessThan(15_000);
    expect(await files.now(one.id)).toMatchObject({ state: 'stopped', enteredAt: null });
    expect(await files.held()).toEqual(before);
  });
});

describe('a list that others work with', () => {
  it('is not mixed up with what a file does: what they add meanwhile is not of it', async () => {
    const one = await files.checked('offers', `${OFFER}E08000028,finance,2026-04-01,declined,no`);
    await service.source.query(
      `INSERT INTO offers (council_id, kind, made_on, answer, reason, actor) SELECT id, 'corporate', '2026-04-02', 'declined', 'no', 'x' FROM councils WHERE code = 'E08000029'`,
    );
    expect((await files.entered(one)).state).toBe('entered');
  });

  it('nor what they add while a long file is entered', async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, n) => `E08000028,finance,${addDays('2001-01-01', n)},declined,no`,
    );
    const one = await files.checked('offers', OFFER + rows.join('\n'));
    const doing = files.entered(one);
    await pause(150);
    await service.source.query(
      `INSERT INTO offers (council_id, kind, made_on, answer, reason, actor) SELECT id, 'corporate', '2026-04-03', 'declined', 'no', 'x' FROM councils WHERE code = 'E08000029'`,
    );
    expect(await doing).toMatchObject({ state: 'entered', counts: { added: 3000 } });
  });
});
