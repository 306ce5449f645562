import { shortened } from '../../src/web/networks.js';
import { Given } from '../support/given.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';
import { NotedReads } from '../../src/people/noted-reads.js';

let service: Service;
let peer: string;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  ({ id: peer } = await new Given(service).peer({ class: 'officer', positions: ['s151'] }));
});
afterAll(() => service.stop());

/** What the trail says of who looked at people, once it is written. */
async function looks(): Promise<{ action: string; subject: string }[]> {
  await service.app.get(NotedReads).write();
  return service.source.query(
    `SELECT action, subject FROM audit_entries WHERE action IN ('peer.read', 'people.exported') ORDER BY id`,
  );
}

describe('the audit trail', () => {
  it('says who of the office looked at the record of a peer, once an hour', async () => {
    const [one, other] = [await signedIn(service, 'programme'), await signedIn(service, 'manager')];
    for (const page of [`/peers/${peer}`, `/peers/${peer}/availability`, `/peers/${peer}`])
      await one.get(page);
    await other.get(`/peers/${peer}`);
    expect(await looks()).toEqual([
      { action: 'peer.read', subject: `peer:${peer}` },
      { action: 'peer.read', subject: `peer:${peer}` },
    ]);
  });

  it('says who saved people as a file, or listed them by the API', async () => {
    const before = (await looks()).length;
    const office = await signedIn(service, 'programme');
    for (const path of ['/peers/export.csv', '/recruiting.csv', '/imports/availability.csv'])
      expect((await office.get(path)).status).toBe(200);
    await service.done('programme', 'get', '/api/peers');
    expect((await looks()).slice(before).map(({ subject }) => subject)).toEqual([
      '/peers/export.csv',
      '/recruiting.csv',
      '/imports/availability.csv',
      '/api/peers',
    ]);
  });

  it('does not say that somebody looked at their own, or was refused', async () => {
    const before = (await looks()).length;
    const [herself, council] = [
      await signedIn(service, 'peer', { peerId: peer }),
      await signedIn(service, 'council'),
    ];
    expect((await herself.get(`/peers/${peer}`)).status).toBe(200);
    expect((await council.get(`/peers/${peer}`)).status).toBe(403);
    expect(await looks()).toHaveLength(before);
  });

  it('does not say of somebody who was erased meanwhile that they were looked at', async () => {
    const before = (await looks()).length;
    const gone = await new Given(service).peer({ class: 'officer', positions: ['s151'] });
    expect((await (await signedIn(service, 'programme')).get(`/peers/${gone.id}`)).status).toBe(200);
    await service.source.query('DELETE FROM peer_changes WHERE peer_id = $1', [gone.id]);
    await service.source.query('DELETE FROM peers WHERE id = $1', [gone.id]);
    expect(await looks()).toHaveLength(before);
  });

  it('loses no look where the database is busy at that moment', async () => {
    const before = (await looks()).length;
    await service.asOwner('REVOKE INSERT ON audit_waiting FROM critical_friend_app');
    await (
      await signedIn(service, 'adviser').catch(() => signedIn(service, 'adviser'))
    ).get(`/peers/${peer}`);
    expect(await looks()).toHaveLength(before);
    await service.asOwner('GRANT INSERT ON audit_waiting TO critical_friend_app');
    expect(await looks()).toHaveLength(before + 1);
  });
});

it.each([
  ['203.0.113.77', '203.0.113.0'],
  ['::ffff:203.0.113.77', '203.0.113.0'],
  ['203.0.113.77:40023', '203.0.113.0'],
  ['2001:db8:77:1234:5678:9abc:def0:1', '2001:db8:77::'],
  ['2001:db8::1', '2001:db8:0::'],
  ['[2001:db8:77::1]:443', '2001:db8:77::'],
])('the log of requests says of %s that it is of %s', (address, network) => {
  expect(shortened(address)).toBe(network);
});
