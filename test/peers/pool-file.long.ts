import type { PageSession } from '../support/page-session.js';
import { addressFaults } from '../../src/peers/addresses.js';
import { signedIn } from '../support/people.js';
import { bring, type Brought } from '../support/importing.js';
import { Service } from '../support/service.js';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start();
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

const HEADER = 'name,email,class,party,council,positions,skills,reviews,released_until,phone,organisation';
const row = (cells: Partial<Record<string, string>> = {}): string => {
  const usual: Record<string, string> = {
    name: 'Ann Marsh',
    email: 'ann.marsh@pool.example',
    class: 'officer',
    council: 'E07000106',
    positions: 'head',
    skills: 'finance 4',
    reviews: '2',
    released_until: '2027-09-08',
    phone: '07700 900123',
  };
  return HEADER.split(',')
    .map((column) => cells[column] ?? usual[column] ?? '')
    .join(',');
};
const file = (...rows: string[]): string => [HEADER, ...rows, ''].join('\r\n');
const names = async (): Promise<string[]> =>
  (await service.source.query<{ name: string }[]>('SELECT name FROM peers ORDER BY 1')).map(
    ({ name }) => name,
  );
const upload = (step: 'check' | 'import', content: string | Buffer, what = 'peers'): Promise<Brought> =>
  bring(office, { what, content }, step);

describe('a file of peers as offices save it', () => {
  afterEach(() =>
    service.asOwner('DELETE FROM import_writes', 'DELETE FROM peer_changes', 'DELETE FROM peers'),
  );

  it.each<[string, string | Buffer, string, string]>([
    ['semicolons', file(row()).replaceAll(',', ';'), 'Ann Marsh', 'Read as UTF-8, semicolons.'],
    ['tabs', file(row()).replaceAll(',', '\t'), 'Ann Marsh', 'Read as UTF-8, tabs.'],
    ['a separator said first', `sep=,\r\n${file(row())}`, 'Ann Marsh', 'Read as UTF-8, commas.'],
    [
      'days with the day first',
      file(row({ released_until: '08/09/2027' })),
      'Ann Marsh',
      'Read as UTF-8, commas, dates day first.',
    ],
    [
      'old letters',
      Buffer.from(file(row({ name: 'Ann O\u0092Brien' })), 'latin1'),
      'Ann O’Brien',
      'Read as Windows-1252, commas.',
    ],
    ['wide letters', Buffer.from(`\uFEFF${file(row())}`, 'utf16le'), 'Ann Marsh', 'Read as UTF-16, commas.'],
    [
      'letters of two signs',
      file(row({ name: 'Zoe\u0308 Bronte\u0308' })),
      'Zoë Brontë',
      'Read as UTF-8, commas.',
    ],
    [
      'a space that does not break',
      file(row({ name: 'Ann\u00a0Marsh' })),
      'Ann Marsh',
      'Read as UTF-8, commas.',
    ],
    [
      'empty columns and rows at the end',
      file(row()).replaceAll('\r\n', ',,,\r\n') + ',,,\r\n,,\r\n',
      'Ann Marsh',
      'Read as UTF-8, commas.',
    ],
  ])('is taken with %s, and said how it was read', async (_, content, name, said) => {
    const checked = await upload('check', content);
    expect([checked.text, await names()]).toEqual([expect.stringContaining(said), []]);
    expect((await upload('import', content)).text).toContain('1 row added');
    expect(await names()).toEqual([name]);
    const [peer] = await service.source.query<{ released_until: string }[]>(
      'SELECT released_until::text FROM peers',
    );
    expect(peer?.released_until).toBe('2027-09-08');
  });

  it.each<[string, string, string]>([
    [
      'a code in small letters',
      file(row({ council: 'e07000106' })),
      'Row 2, council: found &quot;e07000106&quot;',
    ],
    [
      'an address twice',
      file(row(), row({ name: 'Anne Marsh' })),
      'Row 3, email: found ann.marsh@pool.example twice',
    ],
    [
      'a formula for a name',
      file(row({ name: '"=HYPERLINK(""http://x"")"' })),
      'Row 2, name: found &quot;=HYPERLINK',
    ],
    ['no rows', file(), 'holds no rows'],
    ['nothing', '', 'The file is empty'],
    [
      'a column twice',
      file(row()).replace('organisation', 'email'),
      'Row 1: found the column &quot;email&quot; twice',
    ],
    [
      'a name of two lines',
      file(row({ name: '"Ann\r\nMarsh"' })),
      'Row 2, name: found a line break in the cell',
    ],
    [
      'a group of an officer',
      file(row({ party: 'Labour' })),
      'Row 2, party: found a party for a peer of class officer',
    ],
    [
      'a post of another class',
      file(row({ positions: 'leader' })),
      'Row 2, positions: found &quot;leader&quot;',
    ],
    ['a quotation mark left open', file(row({ name: '"Ann' })), 'opened and never closed'],
    ['a number in thousands', file(row({ reviews: '"1,000"' })), 'Row 2, reviews: found &quot;1,000&quot;'],
    [
      'a number short of its zero',
      file(row({ phone: '7700900123' })),
      'Row 2, phone: found &quot;7700900123&quot;, which a spreadsheet made of a phone number',
    ],
    [
      'a number made short',
      file(row({ phone: '4.48E+11' })),
      'Row 2, phone: found &quot;4.48E+11&quot;, which a spreadsheet made of a phone number',
    ],
    [
      'a phone number that is none',
      file(row({ phone: 'N/A' })),
      'Row 2, phone: found &quot;N/A&quot;; allowed: a phone number',
    ],
    ['a row with a cell too many', file(`${row()},more`), 'Row 2: found &quot;more&quot; in cell 12'],
    [
      'a day that Americans write',
      file(row({ released_until: '09/25/2027' })),
      'Row 2, released_until: found &quot;09/25/2027&quot;',
    ],
  ])('is refused with %s, and nothing is stored', async (_, content, said) => {
    for (const step of ['check', 'import'] as const) {
      const { isRefused, text } = await upload(step, content);
      expect([isRefused, text]).toEqual([true, expect.stringContaining(said)]);
    }
    expect(await names()).toEqual([]);
  });

  it('is about the peer who has the address and the name of a row, and about nobody who has the address alone', async () => {
    await upload('import', file(row()));
    expect((await upload('check', file(row()))).text).toContain('It would change nothing');
    const changed = file(row({ name: 'ANN marsh', email: 'Ann.Marsh@pool.example', reviews: '5' }));
    expect((await upload('import', changed)).text).toContain('1 row changed');
    const other = await upload('import', file(row({ name: 'Bea Marsh' })));
    expect([other.isRefused, other.text]).toEqual([
      true,
      expect.stringContaining('which is the address of ANN marsh: perhaps the same person'),
    ]);
    expect(await names()).toEqual(['ANN marsh']);
  });

  it('leaves what is held where a cell is empty, and takes it away where one says none', async () => {
    await upload('import', file(row()));
    const cells = {
      name: 'Ann Marsh',
      skills: '',
      positions: '',
      council: '',
      phone: 'none',
      released_until: '',
    };
    expect((await upload('import', file(row(cells)))).text).toContain('1 row changed');
    const [peer] = await service.source.query<object[]>(
      'SELECT skills, positions, phone, council_id IS NULL AS nowhere, released_until::text FROM peers',
    );
    expect(peer).toEqual({
      skills: { finance: 4 },
      positions: ['head'],
      phone: null,
      nowhere: false,
      released_until: '2027-09-08',
    });
  });

  it('with a column sorted by itself is refused, since its rows are about somebody else', async () => {
    const bea = { name: 'Bea Reed', email: 'bea.reed@pool.example' };
    await upload('import', file(row(), row(bea)));
    const [a, b] = await service.source.query<{ id: string }[]>('SELECT id FROM peers ORDER BY name');
    const swapped = `id,name,email\n${b?.id ?? ''},Ann Marsh,ann.marsh@pool.example\n${a?.id ?? ''},Bea Reed,bea.reed@pool.example`;
    const { isRefused, text } = await upload('import', swapped);
    expect([isRefused, text]).toEqual([
      true,
      expect.stringContaining('Row 2, id: found the id of one peer with the name and address of another'),
    ]);
    expect(await names()).toEqual(['Ann Marsh', 'Bea Reed']);
  });

  it('of thousands of people takes a few hundred locks, and keeps an address from two at once', async () => {
    const written = Array.from({ length: 3000 }, (_, n) => ({
      peer: { email: `p${String(n)}@pool.example`, state: 'active' as const },
      pointer: `row ${String(n)}`,
    }));
    await service.db.transact(async (tx) => {
      expect(await addressFaults(tx, written)).toEqual([]);
      const [held] = await tx.query<{ locks: number }[]>(
        `SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()`,
      );
      expect(held?.locks).toBeGreaterThan(100);
      expect(held?.locks).toBeLessThanOrEqual(256);
      // Somebody else with one of them waits.
      const other = service.db.transact(async (second) => {
        await second.query(`SET LOCAL lock_timeout = '100ms'`);
        return addressFaults(second, written.slice(0, 1));
      });
      await expect(other).rejects.toThrow(/lock timeout/);
    });
  });

  it('that is of another kind is told which it looks like', async () => {
    const councils = 'code,name,type\nE07000106,Canterbury,district';
    expect((await upload('import', councils)).text).toContain(
      'This file looks like “Councils”, and “Peers” was chosen',
    );
    expect((await upload('import', file(row()), 'councils')).text).toContain('This file looks like “Peers”');
  });
});
