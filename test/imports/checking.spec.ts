import { addDays } from '../../src/calendar/dates.js';
import { SYSTEM, type Actor } from '../../src/people/access.js';
import { Files, OFFER, OFFICE } from '../support/files.js';
import { Service } from '../support/service.js';

let service: Service;
let files: Files;

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
  files = new Files(service);
}, 90_000);
afterAll(() => service.stop());

describe('a file that is checked', () => {
  it('says row by row and cell by cell what it would do', async () => {
    const { id, name } = await files.person(0);
    const one = await files.checked(
      'peers',
      `id,name,class,phone\n${id},${name},,07700 900001\n,Zed Quirke,officer,\n`,
    );
    expect(one.counts).toEqual({ added: 1, changed: 1, gone: 0, unchanged: 0 });
    const changes = await files.imports.changes(one.id, '', 0, 50);
    expect(changes).toMatchObject([
      { kind: 'added', name: 'Zed Quirke' },
      {
        kind: 'changed',
        name: expect.stringContaining(name) as string,
        cells: [{ column: 'phone', is: '07700 900001' }],
      },
    ]);
    expect(await files.imports.changes(one.id, 'changed', 0, 50)).toHaveLength(1);
    expect(one.readAs).toBe('Read as UTF-8, commas.');
  });

  it('names all its faults, each beside its row, though only some are shown', async () => {
    const rows = Array.from(
      { length: 300 },
      (_, n) => `E08000028,singing,2026-10-${String((n % 28) + 1).padStart(2, '0')},maybe,`,
    );
    const { id, state, told } = await files.checked('offers', OFFER + rows.join('\n'));
    expect([state, told]).toEqual([
      'refused',
      'Nothing was imported: 600 faults found. The first 200 are shown.',
    ]);
    const { header, rows: faults } = await files.imports.faults(id);
    expect([header[1], faults.length, faults[599]?.fault.pointer, faults[599]?.cells[1]]).toEqual([
      'kind',
      600,
      'row 301, answer',
      'singing',
    ]);
  });

  it('that is no CSV at all is refused when it is brought, or when it is read', async () => {
    const sent = { text: 'council,kind\n"E0800', isSheet: false, as: [] };
    const brought = files.imports
      .receive(OFFICE, 'offers', '', sent)
      .then(({ id }) => files.work(id).then(() => files.now(id)));
    expect(await brought.then(({ state, told }) => [state, told])).toEqual([
      'refused',
      'The file is not CSV.',
    ]);
  });

  it('is only brought by those who may, and seen by whoever brought it', async () => {
    const sent = { text: OFFER, isSheet: false, as: [] };
    const adviser: Actor = { ...SYSTEM, id: 'account:adviser', role: 'adviser', region: 'London' };
    await expect(files.imports.receive(adviser, 'offers', '', sent)).rejects.toMatchObject({ status: 403 });
    const { id } = await files.imports.receive(OFFICE, 'offers', '', sent);
    await expect(files.imports.one({ ...OFFICE, id: 'account:other' }, id)).rejects.toMatchObject({
      status: 404,
    });
    await expect(files.imports.receive(OFFICE, 'songs', '', sent)).rejects.toMatchObject({ status: 400 });
    await expect(
      files.imports.receive(OFFICE, 'figures', '1066', { ...sent, text: 'measure' }),
    ).rejects.toMatchObject({
      status: 400,
    });
  });
});

describe('what a file does not change', () => {
  it('is refused rather than passed over: of applications, challenges and what is counted', async () => {
    for (const [list, column, other] of [
      ['challenges', 'last_day', '2031-01-31'],
      ['events', 'came', '99'],
      ['applications', 'organisation', 'Somewhere else'],
    ] as const) {
      const [header = '', ...lines] = (await files.saved(list)).replace('\uFEFF', '').trim().split('\n');
      const at = header.split(',').indexOf(column);
      const line = lines.find((one) => !one.includes('"') && /20\d\d-|,.*@/.test(one)) ?? '';
      const cells = line.split(',');
      cells[at] = other;
      const one = await files.checked(list, `${header}\n${cells.join(',')}\n`);
      expect([list, one.state, (await files.imports.faults(one.id)).rows[0]?.fault]).toEqual([
        list,
        'refused',
        {
          pointer: `row 2, ${column}`,
          detail: expect.stringContaining('which a file does not change') as string,
        },
      ]);
    }
  });

  it('nor is taken with the name of another body beside a code, or of another person beside an address', async () => {
    const beside =
      'council,code,kind,state,first_day,last_day\nLeeds City Council,E06000001,finance,closed,2021-03-01,2021-03-02';
    const one = await files.checked('challenges', beside);
    expect((await files.imports.faults(one.id)).rows[0]?.fault.detail).toContain(
      'beside the code of Hartlepool',
    );
    const { id } = await files.person(4);
    const wrong = await files.checked(
      'availability',
      `peer,name,from,to,state\n${id},Nobody Atall,2028-01-03,2028-01-04,busy`,
    );
    expect((await files.imports.faults(wrong.id)).rows[0]?.fault.detail).toContain(
      'were columns sorted by themselves?',
    );
  });

  it('nor what is yet to come as if it had been: offers and who came, until today', async () => {
    const [today, tomorrow] = [service.db.today(), addDays(service.db.today(), 1)];
    const offer = (day: string): string => `${OFFER}E08000028,finance,${day},declined,no`;
    expect((await files.checked('offers', offer(today))).counts?.added).toBe(1);
    const early = await files.checked('offers', offer(tomorrow));
    expect((await files.imports.faults(early.id)).rows[0]?.fault).toEqual({
      pointer: 'row 2, made_on',
      detail: `found ${tomorrow}; allowed: until today`,
    });
    const { email, name } = await files.person(5);
    for (const [day, isRefused] of [
      [today, false],
      [tomorrow, true],
    ] as const) {
      await service.source.query(
        `INSERT INTO events (type, title, held_on, place, kinds, actor) VALUES ('training', 'A day', $1, '', '{}', 'x')`,
        [day],
      );
      const came = await files.checked(
        'places',
        `title,held_on,name,email,attended\nA day,${day},${name},${email},yes`,
      );
      expect([day, came.state === 'refused']).toEqual([day, isRefused]);
    }
    const other = await files.checked(
      'places',
      `title,held_on,name,email,attended\nA day,${today},Nobody Atall,${email},yes`,
    );
    expect((await files.imports.faults(other.id)).rows[0]?.fault.detail).toContain('beside the address of');
  });

  it('and a name that is nearly one is told which it may be', async () => {
    const one = await files.checked('councils', 'code,region\nE06000001,Noth East');
    expect((await files.imports.faults(one.id)).rows[0]?.fault.detail).toMatch(
      /^found "Noth East"; allowed: North East, if that is meant; or of /,
    );
    expect(
      (await files.checked('offers', `${OFFER}Hartlepool,Finance,2026-03-02,Declined,no`)).counts?.added,
    ).toBe(1);
  });
});
