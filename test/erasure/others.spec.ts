import { textColumns } from '../../src/erasure/columns.js';
import { WRITTEN } from '../../src/erasure/erase.js';
import { Erasure } from '../../src/erasure/erasure.entity.js';
import { ErasuresService } from '../../src/erasure/erasures.service.js';
import { SYSTEM } from '../../src/people/access.js';
import { Account } from '../../src/people/account.entity.js';
import { everyRow } from '../support/copies.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { eventually, Service } from '../support/service.js';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start();
  const given = new Given(service);
  await given.peer({ name: 'Mary Jo Bell', class: 'officer', positions: ['head'] });
  await given.scoped('E08000028');
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

const traces = async (text: string): Promise<string[]> =>
  (await everyRow(service.source)).flatMap(({ table, row }) =>
    row.toLowerCase().includes(text) ? [table] : [],
  );

describe('somebody who is no peer', () => {
  it('is erased by the address: an applicant, a contact of a council, an account', async () => {
    await service.source.query(
      `INSERT INTO applications (route, name, email, class, positions, state, actor, version) VALUES ('nominated', 'Bob Cole', 'bob@apply.example', 'officer', '{head}', 'nominated', 'x', 1)`,
    );
    const looked = saidOn((await office.post('/erasures/look', { email: 'Bob@apply.example' })).text);
    expect(looked).toContain('what 1 application said');
    await office.post('/erasures', { email: 'Bob@apply.example', sure: 'yes' });
    await eventually(async () => (await traces('bob@apply.example')).length === 0, 'the erasure');
    const [row] = await service.source.query<object[]>(
      `SELECT state, name FROM applications WHERE route = 'nominated'`,
    );
    expect(row).toEqual({ state: 'withdrawn', name: 'Erased person' });
  });

  it('is not said to be gone while anything is left anywhere', async () => {
    const { source } = service;
    await source.query(`INSERT INTO applications (route, name, email, class, positions, state, actor, version)
      VALUES ('nominated', 'Cat Dale', 'cat@apply.example', 'officer', '{head}', 'nominated', 'x', 1)`);
    await source.query(
      `INSERT INTO bullmq.meta (queue, field, value) VALUES ('x', 'x', 'to cat@apply.example')`,
    );
    const erasures = service.app.get(ErasuresService);
    const { id } = await erasures.erase(SYSTEM, { email: 'cat@apply.example' });
    await expect(erasures.forgetOutside(id)).rejects.toThrow('something is left in bullmq.meta.value');
    expect(saidOn((await office.get('/erasures')).text)).toContain(
      'the search for what is left is not done yet',
    );
    await source.query(`DELETE FROM bullmq.meta WHERE queue = 'x'`);
    await erasures.forgetOutside(id);
    const [{ forget } = { forget: undefined }] = await source.manager.findBy(Erasure, { id });
    expect(forget).toBeNull();
  });

  it.each(['District Council', 'Peer Challenge', 'Jo Bell'])(
    'takes no word of ours with them, and nobody else’s name: %s',
    async (name) => {
      const email = `${name.replace(' ', '.')}@odd.example`;
      await service.source.query(
        `INSERT INTO applications (route, name, email, class, positions, state, actor, version) VALUES ('applied', $1, $2, 'officer', '{head}', 'declined', 'x', 1)`,
        [name, email],
      );
      const print = (): Promise<object[]> =>
        service.source.query(
          `SELECT md5(string_agg(name, '' ORDER BY id)) AS councils, (SELECT md5(string_agg(content::text, '' ORDER BY id)) FROM policies) AS policies,
             (SELECT md5(string_agg(subject || coalesce(body, ''), '' ORDER BY id)) FROM messages WHERE lower(recipient) <> $1) AS mails FROM councils`,
          [email.toLowerCase()],
        );
      const before = await print();
      const { counts } = await service.app.get(ErasuresService).erase(SYSTEM, { email });
      expect([await print(), counts.namesLeft]).toEqual([before, true]);
    },
  );

  it('is no administrator, unless an administrator does it, and never the last', async () => {
    const { email } = await service.source.manager.save(Account, {
      email: 'root@staff.example',
      name: 'Rita Root',
      role: 'admin' as const,
    });
    expect((await office.post('/erasures', { email, sure: 'yes' })).status).toBe(403);
    await expect(service.app.get(ErasuresService).erase(SYSTEM, { email })).rejects.toThrow(
      'last administrator',
    );
    expect((await office.post('/erasures', { peerId: 'x', sure: 'yes' })).status).toBe(400);
  });

  it('is not whoever does it', async () => {
    const own = await service.source.manager.findOneByOrFail(Account, { role: 'programme' });
    const refused = await office.post('/erasures', { email: own.email, sure: 'yes' });
    expect([refused.status, saidOn(refused.text).includes('This is your own account')]).toEqual([409, true]);
  });
});

it('names are looked for in columns that are there', async () => {
  const columns = (await textColumns(service.source.manager)).map(
    ({ table, column }) => `${table}.${column}`,
  );
  const wanted = Object.entries(WRITTEN).flatMap(([table, names]) =>
    names.map((name) => `public.${table}.${name}`),
  );
  expect(wanted.filter((column) => !columns.includes(column))).toEqual([]);
});
