import { erase } from '../../src/erasure/erase.js';
import { PeerChangesWatch } from '../../src/visits/peer-changes-watch.service.js';
import { Files, OFFER, OFFICE } from '../support/files.js';
import { Service } from '../support/service.js';

let service: Service;
let files: Files;

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
  files = new Files(service);
}, 90_000);
afterAll(() => service.stop());

describe('an import that cannot be taken back', () => {
  it('is one whose rows somebody changed since: theirs stays', async () => {
    const { id, name } = await files.person(3);
    const done = await files.entered(
      await files.checked('peers', `id,name,phone\n${id},${name},07700 900004\n`),
    );
    await service.source.query(
      `UPDATE peers SET phone = '07700 900010', version = version + 1 WHERE id = $1`,
      [id],
    );
    expect(await files.undone(done)).toMatchObject({
      state: 'entered',
      told: expect.stringContaining('changed or used since') as string,
    });
    expect((await files.person(3)).phone).toBe('07700 900010');
  });

  it('is one whose rows somebody used since: nothing goes with them', async () => {
    const done = await files.entered(
      await files.checked('peers', 'name,email,class\nUsed Quirke,used@quirke.example,officer\n'),
    );
    await service.source.query(
      `INSERT INTO peers_apart SELECT least(p.id, o.id), greatest(p.id, o.id), 'x' FROM peers p, peers o WHERE p.email = 'used@quirke.example' AND o.id = $1`,
      [(await files.person(0)).id],
    );
    expect((await files.undone(done)).state).toBe('entered');
    const [{ n }] = await service.source.query<[{ n: number }]>(
      `SELECT count(*)::int AS n FROM peers_apart a JOIN peers p ON p.id IN (a.one_id, a.other_id) WHERE p.email = 'used@quirke.example'`,
    );
    expect(n).toBe(1);
  });

  it('is one after which somebody was erased, whoever they were: files and the way back are gone', async () => {
    const done = await files.entered(
      await files.checked('offers', `${OFFER}E08000028,finance,2026-05-01,declined,no`),
    );
    const looked = await files.checked('offers', `${OFFER}E08000028,finance,2026-05-02,declined,no`);
    const named = await files.entered(
      await files.checked('peers', 'name,email,class\nNamed Quirke,named@quirke.example,officer\n'),
    );
    await service.source.query(
      `UPDATE peers SET phone = '07700 900011' WHERE email = 'named@quirke.example'`,
    );
    expect((await files.undone(named)).told).toContain(': Named Quirke.');
    const { id } = await files.person(9);
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
    await expect(files.imports.undo(OFFICE, done.id)).rejects.toMatchObject({ type: 'too-late' });
    expect((await files.now(looked.id)).state).toBe('stopped');
    expect((await files.now(named.id)).told).toBe('');
    expect(
      await service.source.query(
        'SELECT FROM imports WHERE coalesce(file, changes::text, faults::text) IS NOT NULL',
      ),
    ).toEqual([]);
  });

  it('is one of more than a week ago, of which only what it did in numbers is kept', async () => {
    const done = await files.entered(
      await files.checked('offers', `${OFFER}E08000028,finance,2026-06-01,declined,no`),
    );
    await files.imports.forget(service.clock.forward(8));
    await expect(files.imports.undo(OFFICE, done.id)).rejects.toMatchObject({ type: 'too-late' });
    const [kept] = await service.source.query<object[]>(
      `SELECT file, changes, counts, (SELECT count(*)::int FROM import_writes w WHERE w.import_id = i.id) AS writes FROM imports i WHERE id = $1`,
      [done.id],
    );
    expect(kept).toEqual({ file: null, changes: null, counts: done.counts, writes: 0 });
  });
});

describe('what hangs on what a file brought', () => {
  it('keeps who was proposed for a team: their coming cannot be undone', async () => {
    const done = await files.entered(
      await files.checked('peers', 'name,email,class\nTeam Quirke,team@quirke.example,officer\n'),
    );
    await service.source.query(
      `UPDATE proposals SET seats = jsonb_build_object('x', (SELECT id FROM peers WHERE email = 'team@quirke.example')) WHERE id = (SELECT id FROM proposals ORDER BY id LIMIT 1)`,
    );
    expect(await files.undone(done)).toMatchObject({
      state: 'entered',
      told: expect.stringContaining('Team Quirke stands in a team or a plan.') as string,
    });
  });

  it('is asked nothing any more about a change that was taken back', async () => {
    const [seated] = await service.source.query<[{ id: string; name: string }]>(
      `SELECT p.id, p.name FROM peers p JOIN bookings b ON b.peer_id = p.id JOIN challenges c ON c.id = b.challenge_id
       WHERE p.state = 'active' AND b.live AND b.first_day > current_date AND c.state IN ('confirmed', 'team_complete', 'ready') LIMIT 1`,
    );
    const done = await files.entered(
      await files.checked('peers', `id,name,state\n${seated.id},${seated.name},paused`),
    );
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
    expect((await files.undone(done)).state).toBe('undone');
    expect(await open()).toBe(0);
  });
});
