import { BookingService } from '../../src/challenges/booking.service.js';
import { ChallengePerson } from '../../src/challenges/challenge-person.entity.js';
import { Challenge } from '../../src/challenges/challenge.entity.js';
import type { Access } from '../../src/people/access.js';
import { Account } from '../../src/people/account.entity.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;
let adviser: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  given = new Given(service);
  adviser = await signedIn(service, 'adviser');
}, 60_000);
afterAll(() => service.stop());

const managerOf = async (challengeId: string): Promise<string | null> => {
  const found = await service.source.manager.findOneBy(ChallengePerson, { challengeId, role: 'manager' });
  return found?.accountId ?? null;
};
const stored = (id: string): Promise<Challenge> => service.source.manager.findOneByOrFail(Challenge, { id });

describe('a seat of a scope', () => {
  const SEAT = { seat: 'treasurer', positions: ['s151'], party: 'any', skills: 'finance 4, governance 3' };

  /** Sends the form of a seat as its page shows it. */
  async function save(
    id: string,
    name: string,
    form: object,
    step = 'save',
  ): ReturnType<PageSession['post']> {
    const page = `/challenges/${id}/scope/seats/${name}`;
    const version = versionOn((await adviser.get(page)).text);
    return adviser.post(page, { version, step, ...form });
  }

  it('is added after those that the kind brings, with what it needs', async () => {
    const { id } = await given.scoped('E08000028');
    expect((await save(id, 'new', { ...SEAT, shadow: 'yes' })).status).toBe(303);
    const { seats } = await stored(id);
    expect(seats).toHaveLength(5);
    expect(seats.at(-1)).toEqual({
      id: 'treasurer',
      positions: ['s151'],
      party: 'any',
      skills: { finance: 4, governance: 3 },
      shadow: true,
    });
  });

  it('is shown as it is, changed in its place, and taken away', async () => {
    const { id } = await given.scoped('E08000028');
    const before = (await stored(id)).seats.map((seat) => seat.id);
    const [first = ''] = before;
    const shown = (await adviser.get(`/challenges/${id}/scope/seats/${first}`)).text;
    expect(shown).toContain(`value="${first}"`);
    const changed = { ...SEAT, seat: first, positions: ['leader', 'mayor'], party: 'leading', skills: '' };
    expect((await save(id, first, changed)).status).toBe(303);
    const [seat, ...others] = (await stored(id)).seats;
    expect(seat).toEqual({ id: first, positions: ['leader', 'mayor'], party: 'leading', skills: {} });
    expect(others.map((one) => one.id)).toEqual(before.slice(1));
    expect((await save(id, first, changed, 'remove')).status).toBe(303);
    expect((await stored(id)).seats.map((one) => one.id)).toEqual(before.slice(1));
  });

  it.each<[string, object, string]>([
    ['a name of capital letters', { seat: 'Treasurer' }, 'Enter a short name for the seat in small letters'],
    ['no position', { positions: [] }, 'Choose at least one position'],
    ['a position that there is not', { positions: ['king'] }, 'Found "king"; allowed: leader'],
    ['a level above five', { skills: 'finance 6' }, 'Write skills with levels like: finance 4, governance 3'],
    ['a skill that there is not', { skills: 'juggling 3' }, 'Found "juggling"; allowed: finance'],
    ['a party that is no rule', { party: 'Labour' }, 'Choose which party'],
    [
      'the name of another seat',
      { seat: 'finance-officer' },
      'There is a seat named finance-officer already',
    ],
  ])('is refused with %s, what was typed stays, and nothing is changed', async (_, change, said) => {
    const { id } = await given.scoped('E08000028');
    const before = await stored(id);
    const refused = await save(id, 'new', { ...SEAT, skills: 'digital 2', ...change });
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text).replaceAll('&quot;', '"')).toContain(said);
    if (!('skills' in change)) expect(refused.text).toContain('digital 2');
    expect((await stored(id)).seats).toEqual(before.seats);
  });

  it('is not there by a name that no seat has', async () => {
    const { id } = await given.scoped('E08000028');
    expect((await adviser.get(`/challenges/${id}/scope/seats/jester`)).status).toBe(404);
  });
});

describe('what is asked for', () => {
  it.each(['team_agreed', 'inviting', 'confirmed', 'on_site', 'reporting', 'cancelled'])(
    'stays as it is while the challenge is %s',
    async (state) => {
      const { id } = await given.scoped('E08000035');
      await service.source.query('UPDATE challenges SET state = $2 WHERE id = $1', [id, state]);
      const read = await service.send('adviser', 'get', `/api/challenges/${id}`);
      const refused = await service.send(
        'adviser',
        'patch',
        `/api/challenges/${id}`,
        { windows: [{ start: '2027-07-06', days: 3 }], focus: 'another' },
        { 'If-Match': String(read.headers.etag) },
      );
      expect([refused.status, (refused.body as { detail: string }).detail]).toEqual([
        409,
        expect.stringContaining('changing it is possible while it is enquiry, scoped'),
      ]);
      expect((await stored(id)).focus).toBe('');
    },
  );
});

describe('a booking that is sent by another council under the id of somebody’s challenge', () => {
  it('is refused like what is not there, and shows nothing of that one', async () => {
    const mine = await given.council('E08000036');
    const council = await signedIn(service, 'council', { councilId: mine.id });
    const { id } = await given.scoped('E08000037');
    const booking = service.app.get(BookingService);
    const input = { councilId: mine.id, kind: 'finance', windows: [] };
    const access = { actor: { role: 'council', councilId: mine.id }, scope: 'council' } as unknown as Access;
    await expect(booking.book(access, input, id)).rejects.toMatchObject({ status: 404 });
    expect((await council.get(`/challenges/${id}`)).status).toBe(404);
    expect((await stored(id)).councilId).not.toBe(mine.id);
  });
});

describe('who runs a challenge', () => {
  const manager = (name: string, state: Account['state'] = 'active'): Promise<Account> =>
    service.source.manager.save(Account, {
      email: `${name.toLowerCase()}@managers.example`,
      name,
      role: 'manager' as const,
      state,
      example: true,
    });

  it('is chosen from the managers there are, and may be nobody again', async () => {
    const { id } = await given.scoped('E08000029');
    const [mia, moe] = [await manager('Mia'), await manager('Moe', 'disabled')];
    const page = (await adviser.get(`/challenges/${id}/manager`)).text;
    expect([page.includes('Mia'), page.includes('Moe')]).toEqual([true, false]);
    expect((await adviser.post(`/challenges/${id}/manager`, { manager: mia.id })).status).toBe(303);
    expect(await managerOf(id)).toBe(mia.id);
    const refused = await adviser.post(`/challenges/${id}/manager`, { manager: moe.id });
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text)).toContain('allowed: the id of a challenge manager');
    expect(await managerOf(id)).toBe(mia.id);
    expect((await adviser.post(`/challenges/${id}/manager`, { manager: 'nobody' })).status).toBe(303);
    expect(await managerOf(id)).toBeNull();
  });

  it('is never an adviser, nor left open by an untouched form', async () => {
    const { id } = await given.scoped('E08000030');
    const { adviser: other } = await given.staff('E08000030');
    expect((await adviser.post(`/challenges/${id}/manager`, { manager: other })).status).toBe(400);
    const untouched = await adviser.post(`/challenges/${id}/manager`, {});
    expect(saidOn(untouched.text)).toContain('Choose a manager, or nobody');
  });

  it('runs one challenge a week on site: the other is refused by the database', async () => {
    const { id: managerId } = await manager('Max');
    const both = [await given.scoped('E08000031'), await given.scoped('E08000032')];
    await service.source.query(
      `UPDATE challenges SET state = 'confirmed', first_day = '2027-06-08', last_day = '2027-06-10' WHERE id = ANY($1)`,
      [both.map(({ id }) => id)],
    );
    const answers = await Promise.all(
      both.map(({ id }) => adviser.post(`/challenges/${id}/manager`, { manager: managerId })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  });
});
