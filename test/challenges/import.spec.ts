import { Account } from '../../src/people/account.entity.js';
import { Given } from '../support/given.js';
import { bring } from '../support/importing.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start();
  const { id } = await service.source.manager.save(Account, {
    email: 'office@import.example',
    name: 'Office',
    role: 'programme',
    example: true,
  });
  office = await new PageSession(service.app).be(id);
}, 60_000);
afterAll(() => service.stop());

const HEAD = 'code,kind,state,first_day,last_day';
const send = (rows: string[], step: 'check' | 'import' = 'import') =>
  bring(office, { what: 'challenges', content: [HEAD, ...rows].join('\n') }, step);
const count = async (): Promise<number> =>
  (await service.source.query<[{ count: number }]>('SELECT count(*)::int AS count FROM challenges'))[0].count;

describe('challenges from a file', () => {
  it('are what was before this service, which counts in the five-year cycle, and enquiries with their window', async () => {
    const rows = [
      'E08000028,corporate,closed,2024-10-29,2024-10-31',
      'E08000029,finance,enquiry,2027-06-08,2027-06-10',
    ];
    expect((await send(rows, 'check')).text).toContain('It would add 2 rows');
    expect(await count()).toBe(0);
    expect((await send(rows)).text).toContain('2 rows added');
    const { id } = await new Given(service).council('E08000028');
    expect((await office.get(`/councils/${id}`)).text).toContain('due by October 2029');
    const [enquiry] = await service.source.query<{ windows: object[]; seats: object[] }[]>(
      `SELECT windows, seats FROM challenges WHERE state = 'enquiry'`,
    );
    expect(enquiry?.windows).toMatchObject([{ start: '2027-06-08', days: 3 }]);
    expect(enquiry?.seats).toHaveLength(4);
  });

  it('change nothing when the list as it is saved comes back', async () => {
    const saved = (await office.get('/challenges.csv')).text;
    const again = await bring(office, { what: 'challenges', content: saved });
    expect(again.text).toContain('It would change nothing');
    expect(await count()).toBe(2);
  });

  it('are not in one file twice, and its blank rows count', async () => {
    const row = 'E08000031,finance,closed,2024-06-04,2024-06-06';
    const { isRefused, text } = await send([row, '', ',,,,', row]);
    expect([isRefused, text]).toEqual([
      true,
      expect.stringContaining('Row 5, first_day: is the challenge of row 2 too'),
    ]);
    expect(await count()).toBe(2);
  });

  it('are refused whole, with every row and column at fault', async () => {
    const wrong = await send([
      'E08000030,corporate,confirmed,2027-06-08,2027-06-10',
      'E0800003,singing,closed,2024-02-30,',
      'E08000030,corporate,closed,2099-06-08,2099-06-10',
      'E08000030,corporate,closed,2024-06-08,2024-06-20',
    ]);
    expect(wrong.isRefused).toBe(true);
    const text = wrong.text.toLowerCase();
    for (const fault of ['row 3, code', 'row 3, kind', 'row 3, first_day']) expect(text).toContain(fault);
    const late = await send([
      'E08000030,corporate,confirmed,2027-06-08,2027-06-10',
      'E08000030,corporate,closed,2099-06-08,2099-06-10',
    ]);
    for (const fault of ['row 2, state', 'row 3, last_day']) expect(late.text.toLowerCase()).toContain(fault);
    const christmas = await send(['E08000030,corporate,enquiry,2027-12-28,2027-12-30']);
    expect([christmas.isRefused, christmas.text.toLowerCase()]).toEqual([
      true,
      expect.stringContaining('row 2, first_day'),
    ]);
    expect(await count()).toBe(2);
  });
});
