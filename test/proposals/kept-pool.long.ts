import type { DataSource, EntityManager } from 'typeorm';
import { ClockService } from '../../src/visits/clock.service.js';
import { Database } from '../../src/database/database.js';
import { erase } from '../../src/erasure/erase.js';
import { personOf } from '../../src/erasure/person.js';
import { KindsService } from '../../src/kinds/kinds.service.js';
import type { Asked } from '../../src/proposals/problem/challenge.js';
import { KeptPool } from '../../src/proposals/problem/kept-pool.js';
import { loadQuestion } from '../../src/proposals/problem/question.js';
import { QuestionsService } from '../../src/proposals/questions.service.js';
import { endedDaysAgo } from '../support/follow-up.js';
import { Given, type Ided } from '../support/given.js';
import { asApplication, createDatabase } from '../support/database.js';
import { makeDataSource } from '../../src/data-source.js';
import { Service } from '../support/service.js';

const DAYS = { from: '2027-06-01', to: '2027-06-30' };

let service: Service;
let given: Given;
/** A second process: its own connections, its own pool in memory. */
let elsewhere: DataSource;
let other: KeptPool;

beforeAll(async () => {
  service = await Service.start({ worker: true });
  given = new Given(service);
  await given.financePool(3);
  elsewhere = await makeDataSource(asApplication(service.owner)).initialize();
  other = new KeptPool(new Database(elsewhere, service.clock));
}, 60_000);
afterAll(async () => {
  await elsewhere.destroy();
  await service.stop();
});

/** Everything that one pool says, with houses as what they answer, and the peers of a question made from it. */
async function told(pool: KeptPool, tx: EntityManager): Promise<object> {
  const { houses, served, bases: _, ...rows } = await pool.rows(tx, DAYS);
  const terms = await service.app.get(KindsService).terms('finance', tx);
  const question = await loadQuestion(tx, pool, { asked: await finance(), terms });
  const byPeer = [...served].filter(([, all]) => all.length > 0);
  return {
    ...rows,
    question: question.pool.peers,
    links: new Set(rows.links.map(({ councilId, otherId }) => `${councilId} ${otherId}`)),
    served: new Map(byPeer.map(([id, all]) => [id, new Set(all.map((one) => JSON.stringify(one)))])),
    kin: rows.councils.map(({ id }) => new Set(houses.kinOf(id))),
  };
}

async function finance(): Promise<Asked> {
  const { id } = await given.council('E08000031');
  const windows = [{ id: 'w1', start: '2027-06-08', days: 3, penalty: 0 }];
  return {
    ...{ id, familyId: id, councilId: id, partnerIds: [], mode: 'on_site', kind: 'finance', seats: [] },
    ...{ coverage: [], windows, excluded: [], waived: [] },
  };
}

const fresh = (): KeptPool => new KeptPool(service.db);
const kept = (): KeptPool => service.app.get(KeptPool);

/** The kept pools of both processes say what one says that reads everything; and before the change they did too, and said something else. */
async function expectHeard(change: () => Promise<unknown>, changes = true): Promise<void> {
  const tx = service.source.manager;
  const before = await told(fresh(), tx);
  expect(await told(kept(), tx)).toEqual(before);
  expect(await told(other, elsewhere.manager)).toEqual(before);
  await change();
  const after = await told(fresh(), tx);
  if (changes) expect(after).not.toEqual(before);
  expect(await told(kept(), tx)).toEqual(after);
  expect(await told(other, elsewhere.manager)).toEqual(after);
}

const api = <T = Ided>(...request: Parameters<Service['done']>): Promise<T> => service.done<T>(...request);

describe('the pool in memory', () => {
  it('hears of a peer who comes, changes, is called otherwise, pauses, is erased', async () => {
    let id = '';
    const change = async (body: object): Promise<void> => {
      const { version } = await api<{ version: number }>('programme', 'get', `/api/peers/${id}`);
      const headers = { 'If-Match': `"${String(version)}"` };
      await service.done('programme', 'patch', `/api/peers/${id}`, body, headers);
    };
    await expectHeard(async () => {
      ({ id } = await given.peer({ class: 'officer', positions: ['s151'], name: 'Mo Middle' }));
    });
    await expectHeard(() => change({ rating: 9 }));
    await expectHeard(() => change({ name: 'Aa First' }));
    await expectHeard(() =>
      api('programme', 'put', `/api/peers/${id}/availability`, {
        ranges: [{ from: '2027-06-07', to: '2027-06-11', state: 'busy' }],
        patterns: [],
      }),
    );
    for (const step of ['pause', 'resume'])
      await expectHeard(() => api('programme', 'post', `/api/peers/${id}/${step}`, { reason: 'a try' }));
    await expectHeard(async () => {
      await service.db.transact(async (tx) => erase(tx, await personOf(tx, { peerId: id })));
    });
  });

  it('hears of a body that changes, of links, and of successions', async () => {
    const [one, two] = [await given.council('E08000025'), await given.council('E08000026')];
    const sql = (text: string, values: unknown[]) => () => service.source.query(text, values);
    await expectHeard(sql(`UPDATE councils SET control = 'Green' WHERE id = $1`, [one.id]));
    // Its councillors are busy before its elections: what was worked out of the bodies is not kept either.
    const [home] = await service.source.query<{ id: string }[]>(
      `SELECT council_id AS id FROM peers WHERE class = 'member' AND state = 'active' LIMIT 1`,
    );
    const before = await told(kept(), service.source.manager);
    await expectHeard(
      sql(
        `UPDATE councils SET election_pattern = 'all', election_base_year = 2030, election_next_year = 2030 WHERE id = $1`,
        [home?.id],
      ),
    );
    const busy = (all: object): string =>
      JSON.stringify(
        (all as { question: { unavailable: unknown }[] }).question.map(({ unavailable }) => unavailable),
      );
    expect(busy(await told(kept(), service.source.manager))).not.toEqual(busy(before));
    // A poll of the whole council does the same, and one of a ward nothing.
    const polls = (isWard: boolean) =>
      sql(`UPDATE councils SET other_polls = $2 WHERE id = $1`, [
        home?.id,
        JSON.stringify([{ name: 'Mayor', poll: '2027-10-14', isWard }]),
      ]);
    const ordinary = busy(await told(kept(), service.source.manager));
    await expectHeard(polls(false));
    expect(busy(await told(kept(), service.source.manager))).not.toEqual(ordinary);
    await expectHeard(polls(true));
    expect(busy(await told(kept(), service.source.manager))).toEqual(ordinary);
    const [a, b] = [one.id, two.id];
    await expectHeard(
      sql(`INSERT INTO council_links (council_id, other_id, relation) VALUES ($1, $2, 'member')`, [a, b]),
    );
    await expectHeard(
      sql(
        `UPDATE council_links SET until = '2027-01-01' WHERE council_id = $1 AND other_id = $2 AND relation = 'member'`,
        [a, b],
      ),
    );
    await expectHeard(
      sql(`DELETE FROM council_links WHERE council_id = $1 AND other_id = $2 AND relation = 'member'`, [
        a,
        b,
      ]),
      false,
    );
    await expectHeard(
      sql(`INSERT INTO successions (predecessor_id, successor_id, starts_on) VALUES ($1, $2, '2027-04-01')`, [
        a,
        b,
      ]),
    );
    await expectHeard(sql('DELETE FROM successions WHERE predecessor_id = $1', [a]));
  });

  it('hears of bookings made and given back, and of a challenge that is delivered', async () => {
    let challenge = '';
    await expectHeard(async () => {
      ({ id: challenge } = await given.confirmed('E08000028'));
    });
    await expectHeard(() => endedDaysAgo(service.source, challenge, 3));
    await expectHeard(() => service.app.get(ClockService).advance(new Date()));
    // Served by its state, or by a step that was taken on the way to its end; each by itself.
    const sql = (text: string) => () => service.source.query(text, [challenge]);
    await service.source.query(
      `DELETE FROM challenge_changes WHERE challenge_id = $1 AND "to" = 'reporting'`,
      [challenge],
    );
    await service.source.query(`UPDATE challenges SET state = 'confirmed' WHERE id = $1`, [challenge]);
    await expectHeard(sql(`UPDATE challenges SET state = 'reporting' WHERE id = $1`));
    await expectHeard(sql(`UPDATE challenges SET state = 'cancelled' WHERE id = $1`));
    await expectHeard(
      sql(
        `INSERT INTO challenge_changes (challenge_id, "to", actor, reason) VALUES ($1, 'reporting', 'x', 'x')`,
      ),
    );
    const next = await given.confirmed('E08000029', [{ start: '2027-06-15', days: 3 }]);
    await expectHeard(() =>
      api('adviser', 'post', `/api/challenges/${next.id}/cancel`, { reason: 'the council cannot' }),
    );
  });

  it('hears of challenges of before, and of who served there', async () => {
    const { id } = await given.peer({
      class: 'officer',
      positions: ['head'],
      name: 'Pat Past',
      email: 'pat@pool.example',
    });
    const bring =
      (what: string, ...rows: string[]) =>
      () =>
        api('programme', 'post', `/api/history/${what}/import`, rows.join('\n'));
    const head = 'reference,code,kind,first_day,last_day';
    await expectHeard(bring('challenges', head, 'K-1,E08000003,finance,2026-09-08,2026-09-10'), false);
    await expectHeard(bring('seats', 'challenge,seat,peer', 'K-1,Officer,pat@pool.example'));
    await expectHeard(bring('challenges', head, 'K-1,E08000003,finance,2026-09-15,2026-09-17'));
    const past = await service.source.query<{ id: string }[]>(
      `SELECT challenge_id AS id FROM past_challenges WHERE reference = 'K-1'`,
    );
    const sql = (text: string) => () => service.source.query(text, [past[0]?.id]);
    await expectHeard(sql('UPDATE past_challenges SET month_only = true WHERE challenge_id = $1'), false);
    await expectHeard(sql(`UPDATE challenges SET last_day = last_day + 1 WHERE id = $1`));
    await expectHeard(sql(`UPDATE challenges SET last_day = last_day - 1 WHERE id = $1`));
    await expectHeard(sql(`UPDATE past_challenges SET reference = 'K-9' WHERE challenge_id = $1`));
    await expectHeard(
      sql(`UPDATE past_challenges SET reference = 'K-1', month_only = false WHERE challenge_id = $1`),
    );
    const served = (await kept().rows(service.source.manager, DAYS)).served.get(id);
    expect(served?.map(({ firstDay }) => firstDay)).toEqual(['2026-09-15']);
  });

  it('answers a question anew after a change of policy', async () => {
    const { id } = await given.scoped('E08000030', [{ start: '2027-09-14', days: 3 }]);
    const questions = service.app.get(QuestionsService);
    const before = await questions.of(id);
    const path = '/api/policies/weights';
    const { content, version } = await api<{ content: object; version: number }>('programme', 'get', path);
    const headers = { 'If-Match': `"${String(version)}"` };
    await service.done(
      'programme',
      'put',
      path,
      { content: { ...content, base: 41 }, reason: 'a try' },
      headers,
    );
    expect([before.policy.base, (await questions.of(id)).policy.base]).toEqual([40, 41]);
  });

  it('sees what its own transaction wrote, and forgets it where that is taken back', async () => {
    const tx = service.source.manager;
    const before = await told(kept(), tx);
    await service.source
      .transaction(async (own) => {
        await own.query(`UPDATE peers SET rating = 1 WHERE name LIKE 'Peer %'`);
        expect(await told(kept(), own)).not.toEqual(before);
        expect(await told(kept(), own)).toEqual(await told(fresh(), own));
        expect(await told(kept(), tx)).toEqual(before);
        throw new Error('taken back');
      })
      .catch((error: unknown) => {
        if (!(error instanceof Error) || error.message !== 'taken back') throw error;
      });
    expect(await told(kept(), tx)).toEqual(before);
  });

  it('hears of a transaction that ends after a later one did', async () => {
    const [early, late] = [service.source.createQueryRunner(), service.source.createQueryRunner()];
    const [first, second] = (await kept().rows(service.source.manager, DAYS)).peers;
    await early.startTransaction();
    await early.query('UPDATE peers SET rating = 2 WHERE id = $1', [first?.id]);
    await late.startTransaction();
    await late.query('UPDATE peers SET rating = 3 WHERE id = $1', [second?.id]);
    await expectHeard(() => late.commitTransaction());
    await expectHeard(() => early.commitTransaction());
    await Promise.all([early.release(), late.release()]);
  });

  it('hears of what a transaction writes after it asked, though a later one has ended by then', async () => {
    const [early, late] = [service.source.createQueryRunner(), service.source.createQueryRunner()];
    const [first, second] = (await kept().rows(service.source.manager, DAYS)).peers;
    await early.startTransaction();
    await early.query('SELECT FROM peers WHERE id = $1 FOR UPDATE', [first?.id]);
    await late.startTransaction();
    await late.query('UPDATE peers SET rating = 4 WHERE id = $1', [second?.id]);
    await late.commitTransaction();
    await kept().rows(early.manager, DAYS);
    await early.query('UPDATE peers SET rating = 5 WHERE id = $1', [first?.id]);
    await early.commitTransaction();
    const tx = service.source.manager;
    expect(await told(kept(), tx)).toEqual(await told(fresh(), tx));
    await Promise.all([early.release(), late.release()]);
  });

  it('keeps nothing that its own transaction takes back, though it was asked for the first time in it', async () => {
    const [early, late] = [service.source.createQueryRunner(), service.source.createQueryRunner()];
    const [first, second] = (await kept().rows(service.source.manager, DAYS)).peers;
    const cold = new KeptPool(service.db);
    await early.startTransaction();
    await early.query('UPDATE peers SET rating = 1 WHERE id = $1', [first?.id]);
    await late.startTransaction();
    await late.query('UPDATE peers SET rating = 6 WHERE id = $1', [second?.id]);
    await late.commitTransaction();
    expect(await told(cold, early.manager)).toEqual(await told(fresh(), early.manager));
    await early.rollbackTransaction();
    const tx = service.source.manager;
    expect(await told(cold, tx)).toEqual(await told(fresh(), tx));
    await Promise.all([early.release(), late.release()]);
  });

  it('hears of whoever joined a challenge while another transaction moved its days', async () => {
    const [peer] = (await kept().rows(service.source.manager, DAYS)).peers;
    const past = await service.source.query<{ id: string }[]>(
      `SELECT challenge_id AS id FROM past_challenges WHERE reference = 'K-1'`,
    );
    const mover = service.source.createQueryRunner();
    await mover.startTransaction();
    await mover.query('UPDATE challenges SET last_day = last_day + 1 WHERE id = $1', [past[0]?.id]);
    await service.source.query(`UPDATE past_seats SET peer_id = $1 WHERE reference = 'K-1'`, [peer?.id]);
    await told(kept(), service.source.manager);
    await expectHeard(() => mover.commitTransaction());
    await mover.release();
  });

  it('answers from a copy what the copy says, and is not misled by transactions of the original', async () => {
    const copy = await makeDataSource(await createDatabase()).initialize();
    const pool = new KeptPool(new Database(copy, service.clock));
    // Numbers of transactions in a copy by dump are those of another server.
    await copy.query(
      `INSERT INTO pool_changes (transaction_id, peer_id) SELECT '99999999'::xid8, gen_random_uuid()`,
    );
    await told(pool, service.source.manager);
    expect(await told(pool, copy.manager)).toEqual(await told(fresh(), copy.manager));
    // They are not read anew for it with every question.
    const peersOf = async (): Promise<unknown> => (await pool.rows(copy.manager, DAYS)).served;
    expect(await peersOf()).toBe(await peersOf());
    await copy.destroy();
  });

  it('answers anew after a change of the calendar', async () => {
    const path = '/api/policies/calendar';
    const before = await told(kept(), service.source.manager);
    const { content, version } = await api<{ content: { generalElections: object[] }; version: number }>(
      'programme',
      'get',
      path,
    );
    const generalElections = [...content.generalElections, { dissolved: '2027-05-20', poll: '2027-06-24' }];
    const headers = { 'If-Match': `"${String(version)}"` };
    await service.done(
      'programme',
      'put',
      path,
      { content: { ...content, generalElections }, reason: 'called' },
      headers,
    );
    const after = await told(kept(), service.source.manager);
    expect(after).not.toEqual(before);
    expect(after).toEqual(await told(fresh(), service.source.manager));
  });

  it('reads everything anew where the changes since are not told any more', async () => {
    const far = new KeptPool(service.db);
    const tx = service.source.manager;
    await far.rows(tx, DAYS);
    await service.source.query(`UPDATE peers SET rating = 7 WHERE name LIKE 'Peer %'`);
    await service.source.query(`UPDATE pool_changes SET at = at - interval '3 days'`);
    await far.forget();
    const known = (far as unknown as { version: { at: string } }).version;
    known.at = '2026-01-01T00:00:00Z';
    expect(await told(far, tx)).toEqual(await told(fresh(), tx));
  });
});
