import { Peer } from '../../src/peers/peer.entity.js';
import { Given } from '../support/given.js';
import { eventually, Service } from '../support/service.js';

let service: Service;
let id: string;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  ({ id } = await new Given(service).peer({ class: 'officer', positions: ['s151'] }));
}, 60_000);
afterAll(() => service.stop());

/** A change by somebody else that is not committed before the other has come to where it waits. */
async function whileChanging(sql: string, work: () => Promise<unknown>): Promise<void> {
  const runner = service.source.createQueryRunner();
  await runner.startTransaction();
  await runner.query(sql, [id]);
  const done = work();
  await eventually(async () => {
    const rows = await service.source.query<unknown[]>(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  }, 'somebody who waits');
  await runner.commitTransaction();
  await runner.release();
  await done;
}

const peer = (): Promise<Peer> => service.source.manager.findOneByOrFail(Peer, { id });

describe('a file of the pool that is taken in while somebody changes a peer', () => {
  it('does not undo what was read of the peer’s calendar', async () => {
    await whileChanging(
      `UPDATE peers SET version = version + 1, availability = availability || '{"calendar": [{"from": "2027-03-01", "to": "2027-03-01", "state": "busy"}]}' WHERE id = $1`,
      () =>
        service.done(
          'programme',
          'post',
          '/api/peers/availability/import',
          `peer,from,to,state\n${id},2027-04-01,2027-04-02,busy\n`,
        ),
    );
    const { availability } = await peer();
    expect(availability.ranges).toEqual([{ from: '2027-04-01', to: '2027-04-02', state: 'busy' }]);
    expect(JSON.stringify(availability)).toContain('2027-03-01');
  });
});
