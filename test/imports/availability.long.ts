import { stateOn, type Availability } from '../../src/peers/availability.js';
import { Files } from '../support/files.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

const HEADER = 'peer,name,from,to,state,said_on\n';
const HELD = {
  patterns: [],
  ranges: [
    { from: '2026-09-01', to: '2026-12-31', state: 'busy' },
    { from: '2027-02-01', to: '2027-02-28', state: 'ask' },
  ],
  confirmedOn: '2026-10-02',
} as const;

let service: Service;
let files: Files;

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
  files = new Files(service);
}, 90_000);
afterAll(() => service.stop());

/** Somebody of the pool who has said what is held, and what a row of theirs begins with. */
async function somebody(nth: number): Promise<{ id: string; row: string; now: () => Promise<Availability> }> {
  const { id, name } = await files.person(nth);
  await service.source.query('UPDATE peers SET availability = $2 WHERE id = $1', [id, HELD]);
  const now = async (): Promise<Availability> => {
    const [row] = await service.source.query<{ availability: Availability }[]>(
      'SELECT availability FROM peers WHERE id = $1',
      [id],
    );
    return row?.availability ?? { patterns: [], ranges: [], confirmedOn: null };
  };
  return { id, row: `${id},${name}`, now };
}

describe('a file of when peers are busy', () => {
  it('adds to what is held, and counts as said by nobody', async () => {
    const { row, now } = await somebody(0);
    await files.entered(await files.checked('availability', `${HEADER}${row},2026-10-05,2026-10-09,free,\n`));
    expect(await now()).toEqual({
      ...HELD,
      ranges: [...HELD.ranges, { from: '2026-10-05', to: '2026-10-09', state: 'free' }],
    });
  });

  it('takes the place of all between two days where that is asked for, of the peers in it alone', async () => {
    const { row, now } = await somebody(1);
    const other = await somebody(2);
    const looked = await files.checked(
      'availability',
      `${HEADER}${row},2026-11-02,2026-11-06,busy,\n`,
      '2026-10-01/2027-02-10',
    );
    expect(looked.counts).toMatchObject({ added: 3, gone: 2, changed: 0 });
    await files.entered(looked);
    const said = await now();
    expect(said.ranges).toEqual([
      { from: '2026-09-01', to: '2026-09-30', state: 'busy' },
      { from: '2027-02-11', to: '2027-02-28', state: 'ask' },
      { from: '2026-11-02', to: '2026-11-06', state: 'busy' },
    ]);
    expect(['2026-09-30', '2026-10-01', '2026-11-02', '2027-02-10'].map((day) => stateOn(said, day))).toEqual(
      ['busy', 'free', 'busy', 'free'],
    );
    expect(await other.now()).toEqual(HELD);
  });

  it('says nothing of days outside those that it stands for: all of the list may come back', async () => {
    const { row, now } = await somebody(1);
    const looked = await files.checked(
      'availability',
      `${HEADER}${row},2026-09-01,2026-12-31,busy,\n${row},2027-02-01,2027-02-28,ask,\n`,
      '2026-10-01/2027-02-10',
    );
    expect(looked.counts).toMatchObject({ added: 0, changed: 0, gone: 0 });
    await files.entered(
      await files.checked(
        'availability',
        `${HEADER}${row},2026-05-01,2026-10-02,ask,\n`,
        '2026-10-01/2027-02-10',
      ),
    );
    expect((await now()).ranges).toEqual([
      { from: '2026-09-01', to: '2026-09-30', state: 'busy' },
      { from: '2027-02-11', to: '2027-02-28', state: 'ask' },
      { from: '2026-10-01', to: '2026-10-02', state: 'ask' },
    ]);
  });

  it('says by a row without days that nothing is left of them; where days are added that is refused', async () => {
    const { row, now } = await somebody(1);
    const refused = await files.checked('availability', `${HEADER}${row},,,,\n`);
    expect((await files.imports.faults(refused.id)).rows.map(({ fault }) => fault.pointer)).toEqual([
      'row 2, from',
      'row 2, to',
      'row 2, state',
    ]);
    await files.entered(
      await files.checked('availability', `${HEADER}${row},,,,\n`, '2026-10-01/2027-03-31'),
    );
    expect((await now()).ranges).toEqual([{ from: '2026-09-01', to: '2026-09-30', state: 'busy' }]);
    // Half of a row is a slip, and not nothing.
    const half = await files.checked(
      'availability',
      `${HEADER}${row},2026-10-05,,busy,\n`,
      '2026-10-01/2027-03-31',
    );
    expect((await files.imports.faults(half.id)).rows.map(({ fault }) => fault.pointer)).toEqual([
      'row 2, to',
    ]);
  });

  it.each(['2026-10-01', '2027-03-31/2026-10-01', '2026-02-30/2026-03-31', '1 Oct to 31 Mar'])(
    'stands for no days that are none: %s',
    async (days) => {
      await expect(files.checked('availability', HEADER, days)).rejects.toMatchObject({
        errors: [{ pointer: '/about', detail: expect.stringContaining(`found "${days}"`) as string }],
      });
    },
  );

  it('counts as said by the peer by the day in it, which goes on and not back', async () => {
    const { row, now } = await somebody(3);
    const looked = await files.checked(
      'availability',
      `${HEADER}${row},2026-09-01,2026-12-31,busy,2026-11-20\n`,
    );
    expect(looked.counts).toMatchObject({ added: 0, gone: 0, changed: 2 });
    await files.entered(looked);
    expect(await now()).toEqual({ ...HELD, confirmedOn: '2026-11-20' });
    const again = await files.checked(
      'availability',
      `${HEADER}${row},2026-09-01,2026-12-31,busy,2026-11-01\n`,
    );
    expect(again.counts).toMatchObject({ added: 0, gone: 0, changed: 0 });
  });

  it('that is older than what the peer said since is refused, by row', async () => {
    const { row, now } = await somebody(4);
    const { id, state } = await files.checked(
      'availability',
      `${HEADER}${row},2026-10-05,2026-10-09,free,2026-10-01\n`,
    );
    expect(state).toBe('refused');
    expect((await files.imports.faults(id)).rows[0]?.fault).toEqual({
      pointer: 'row 2, said_on',
      detail: expect.stringMatching(
        /found "2026-10-01", and .* said something on 2026-10-02; allowed/,
      ) as string,
    });
    expect(await now()).toEqual(HELD);
    const other = await files.checked(
      'availability',
      `${HEADER}${row},2026-10-05,2026-10-09,free,\n${row},2026-10-12,2026-10-13,free,2026-10-01\n`,
    );
    expect((await files.imports.faults(other.id)).rows[0]?.fault.pointer).toBe('row 3, said_on');
  });

  it('tells of no day to come on which somebody said it', async () => {
    const { row } = await somebody(4);
    const { id } = await files.checked(
      'availability',
      `${HEADER}${row},2026-10-05,2026-10-09,free,2099-01-01\n`,
    );
    expect((await files.imports.faults(id)).rows[0]?.fault.detail).toBe(
      'found "2099-01-01"; allowed: no day to come',
    );
  });
});

describe('the page of imports', () => {
  let office: PageSession;
  beforeAll(async () => {
    const { id } = (
      await service.source.query<[{ id: string }]>(`SELECT id FROM accounts WHERE role = 'programme' LIMIT 1`)
    )[0];
    office = await new PageSession(service.app).be(id);
  });

  it('asks for the days of availability, both or neither', async () => {
    const { row } = await somebody(5);
    const content = `${HEADER}${row},2026-11-02,2026-11-06,busy,\n`;
    const send = (days: object): Promise<{ status: number; text: string; headers: { location?: string } }> =>
      office.upload('/imports', { what: 'availability', ...days }, content);
    expect((await send({ from: '2026-10-01', to: '' })).text).toContain('the last of the days, or neither');
    expect((await send({ from: '2026-10-01', to: '2026-09-01' })).text).toContain(
      'a day not before Thursday 1 October 2026',
    );
    const other = await office.upload(
      '/imports',
      { what: 'events', from: '2026-10-01', to: '2026-10-02' },
      'type\n',
    );
    expect(other.text).toContain('only a file of availability stands for all between two days');
    const { headers } = await send({ from: '2026-10-01', to: '2027-02-10' });
    const page = await office.get(headers.location ?? '');
    expect(page.text).toContain('in place of all from Thursday 1 October 2026 to Wednesday 10 February 2027');
    const mended = await office.get('/imports?what=availability&about=2026-10-01/2027-02-10');
    expect(mended.text).toMatch(/name="from"[^>]*value="2026-10-01"[^]*name="to"[^>]*value="2027-02-10"/);
  });
});
