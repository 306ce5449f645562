import ICAL from 'ical.js';
import request from 'supertest';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const SANDWELL = 'E08000028';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(4);
}, 60_000);
afterAll(() => service.stop());

/** The address of somebody's feed, made by themselves. */
async function feedOf(person: PageSession): Promise<string> {
  const { text } = await person.post('/account/feed', { step: 'make' });
  return /http:\/\/[^/]+(\/feeds\/[^<"]+\.ics)/.exec(text)?.[1] ?? '';
}

interface Shown {
  title: string;
  from: string;
  status: string | null;
  sequence: number;
}

async function read(path: string): Promise<Shown[]> {
  const { status, text, type } = await request(service.app.getHttpServer()).get(path);
  expect([status, type]).toEqual([200, 'text/calendar']);
  return new ICAL.Component(ICAL.parse(text) as never).getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    return {
      title: event.summary,
      from: event.startDate.toString().slice(0, 10),
      status: component.getFirstPropertyValue('status') as string | null,
      sequence: event.sequence,
    };
  });
}

describe('the feed of an adviser', () => {
  it('has the visits of the region, with those that are not certain yet marked so', async () => {
    const { region } = await given.council(SANDWELL);
    const [inRegion, elsewhere] = [
      await feedOf(await signedIn(service, 'adviser', { region })),
      await feedOf(await signedIn(service, 'adviser', { region: 'London' })),
    ];
    await given.approved(SANDWELL, [{ start: '2027-05-11', days: 3 }]);
    const sure = await given.confirmed(SANDWELL, [{ start: '2027-06-08', days: 3 }]);
    await given.scoped(SANDWELL, [{ start: '2027-07-06', days: 3 }]);
    const shown = await read(inRegion);
    expect(shown.map(({ from, status }) => [from, status]).sort()).toEqual([
      ['2027-05-11', 'TENTATIVE'],
      ['2027-06-08', 'CONFIRMED'],
    ]);
    expect(shown[0]?.title).toBe('Finance peer review: Sandwell Metropolitan Borough Council');
    expect(await read(elsewhere)).toEqual([]);
    await service.done('adviser', 'post', `/api/challenges/${sure.id}/postpone`, { reason: 'an election' });
    expect((await read(inRegion)).map(({ from }) => from)).toEqual(['2027-05-11']);
    const { challenge } = await given.approved(SANDWELL, [{ start: '2027-09-21', days: 3 }]);
    await service.done('adviser', 'post', `/api/challenges/${challenge.id}/cancel`, { reason: 'no need' });
    expect((await read(inRegion)).map(({ from }) => from)).toEqual(['2027-05-11']);
  });

  it('says a later sequence whenever the visit changed, so that calendars take it over', async () => {
    const { region } = await given.council('E08000029');
    const path = await feedOf(await signedIn(service, 'adviser', { region }));
    const { challenge } = await given.approved('E08000029', [{ start: '2027-09-07', days: 3 }]);
    const at = async (): Promise<number> =>
      (await read(path)).find(({ title }) => title.includes('Solihull'))?.sequence ?? -1;
    const before = await at();
    await service.done('adviser', 'post', `/api/challenges/${challenge.id}/invitations`);
    expect(await at()).toBeGreaterThan(before);
  });
});

describe('the feed of a peer', () => {
  it('has what they said yes to, the evening before and the review about then, and nothing that is only asked', async () => {
    const { challenge } = await given.approved('E08000030', [{ start: '2027-10-05', days: 3 }]);
    const invitations = await service.done<{ id: string; peerId: string }[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge.id}/invitations`,
    );
    const [first] = invitations;
    const path = await feedOf(await signedIn(service, 'peer', { peerId: first?.peerId ?? '' }));
    const mine = async (): Promise<string[]> =>
      (await read(path))
        .filter(({ title }) => title.includes('Walsall'))
        .map(({ title, from }) => `${from} ${title.split(':')[0] ?? ''}`)
        .sort();
    expect(await mine()).toEqual([]);
    for (const { id } of invitations) await service.done('adviser', 'post', `/api/invitations/${id}/accept`);
    expect(await mine()).toEqual([
      '2027-10-04 Peer team meets',
      '2027-10-05 Finance peer review',
      '2028-08-07 About now',
    ]);
    await service.source.query(
      `UPDATE visits SET state = 'dated' WHERE challenge_id = $1 AND type = 'progress_review'`,
      [challenge.id],
    );
    expect(await mine()).toEqual(['2027-10-04 Peer team meets', '2027-10-05 Finance peer review']);
    await service.done('adviser', 'post', `/api/invitations/${first?.id ?? ''}/decline`, { reason: 'ill' });
    expect(await mine()).toEqual([]);
  });
});

describe('the address of a feed', () => {
  it('is made anew by its owner, and the one before opens nothing any more', async () => {
    const adviser = await signedIn(service, 'adviser');
    const [first, second] = [await feedOf(adviser), await feedOf(adviser)];
    expect(first).not.toBe(second);
    const server = service.app.getHttpServer();
    expect((await request(server).get(first)).status).toBe(404);
    expect((await request(server).get(second)).status).toBe(200);
    expect((await request(server).get('/feeds/made-up.ics')).status).toBe(404);
  });

  it('opens nothing any more once its owner signs out everywhere, or has another address', async () => {
    const adviser = await signedIn(service, 'adviser');
    const server = service.app.getHttpServer();
    const path = await feedOf(adviser);
    const { text } = await adviser.get('/account');
    const [, key = ''] = /name="key" value="([0-9a-f]+)"/.exec(text) ?? [];
    expect(saidOn(text)).toContain('also ends the private address that a calendar reads');
    expect(key).not.toBe('');
    expect((await request(server).get(path)).status).toBe(200);
    await adviser.post('/account/sessions/end', {});
    expect((await request(server).get(path)).status).toBe(404);
  });

  it('shows nothing once its owner may not sign in any more', async () => {
    const { region } = await given.council(SANDWELL);
    const path = await feedOf(await signedIn(service, 'adviser', { region }));
    expect((await read(path)).length).toBeGreaterThan(0);
    await service.source.query(
      `UPDATE accounts SET state = 'disabled' WHERE region = $1 AND role = 'adviser'`,
      [region],
    );
    const gone = await request(service.app.getHttpServer()).get(path);
    expect([gone.status, gone.text.includes('Sandwell')]).toEqual([200, false]);
  });
});

describe('the feed of a challenge manager', () => {
  it('has the visits that they run, and an empty one is a calendar too', async () => {
    const manager = await signedIn(service, 'manager');
    const feed = await feedOf(manager);
    expect(await read(feed)).toEqual([]);
    const { id } = await given.confirmed(SANDWELL, [{ start: '2027-09-07', days: 3 }]);
    expect(await read(feed)).toEqual([]);
    await service.source.query(
      `INSERT INTO challenge_people (challenge_id, account_id, role) SELECT $1, id, 'manager' FROM accounts WHERE role = 'manager' ORDER BY created_at DESC LIMIT 1`,
      [id],
    );
    expect((await read(feed)).map(({ from }) => from)).toEqual(['2027-09-07']);
  });
});

describe('the start page of a challenge manager', () => {
  it('has the challenges that they work for, and all of England one link away', async () => {
    const manager = await signedIn(service, 'manager');
    const other = await given.council('E08000001');
    await given.scoped('E08000001', [{ start: '2027-10-05', days: 3 }]);
    expect((await manager.get('/')).text).toContain(other.name);
    const { id } = await given.scoped('E06000022', [{ start: '2027-10-12', days: 3 }]);
    await service.source.query(
      `INSERT INTO challenge_people (challenge_id, account_id, role) SELECT $1, id, 'manager' FROM accounts WHERE role = 'manager' ORDER BY created_at DESC LIMIT 1`,
      [id],
    );
    const own = saidOn((await manager.get('/')).text);
    expect(own).toContain('The challenge that you work for.');
    expect(own).toContain('Bath and North East Somerset');
    expect(own).not.toContain(other.name);
    expect(saidOn((await manager.get('/?of=all')).text)).toContain(other.name);
    // A step that is theirs and late is theirs to do, not to chase.
    await service.source.query(
      `UPDATE challenges SET state = 'reporting', first_day = current_date - 90, last_day = current_date - 88 WHERE id = $1`,
      [id],
    );
    const now = saidOn((await manager.get('/')).text);
    expect(now).toMatch(/Needs you now \([1-9]\).*Draft report.*Late \(0\)/);
    // What ended is no work any more.
    await service.source.query(`UPDATE challenges SET state = 'cancelled' WHERE id = $1`, [id]);
    expect(saidOn((await manager.get('/')).text)).toContain(other.name);
  });
});
