import { DeliveriesService } from '../../src/messages/deliveries.service.js';
import { holdWork, releaseWork } from '../../src/commands/admin-work.js';
import { claimDatabase } from '../../src/commands/claim-database.js';
import { withSource } from '../../src/commands/prepare-database.js';
import { copyOf, createDatabase } from '../support/database.js';
import { Given, type Ided } from '../support/given.js';
import { saidOn, signedIn } from '../support/people.js';
import { eventually, Service } from '../support/service.js';

const SAID = 'This is a restored copy.';

let original: string;
let copy: string;
let service: Service;
let waiting: Ided;

const claim = (url: string): Promise<void> => claimDatabase({ DATABASE_URL: url, MODE: 'example' });
const held = (url: string): Promise<object[]> =>
  withSource(url, (source) => source.query('SELECT held_since IS NOT NULL AS held FROM database_mode'));
const start = (url: string, worker: boolean): Promise<Service> =>
  Service.start({ worker, environment: { DATABASE_URL: url } });

/** What became of messages, by what they are about. */
const messages = (template: string): Promise<{ state: string }[]> =>
  service.source.query('SELECT state FROM messages WHERE template = $1 ORDER BY created_at', [template]);
const requested = (): Promise<Ided> =>
  service.done<Ided>('adviser', 'get', `/api/team-requests/${waiting.id}`);

beforeAll(async () => {
  original = await createDatabase();
  await claim(original);
  const before = await start(original, false);
  const given = new Given(before);
  await given.financePool(2);
  await given.staff();
  const { id } = await given.scoped('E08000028');
  waiting = await before.done<Ided>('adviser', 'post', `/api/challenges/${id}/team-requests`);
  await before.stop();
  copy = await copyOf(original);
  await claim(copy);
  service = await start(copy, true);
}, 90_000);
afterAll(() => service.stop());

it('a database knows a copy of it from itself', async () => {
  await claim(original);
  expect([await held(original), await held(copy)]).toEqual([[{ held: false }], [{ held: true }]]);
});

describe('a restored copy', () => {
  it('sends nobody anything and does no work, but whoever signs in gets the code', async () => {
    const somebody = await signedIn(service, 'council', {
      councilId: (await new Given(service).council('E08000028')).id,
    });
    await somebody.post('/sign-in', { email: 'adviser@staff.example' });
    await eventually(async () => (await messages('sign-in-code'))[0]?.state === 'sent', 'the code');
    // What is asked for in the copy waits too.
    await new Given(service).scoped('E08000028', [{ start: '2027-09-14', days: 3 }]);
    expect((await requested()).state).toBe('queued');
    const old = [...(await messages('challenge-scoped')), ...(await messages('challenge-booked'))];
    expect(new Set(old.map(({ state }) => state))).toEqual(new Set(['waiting']));
  });

  it('says so on every page of staff, and on nobody else’s', async () => {
    const { id: councilId } = await new Given(service).council('E08000028');
    const staff = await Promise.all(
      (['adviser', 'manager', 'programme', 'admin'] as const).map((role) => signedIn(service, role)),
    );
    for (const one of staff) expect(saidOn((await one.get('/')).text)).toContain(SAID);
    const council = await signedIn(service, 'council', { councilId });
    expect(saidOn((await council.get('/')).text)).not.toContain(SAID);
  });

  it('goes on when an operator says so; what the original may have sent is parked, what is new is sent', async () => {
    const said = await releaseWork(copy, { send: false });
    expect(said).toMatch(
      /^Messages and jobs go on\. \d+ messages of the copy are parked: see the page Queue/,
    );
    await eventually(async () => (await requested()).state === 'done', 'the team that was asked for');
    await eventually(
      async () => (await messages('challenge-scoped')).every(({ state }) => state !== 'waiting'),
      'the new messages',
    );
    const [old, ...since] = (await messages('challenge-scoped')).map(({ state }) => state);
    expect([old, new Set(since)]).toEqual(['parked', new Set(['sent'])]);
    // Nobody is to think that they did not arrive.
    expect(await service.app.get(DeliveriesService).undelivered()).toEqual([]);
    await claim(copy);
    expect(await held(copy)).toEqual([{ held: false }]);
    const admin = await signedIn(service, 'admin');
    expect(saidOn((await admin.get('/')).text)).not.toContain(SAID);
  });

  it('that nothing in it shows is held by hand, also while a worker runs; then all goes on', async () => {
    await holdWork(copy);
    const [first] = await heldAt();
    await holdWork(copy);
    expect(await heldAt()).toEqual([first]);
    await eventually(async () => {
      // What comes once the worker has seen it waits.
      const { id } = await new Given(service).scoped('E08000028', [{ start: '2027-10-12', days: 3 }]);
      const [row] = await service.source.query<{ waits: boolean }[]>(
        `SELECT bool_and(state = 'waiting') AS waits FROM messages WHERE about = $1`,
        [`challenge:${id}`],
      );
      await turn();
      return row?.waits && (await messagesOf(id)).every((state) => state === 'waiting');
    }, 'the hold');
    expect(await releaseWork(copy, { send: true })).toBe('Messages and jobs go on, within a minute.');
    expect(await releaseWork(copy, { send: true })).toBe('Nothing was held.');
    await eventually(
      async () => (await messages('challenge-scoped')).every(({ state }) => state !== 'waiting'),
      'the messages',
    );
    const trail = await service.source.query<{ action: string }[]>(
      `SELECT action FROM audit_entries WHERE action LIKE 'restore.%' ORDER BY id`,
    );
    expect(trail.map(({ action }) => action)).toEqual([
      'restore.released',
      'restore.held',
      'restore.released',
    ]);
  });

  it('that is put in place of the database while a worker runs is held too', async () => {
    await service.source.query(`UPDATE database_mode SET identity = 'the original'`);
    await eventually(async () => (await held(copy))[0], 'the look');
    await eventually(async () => JSON.stringify(await held(copy)) === '[{"held":true}]', 'the hold');
    await releaseWork(copy, { send: true });
  });
});

const heldAt = (): Promise<object[]> => service.source.query('SELECT held_since FROM database_mode');
const messagesOf = async (challenge: string): Promise<string[]> => {
  const rows = await service.source.query<{ state: string }[]>(
    'SELECT state FROM messages WHERE about = $1',
    [`challenge:${challenge}`],
  );
  return rows.map(({ state }) => state);
};
/** Somebody asks for a code, which goes out: so the worker has had its turn. */
async function turn(): Promise<void> {
  const before = (await messages('sign-in-code')).length;
  const somebody = await signedIn(service, 'board');
  await somebody.post('/sign-in', { email: 'adviser@staff.example' });
  await eventually(
    async () => (await messages('sign-in-code')).slice(before).every(({ state }) => state === 'sent'),
    'a turn',
  );
}
