import { Account } from '../../src/people/account.entity.js';
import type { Role } from '../../src/people/permissions.js';
import { Given } from '../support/given.js';
import { saidOn, signedIn } from '../support/people.js';
import type { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

interface Person {
  id: string;
  role: string;
  name: string;
}

let service: Service;
let given: Given;
let adviser: PageSession;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(6);
  adviser = await signedIn(service, 'adviser');
});
afterAll(() => service.stop());

const account = (name: string, role: Role = 'manager'): Promise<Account> =>
  service.source.manager.save(Account, {
    email: `${name.toLowerCase()}@staff.example`,
    name,
    role,
    example: true,
  });
const people = (id: string): Promise<Person[]> =>
  service.done('adviser', 'get', `/api/challenges/${id}/people`);
const name = (id: string, person: object): Promise<{ status: number; text: string }> =>
  service.send('adviser', 'post', `/api/challenges/${id}/people`, person);

/** A challenge with an agreed team for days in a week. */
async function agreedFor(code: string, start: string): Promise<string> {
  const { challenge } = await given.approved(code, [{ start, days: 3 }]);
  return challenge.id;
}

describe('who comes besides the team', () => {
  it('is named on one page, seen by the council and the team, and taken off again', async () => {
    const { id, invitations } = await given.confirmed('E08000028', [{ start: '2027-06-08', days: 3 }]);
    const pat = await account('Pat Support', 'programme');
    const path = `/challenges/${id}/people`;
    expect((await adviser.post(path, { role: 'support', accountId: pat.id })).status).toBe(303);
    expect((await adviser.post(path, { role: 'observer', name: 'Olu Observer' })).status).toBe(303);
    const [seat] = invitations;
    expect((await adviser.post(`/challenges/${id}/lead`, { seat: seat?.seat ?? '' })).status).toBe(303);

    const council = await signedIn(service, 'council', { councilId: (await given.council('E08000028')).id });
    const peer = await signedIn(service, 'peer', { peerId: seat?.peerId ?? '' });
    for (const said of [
      saidOn((await council.get(`/challenges/${id}`)).text),
      saidOn((await peer.get(`/visits/${id}`)).text),
    ])
      expect(said).toMatch(/Project support: Pat Support .*Observer: Olu Observer/);
    expect(saidOn((await council.get(`/challenges/${id}/approval`)).text)).toContain('leads the team');
    expect(saidOn((await peer.get(`/visits/${id}`)).text)).toContain('(leads the team)');
    expect(saidOn((await adviser.get(`/challenges/${id}`)).text)).toContain('(leads the team)');

    const observer = (await people(id)).find(({ role }) => role === 'observer');
    expect((await adviser.post(`${path}/remove`, { person: observer?.id ?? '' })).status).toBe(303);
    expect((await people(id)).map(({ role }) => role)).toEqual(['support']);
    const history = saidOn((await adviser.get(`/challenges/${id}/history`)).text);
    expect(history).toContain('Somebody more comes: observer');
    expect(history).toContain('Does not come any more: observer');
  });

  it.each([
    ['nobody at all', {}, 'nobody is named; allowed: somebody of the staff, or a name'],
    ['somebody of a council', { accountId: 'council' }, 'allowed: the id of an account of staff'],
  ])('is not %s', async (_, who: { accountId?: string }, fault) => {
    const { id } = await given.scoped('E08000028');
    const accountId = who.accountId === undefined ? {} : { accountId: (await given.staff()).council };
    const refused = await name(id, { role: 'observer', ...accountId });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(fault);
    await service.source.query(
      `DELETE FROM accounts WHERE email LIKE '%@staff.example' AND name IN ('Ann Adviser', 'Cas Council')`,
    );
  });

  it('is named once for a challenge', async () => {
    const { id } = await given.scoped('E08000028');
    const sam = await account('Sam Twice');
    expect((await name(id, { role: 'support', accountId: sam.id })).status).toBe(201);
    const again = await name(id, { role: 'observer', accountId: sam.id });
    expect(again.status).toBe(400);
    expect(again.text).toContain('found Sam Twice, who is named for it already (project support)');
    expect((await name(id, { role: 'observer', name: 'Olly Observer' })).status).toBe(201);
    const twice = await name(id, { role: 'observer', name: 'olly observer' });
    expect([twice.status, twice.text.includes('named for it already (observer)')]).toEqual([400, true]);
  });
});

describe('staff are never in two places', () => {
  it('whether they run the one and support the other, an analyst excepted', async () => {
    const [a, b] = [await agreedFor('E08000028', '2027-09-07'), await agreedFor('E08000031', '2027-09-08')];
    const mo = await account('Mo Manager');
    await service.done('adviser', 'put', `/api/challenges/${a}/manager`, { managerId: mo.id });
    const refused = await name(b, { role: 'support', accountId: mo.id });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain(
      'Mo Manager is on site at Sandwell Metropolitan Borough Council on Tuesday 7 to Thursday 9 September 2027.',
    );
    expect((await name(b, { role: 'analyst', accountId: mo.id })).status).toBe(201);
  });

  it('also where the days come after the names, and are free again where they go', async () => {
    const first = await agreedFor('E08000028', '2027-10-05');
    const second = await given.scoped('E08000031', [{ start: '2027-10-06', days: 3 }]);
    const una = await account('Una Support');
    for (const id of [first, second.id])
      expect((await name(id, { role: 'support', accountId: una.id })).status).toBe(201);
    const { proposals } = await given.proposals(second.id);
    const agree = (): Promise<{ status: number; text: string }> =>
      service.send('adviser', 'post', `/api/proposals/${proposals[0]?.id ?? ''}/agree`);
    const refused = await agree();
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('on site with another challenge in that week');
    await service.done('adviser', 'post', `/api/challenges/${first}/postpone`, {
      reason: 'a fire at the town hall',
    });
    expect((await agree()).status).toBe(200);
  });
});
