import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;
let adviser: PageSession;
let council: PageSession;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  const staff = await given.staff();
  adviser = await new PageSession(service.app).be(staff.adviser);
  council = await new PageSession(service.app).be(staff.council);
});
afterAll(() => service.stop());

describe('without anybody in the pool', () => {
  it('no team is proposed: one of nobody is none', async () => {
    const { id } = await given.scoped('E08000028');
    const request = await given.proposals(id);
    expect(request.proposals).toEqual([]);
    expect((await adviser.get(`/team-requests/${request.id}`)).text).toContain('No team is possible');
  });

  it('all weeks say so at once, and a day of one’s own can be offered alone, with what speaks against it', async () => {
    const { id } = await given.council('E08000028');
    const weeks = await council.get(`/challenges/new/dates?council=${id}&kind=finance`);
    expect(weeks.text.match(/there is nobody in the pool/g)).toHaveLength(1);
    const chosen = { council: id, kind: 'finance', otherDay: '2027-06-08', step: 'check' };
    const check = await council.post('/challenges/new', chosen);
    expect([check.status, check.text.includes('Check before you book')]).toEqual([200, true]);
    expect(check.text).toContain('no full team is possible: there is nobody in the pool for the seat');
    const twice = await council.post('/challenges/new', { ...chosen, weeks: '2027-06-08/3' });
    expect([twice.status, twice.text.includes('This day is among the weeks already')]).toEqual([400, true]);
  });
});

describe('teams on a page', () => {
  it('say what has come up since they were found', async () => {
    await given.financePool(2);
    const { id } = await given.scoped('E08000003');
    const { id: request, proposals } = await given.proposals(id);
    const page = async (): Promise<string> => (await adviser.get(`/team-requests/${request}`)).text;
    expect(await page()).not.toContain('As things stand now');
    const [peer] = await service.source.query<{ id: string; name: string }[]>(
      `SELECT p.id, p.name FROM proposals t, jsonb_each_text(t.seats) s JOIN peers p ON p.id::text = s.value WHERE t.id = $1 LIMIT 1`,
      [proposals[0]?.id],
    );
    await service.done('programme', 'post', `/api/peers/${peer?.id ?? ''}/pause`, { reason: 'away' });
    expect(await page()).toMatch(
      new RegExp(`As things stand now: ${peer?.name ?? ''}, [^<]*: does not serve at present`),
    );
  });
});
