import { Challenge } from '../../src/challenges/challenge.entity.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let adviser: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  adviser = await signedIn(service, 'adviser');
}, 60_000);
afterAll(() => service.stop());

const stored = (id: string): Promise<Challenge> => service.source.manager.findOneByOrFail(Challenge, { id });

/** An enquiry of a council with two windows; `change` sends one form of its scope with the version that the page shows. */
async function enquiry(): Promise<{ id: string; change: (what: string, form: object) => Promise<number> }> {
  const { id: councilId } = await new Given(service).council('E08000028');
  const { id } = await service.done<{ id: string }>('adviser', 'post', '/api/challenges', {
    councilId,
    kind: 'finance',
    windows: [
      { start: '2027-06-08', days: 3 },
      { start: '2027-06-15', days: 3, penalty: 4 },
    ],
  });
  const page = `/challenges/${id}/scope`;
  return {
    id,
    change: async (what, form) => {
      const version = versionOn((await adviser.get(`${page}/${what.split('/')[0] ?? ''}`)).text);
      return (await adviser.post(`${page}/${what}`, { version, ...form })).status;
    },
  };
}

describe('the windows of a scope', () => {
  it('are added before those that are there, which stay as they are', async () => {
    const { id, change } = await enquiry();
    expect(await change('windows', { start: '2027-06-22', days: '3' })).toBe(303);
    const { windows } = await stored(id);
    expect(windows.map(({ start, days, penalty }) => [start, days, penalty])).toEqual([
      ['2027-06-22', 3, 0],
      ['2027-06-08', 3, 0],
      ['2027-06-15', 3, 4],
    ]);
  });

  it('are taken away one by one, by their place', async () => {
    const { id, change } = await enquiry();
    expect(await change('windows/remove', { at: '0' })).toBe(303);
    expect((await stored(id)).windows.map(({ start }) => start)).toEqual(['2027-06-15']);
  });

  it('say at their own field what is wrong with a new one, and keep the others', async () => {
    const { id } = await enquiry();
    const page = `/challenges/${id}/scope`;
    const version = versionOn((await adviser.get(`${page}/windows`)).text);
    const christmas = await adviser.post(`${page}/windows`, { version, start: '2027-12-28', days: '3' });
    expect(christmas.status).toBe(400);
    expect(christmas.text).toContain('value="28 December 2027"');
    expect(christmas.text).toMatch(/Christmas and New Year/);
    expect((await stored(id)).windows).toHaveLength(2);
  });

  it('are not changed from a page that is older than the last change', async () => {
    const { id, change } = await enquiry();
    const page = `/challenges/${id}/scope`;
    const version = versionOn((await adviser.get(`${page}/windows`)).text);
    expect(await change('focus', { focus: 'Reserves' })).toBe(303);
    expect((await adviser.post(`${page}/windows/remove`, { version, at: '0' })).status).toBe(412);
    expect((await stored(id)).windows).toHaveLength(2);
  });
});

describe('each part of a scope', () => {
  it('is a page with one form that changes it, and what was saved stands on the scope', async () => {
    const { id, change } = await enquiry();
    const page = `/challenges/${id}/scope`;
    expect((await adviser.get(page)).text.match(/<form method="post" action="\/challenges/g)).toHaveLength(1);
    expect(await change('focus', { focus: 'Reserves and debt' })).toBe(303);
    expect(await change('hosts', { mode: 'remote', partners: '' })).toBe(303);
    const said = (await adviser.get(page)).text;
    expect(said).toMatch(/Focus<\/dt><dd[^>]*>Reserves and debt/);
    expect(said).toMatch(/How, and with whom<\/dt><dd[^>]*>Remote/);
    expect(said).toContain('Tuesday 8 to Thursday 10 June 2027, 3 days');
  });

  it.each([
    ['team_agreed', 'A team is agreed, so the scope stands.'],
    ['on_site', 'The challenge is past this, so its scope stands.'],
  ])('only tells once it is %s', async (state, words) => {
    const { id } = await enquiry();
    await service.source.query(`UPDATE challenges SET state = $2 WHERE id = $1`, [id, state]);
    for (const part of ['', '/focus', '/hosts', '/windows', '/contacts']) {
      const { text } = await adviser.get(`/challenges/${id}/scope${part}`);
      expect(text).toContain(words);
      for (const offer of ['>Add ', '>Save', '>Remove', '>Change']) expect(text).not.toContain(offer);
    }
  });
});

describe('the contacts of a scope', () => {
  const kim = { purpose: 'chief', name: 'Kim Reid', email: 'kim@council.example' };
  const lee = { purpose: 'opposition', name: 'Cllr Lee', email: 'lee@council.example' };

  it('have a purpose from the list, and are taken away by their place', async () => {
    const { id, change } = await enquiry();
    expect(await change('contacts', kim)).toBe(303);
    expect(await change('contacts', lee)).toBe(303);
    expect((await stored(id)).contacts).toEqual([kim, lee]);
    const { text } = await adviser.get(`/challenges/${id}/scope`);
    expect(text).toContain('Opposition approver');
    expect(await change('contacts/remove', { at: '0' })).toBe(303);
    expect((await stored(id)).contacts).toEqual([lee]);
  });

  it('are refused without one, with what was typed still there', async () => {
    const { id } = await enquiry();
    const page = `/challenges/${id}/scope`;
    const version = versionOn((await adviser.get(`${page}/contacts`)).text);
    const refused = await adviser.post(`${page}/contacts`, { version, ...kim, purpose: 'mayor' });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('Choose what the person is');
    expect(refused.text).toContain('Kim Reid');
    expect((await stored(id)).contacts).toEqual([]);
  });

  it('are told to nobody who only watches', async () => {
    const { id, change } = await enquiry();
    await change('contacts', kim);
    const board = await signedIn(service, 'board');
    expect((await board.get(`/challenges/${id}`)).text).not.toContain('Kim Reid');
  });
});
