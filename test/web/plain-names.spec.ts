import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  office = await signedIn(service, 'programme');
  const given = new Given(service);
  for (const name of ['Siobhán O’Brien', 'Jean-Luc Søren', 'Zoe\u0308 Müller', 'Ann Marsh'])
    await given.peer({ name, class: 'officer', positions: ['s151'] });
}, 60_000);
afterAll(() => service.stop());

describe('somebody is found by what is typed', () => {
  it.each([
    ["o'brien", ['Siobhán O’Brien']],
    ['O’BRIEN', ['Siobhán O’Brien']],
    ['obrien', ['Siobhán O’Brien']],
    ['siobhan', ['Siobhán O’Brien']],
    ['Siobhan  O`Brien', ['Siobhán O’Brien']],
    ['jean luc', ['Jean-Luc Søren']],
    ['Jean–Luc', ['Jean-Luc Søren']],
    ['soren', ['Jean-Luc Søren']],
    ['zoë', ['Zoe\u0308 Müller']],
    ['muller', ['Zoe\u0308 Müller']],
    ['r', ['Ann Marsh', 'Jean-Luc Søren', 'Siobhán O’Brien', 'Zoe\u0308 Müller']],
    ['%', []],
    ["'", []],
    ['\\', []],
    ['Anne', []],
  ])('%s', async (typed, names) => {
    const found = await service.done<{ name: string }[]>(
      'programme',
      'get',
      `/api/peers?name=${encodeURIComponent(typed)}`,
    );
    expect(found.map(({ name }) => name)).toEqual(names);
    const page = (await office.get(`/peers?name=${encodeURIComponent(typed)}`)).text;
    for (const name of ['Siobhán O’Brien', 'Jean-Luc Søren', 'Ann Marsh'])
      expect([name, page.includes(`>${name}<`)]).toEqual([name, names.includes(name)]);
  });
});

describe('a council is found by what is typed', () => {
  it.each([
    ['kings lynn', 'King’s Lynn and West Norfolk'],
    ['brighton & hove', 'Brighton and Hove'],
    ['stoke on trent', 'Stoke-on-Trent'],
    ['st helens', 'St. Helens'],
  ])('%s', async (typed, name) => {
    const plain = (text: string): string => text.toLowerCase().replace(/['’.]/g, '').replaceAll('-', ' ');
    const found = await service.done<{ name: string }[]>(
      'programme',
      'get',
      `/api/councils?name=${encodeURIComponent(typed)}`,
    );
    expect(found.map((council) => plain(council.name).includes(plain(name)))).toEqual([true]);
    const page = (await office.get(`/councils?name=${encodeURIComponent(typed)}`)).text;
    expect(plain(page)).toContain(plain(name));
  });

  it('by an index, once there are many', async () => {
    const plan = await service.source.transaction(async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      return tx.query<Record<string, string>[]>(
        `EXPLAIN SELECT id FROM peers p WHERE plain_name(p.name) LIKE '%' || nullif(plain_name($1), '') || '%'`,
        ["o'brien"],
      );
    });
    expect(JSON.stringify(plan)).toContain('peers_plain_name');
  });
});
