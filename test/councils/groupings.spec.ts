import { Given } from '../support/given.js';
import { saidOn, signedIn } from '../support/people.js';
import type { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

const LEEDS = 'E08000035';
const SHEFFIELD = 'E08000039';
const SANDWELL = 'E08000028';

let service: Service;
let given: Given;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  given = new Given(service);
  office = await signedIn(service, 'programme');
});
afterAll(() => service.stop());

const load = (rows: string): ReturnType<Service['send']> =>
  service.send('admin', 'post', '/api/councils/import', `code,groupings\n${rows}\n`);
const listed = async (): Promise<string[]> => {
  const found = await service.done<{ code: string }[]>(
    'programme',
    'get',
    '/api/councils?grouping=core-cities',
  );
  return found.map(({ code }) => code);
};

describe('groupings of councils', () => {
  it('come by file, stay where a file does not name them, and are found by the API', async () => {
    expect((await load(`${LEEDS},core-cities; key-cities\n${SHEFFIELD},core-cities`)).status).toBe(200);
    expect(await listed()).toEqual([LEEDS, SHEFFIELD]);
    await service.done('admin', 'post', '/api/councils/import', `code,rurality\n${LEEDS},1\n`);
    expect(await listed()).toEqual([LEEDS, SHEFFIELD]);
    const again = await load(`${LEEDS},core-cities; key-cities`);
    expect(again.body).toMatchObject({ added: 0, changed: 0 });
    const { text } = await service.send('programme', 'get', '/api/councils/export');
    expect(text).toMatch(/^E08000035,.*core-cities; key-cities$/m);
  });

  it('are of the list of policy only', async () => {
    const refused = await load(`${LEEDS},core-towns`);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('found \\"core-towns\\"; allowed: core-cities, key-cities');
  });

  it('are ticked on the page of the bodies joined to a council, which keeps what else it says', async () => {
    const { id } = await given.council(SANDWELL);
    const links = await service.done<{ neighbours: string[] }>('programme', 'get', `/api/councils/${id}`);
    const neighbours = links.neighbours.join('\n');
    const admin = await signedIn(service, 'admin');
    expect((await admin.post(`/councils/${id}/house`, { neighbours, groupings: 'key-cities' })).status).toBe(
      303,
    );
    expect(saidOn((await office.get(`/councils/${id}`)).text)).toContain('Groupings Key cities');
    const wrong = await admin.post(`/councils/${id}/house`, { neighbours, groupings: 'towns' });
    expect(wrong.status).toBe(400);
    expect((await admin.post(`/councils/${id}/house`, { neighbours })).status).toBe(303);
    expect((await given.council(SANDWELL)).groupings).toEqual([]);
  });

  it('are invited by: everybody of councils that belong together gets a place at an event, once', async () => {
    const { id: councilId } = await given.council(SHEFFIELD);
    const [one, away] = [
      await given.peer({ name: 'Pat Place', class: 'officer', positions: ['director'], councilId }),
      await given.peer({ name: 'Pia Paused', class: 'officer', positions: ['director'], councilId }),
    ];
    await service.source.query(`UPDATE peers SET state = 'paused' WHERE id = $1`, [away.id]);
    const event = { type: 'briefing', title: 'Core cities', heldOn: '2027-05-04' };
    const path = String((await office.post('/events', event)).headers.location);
    expect((await office.get(path)).text).toContain('Core cities: 1 peer<');
    for (let times = 0; times < 2; times++)
      expect((await office.post(`${path}/groupings`, { grouping: 'core-cities' })).status).toBe(303);
    const places = await service.source.query<{ peer: string }[]>('SELECT peer_id AS peer FROM event_places');
    expect(places.map(({ peer }) => peer)).toEqual([one.id]);
    const empty = await office.post(`${path}/groupings`, { grouping: 'key-cities' });
    expect([empty.status, empty.text]).toEqual([
      400,
      expect.stringContaining('obody of the pool is of a council that belongs to it'),
    ]);
    expect((await office.post(`${path}/groupings`, { grouping: 'towns' })).status).toBe(400);
  });

  it('narrow the lists of councils, peers and challenges, and where councils stand in the cycle', async () => {
    await given.peer({
      name: 'Lee Leeds',
      class: 'officer',
      positions: ['director'],
      councilId: (await given.council(LEEDS)).id,
    });
    await given.peer({
      name: 'Sam Sandwell',
      class: 'officer',
      positions: ['director'],
      councilId: (await given.council(SANDWELL)).id,
    });
    await given.scoped(LEEDS);
    await given.scoped(SANDWELL);
    for (const [page, within, without] of [
      ['/councils', 'Leeds City Council', 'Sandwell Metropolitan Borough Council'],
      ['/peers', 'Lee Leeds', 'Sam Sandwell'],
      ['/challenges', 'Leeds City Council', 'Sandwell Metropolitan Borough Council'],
      ['/cycle', 'Leeds City Council', 'Sandwell Metropolitan Borough Council'],
    ] as const) {
      const said = saidOn((await office.get(`${page}?grouping=core-cities`)).text);
      expect([page, said.includes(within), said.includes(without)]).toEqual([page, true, false]);
    }
    const { text } = await office.get('/challenges.csv?grouping=core-cities');
    expect(text).toContain('Leeds City Council');
    expect(text).not.toContain('Sandwell');
  });
});
