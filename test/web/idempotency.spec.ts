import type { Role } from '../../src/people/permissions.js';
import { Given } from '../support/given.js';
import { actWhileHeld } from '../support/held.js';
import { newKey, Service } from '../support/service.js';

let service: Service;
let councilId: string;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  ({ id: councilId } = await new Given(service).council('E08000028'));
}, 60_000);
afterAll(() => service.stop());

const booking = (focus: string): object => ({ councilId, kind: 'finance', windows: [], focus });

function book(
  focus: string,
  key: string,
  who: Role | { token: string } = 'adviser',
): ReturnType<Service['send']> {
  return service.send(who, 'post', '/api/challenges', booking(focus), { 'Idempotency-Key': key });
}

const idOf = ({ body }: { body: unknown }): string => (body as { id: string }).id;
const booked = async (focus: string): Promise<number> => {
  const [row] = await service.source.query<{ count: number }[]>(
    'SELECT count(*)::int AS count FROM challenges WHERE focus = $1',
    [focus],
  );
  return row?.count ?? 0;
};

const INSERT = `INSERT INTO idempotency_keys (actor, key, request_hash, status, body, created_at)
  SELECT actor, $1, request_hash, status, body, now() FROM idempotency_keys WHERE key = $2`;

/** While the database does as told before something is written. */
async function whileBefore(
  table: string,
  event: string,
  body: string,
  work: () => Promise<void>,
): Promise<void> {
  await service.asOwner(
    `CREATE FUNCTION hinder() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NEW; END $$`,
  );
  await service.asOwner(
    `CREATE TRIGGER hinder BEFORE ${event} ON ${table} FOR EACH ROW EXECUTE FUNCTION hinder()`,
  );
  await work().finally(() => service.asOwner('DROP FUNCTION hinder CASCADE'));
}

describe('a request that is sent again with its key', () => {
  it('gets the first answer, with its place, and has no second effect', async () => {
    const key = newKey();
    const [first, again] = [await book('once', key), await book('once', key)];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.location).toBe(first.headers.location);
    expect(await booked('once')).toBe(1);
  });

  it('has one effect also where both come at the same moment', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 5 }, () => book('at once', key)));
    expect(new Set(answers.map(idOf)).size).toBe(1);
    expect(await booked('at once')).toBe(1);
  });

  it('waits for the first, and is answered as that is', async () => {
    const [key, other] = [newKey(), newKey()];
    await book('slow', other);
    const second = await actWhileHeld(
      service,
      (tx) => tx.query(INSERT, [key, other]),
      () => book('slow', key),
    );
    expect([second.status, await booked('slow')]).toEqual([201, 1]);
  });

  it('is not kept waiting for longer than a moment: it hears that the first is at work, and nothing is done twice', async () => {
    const [key, other] = [newKey(), newKey()];
    await book('slower', other);
    const holder = service.source.createQueryRunner();
    await holder.startTransaction();
    await holder.query(INSERT, [key, other]);
    const second = await book('slower', key);
    await holder.rollbackTransaction();
    await holder.release();
    expect([second.status, (second.body as { type: string }).type]).toEqual([
      409,
      'urn:critical-friend:problem:still-running',
    ]);
    expect((await book('slower', key)).status).toBe(201);
    expect(await booked('slower')).toBe(2);
  });

  it('gets the version with it, so that what was made can be edited', async () => {
    const key = newKey();
    const [first, again] = [await book('version', key), await book('version', key)];
    expect([first.headers.etag, again.headers.etag]).toEqual(['"1"', '"1"']);
  });
});

describe('what a request with a key does', () => {
  it('is undone where its answer cannot be kept, and done once when it is sent again', async () => {
    const key = newKey();
    await whileBefore('idempotency_keys', 'UPDATE', `RAISE EXCEPTION 'no';`, async () => {
      expect((await book('unkept', key)).status).toBe(500);
    });
    expect(await booked('unkept')).toBe(0);
    const again = [await book('unkept', key), await book('unkept', key)];
    expect([again.map(({ status }) => status), await booked('unkept')]).toEqual([[201, 201], 1]);
  });

  it('is done again, once, where the database broke it off in a clash with others', async () => {
    await service.asOwner(
      'CREATE SEQUENCE clashes',
      'GRANT USAGE, SELECT ON SEQUENCE clashes TO critical_friend_app',
    );
    const clash = `IF nextval('clashes') = 1 THEN RAISE EXCEPTION 'clash' USING ERRCODE = '40001'; END IF;`;
    await whileBefore('challenges', 'INSERT', clash, async () => {
      expect((await book('clash', newKey())).status).toBe(201);
    });
    const [tries] = await service.source.query<object[]>('SELECT last_value::int AS n FROM clashes');
    expect([await booked('clash'), tries]).toEqual([1, { n: 2 }]);
  });
});

describe('a key', () => {
  it('that was used for something else is refused', async () => {
    const key = newKey();
    await book('first', key);
    const other = await book('second', key);
    expect([other.status, (other.body as { type: string }).type]).toEqual([
      422,
      'urn:critical-friend:problem:key-reused',
    ]);
    const { id } = await service.done<{ id: string }>('adviser', 'post', '/api/challenges', booking('third'));
    const elsewhere = await service.send(
      'adviser',
      'post',
      `/api/challenges/${id}/scope`,
      { reason: 'x' },
      { 'Idempotency-Key': key },
    );
    expect(elsewhere.status).toBe(422);
    expect([await booked('second'), await booked('first')]).toEqual([0, 1]);
  });

  it('is its sender’s own: the same one of somebody else is another', async () => {
    const key = newKey();
    const council = { token: await service.token('council', { councilId }) };
    const [mine, theirs] = [await book('whose', key), await book('whose', key, council)];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(idOf(mine)).not.toBe(idOf(theirs));
  });

  it('may be used again where the first was refused, since nothing was done', async () => {
    const key = newKey();
    const refused = await service.send(
      'adviser',
      'post',
      '/api/challenges',
      { ...booking('refused'), kind: 'imaginary' },
      { 'Idempotency-Key': key },
    );
    expect(refused.status).toBe(400);
    expect((await book('refused', key)).status).toBe(201);
  });

  it('that was used with another question is refused: the same import, first only checked', async () => {
    const key = newKey();
    const file = 'code,name\n';
    const sent = (path: string): ReturnType<Service['send']> =>
      service.send('programme', 'post', path, file, { 'Idempotency-Key': key });
    await sent('/api/councils/import?dryRun=true');
    expect((await sent('/api/councils/import')).status).not.toBe(200);
  });

  it('keeps no secret: what is shown once is not kept, and not shown again', async () => {
    const key = newKey();
    const make = (): ReturnType<Service['send']> =>
      service.send('admin', 'post', '/api/tokens', { name: 'x', role: 'board' }, { 'Idempotency-Key': key });
    const [first, again] = [await make(), await make()];
    const { token } = first.body as { token: string };
    expect([again.status, (again.body as { type: string }).type]).toEqual([
      409,
      'urn:critical-friend:problem:shown-once',
    ]);
    const kept = await service.source.query<{ row: string }[]>(
      'SELECT k::text AS row FROM idempotency_keys k',
    );
    expect(kept.some(({ row }) => row.includes(token))).toBe(false);
  });

  it('is of 1 to 100 characters that one can see', async () => {
    for (const key of ['a b', 'x'.repeat(101), 'é'])
      expect((await book('odd', encodeOdd(key))).status).toBe(400);
    expect(await booked('odd')).toBe(0);
    expect((await book('long', 'x'.repeat(100))).status).toBe(201);
  });

  it('says nothing on a request that changes nothing', async () => {
    const key = newKey();
    for (const path of ['/api/kinds', '/api/skills'])
      expect((await service.send('adviser', 'get', path, undefined, { 'Idempotency-Key': key })).status).toBe(
        200,
      );
  });
});

/** A header is sent as Latin-1. */
const encodeOdd = (key: string): string => Buffer.from(key, 'utf8').toString('latin1');
