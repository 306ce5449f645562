import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '../../src/people/permissions.js';
import { Given } from '../support/given.js';
import { newKey, Service } from '../support/service.js';

let service: Service;
let councilId: string;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  ({ id: councilId } = await new Given(service).council('E08000028'));
}, 60_000);
afterEach(() => {
  service.clock.set(null);
});
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

/** As if a first request had taken the key, and not answered yet. */
async function taken(focus: string): Promise<{ key: string; answer: () => Promise<unknown> }> {
  const [key, other] = [newKey(), newKey()];
  const first = await book(focus, other);
  await service.source.query(
    `INSERT INTO idempotency_keys (actor, key, request_hash, created_at)
     SELECT actor, $1, request_hash, now() FROM idempotency_keys WHERE key = $2`,
    [key, other],
  );
  const answer = (): Promise<unknown> =>
    service.source.query(
      `UPDATE idempotency_keys k SET status = o.status, body = o.body, location = o.location
       FROM idempotency_keys o WHERE k.key = $1 AND o.key = $2`,
      [key, other],
    );
  expect(first.status).toBe(201);
  return { key, answer };
}

/** Time for whoever waits to look more than once: others come and are answered, one after another. */
async function others(): Promise<void> {
  for (let n = 0; n < 15; n++) await book('meanwhile', newKey());
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
    const { key, answer } = await taken('slow');
    const second = book('slow', key);
    await others();
    await answer();
    expect((await second).status).toBe(201);
    expect(await booked('slow')).toBe(1);
  });

  it('is done where the first has died: nothing came of it within a minute', async () => {
    const { key } = await taken('died');
    service.clock.set(new Date(Date.now() + 61_000));
    expect((await book('died', key)).status).toBe(201);
    expect(await booked('died')).toBe(2);
  });

  it('still waits just before that minute is over', async () => {
    const { key, answer } = await taken('nearly');
    service.clock.set(new Date(Date.now() + 55_000));
    const second = book('nearly', key);
    await others();
    await answer();
    await second;
    expect(await booked('nearly')).toBe(1);
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
