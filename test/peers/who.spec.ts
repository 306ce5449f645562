import { addDays, londonDate } from '../../src/calendar/dates.js';
import { Given } from '../support/given.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  given = new Given(service);
});
afterAll(() => service.stop());

describe('who a peer is', () => {
  it('whoever changes council keeps the one before as a former home, by a file too, which taken in again forgets nothing', async () => {
    const [before, after] = [await given.council('E08000001'), await given.council('E08000028')];
    const { id } = await given.peer({ class: 'officer', positions: ['head'], councilId: before.id });
    const file = `id,council,homes\n${id},E08000028,\n`;
    await service.done('programme', 'post', '/api/peers/import', file);
    const homes = async (): Promise<unknown> =>
      (await service.done<{ homes: unknown }>('programme', 'get', `/api/peers/${id}`)).homes;
    const former = [{ councilId: before.id, from: null, to: addDays(londonDate(new Date()), -1) }];
    expect(await homes()).toEqual(former);
    await service.done('programme', 'post', '/api/peers/import', file);
    expect(await homes()).toEqual(former);
    await service.done('programme', 'post', '/api/peers/import', `id,homes\n${id},none\n`);
    expect(await homes()).toEqual([]);
    const change = { councilId: null };
    const { version } = await service.done<{ version: number }>('programme', 'get', `/api/peers/${id}`);
    await service.done('programme', 'patch', `/api/peers/${id}`, change, {
      'If-Match': `"${String(version)}"`,
    });
    expect(await homes()).toEqual([{ ...former[0], councilId: after.id }]);
    const backward = { homes: [{ councilId: before.id, from: '2026-02-01', to: '2026-01-01' }] };
    const sent = await service.send('programme', 'patch', `/api/peers/${id}`, backward, {
      'If-Match': `"${String(version + 1)}"`,
    });
    expect(sent.status).toBe(400);
  });

  it('one address is one person, by the API and by a file, also at once', async () => {
    const email = 'aisha.begum@peers.example';
    const add = (by: object): Promise<Awaited<ReturnType<Service['send']>>> =>
      service.send('programme', 'post', '/api/peers', {
        name: 'Aisha Begum',
        class: 'officer',
        email,
        ...by,
      });
    const sent = await Promise.all([add({}), add({}), add({ email: email.toUpperCase() })]);
    expect(sent.map(({ status }) => status).sort()).toEqual([201, 400, 400]);
    expect(JSON.stringify((await add({})).body)).toContain(
      'the address of Aisha Begum: perhaps the same person',
    );
    const file = async (rows: string): Promise<string> => {
      const sentIn = await service.send(
        'programme',
        'post',
        '/api/peers/import',
        `name,class,email\n${rows}`,
      );
      expect(sentIn.status).toBe(400);
      return JSON.stringify(sentIn.body);
    };
    expect(await file(`A Begum,officer,${email}\n`)).toContain('row 2, email');
    expect(await file('A,officer,new@peers.example\nB,officer,New@peers.example\n')).toContain('twice');
    const other = await service.done<{ id: string }>('programme', 'post', '/api/peers', {
      name: 'Ben',
      class: 'officer',
    });
    const moved = await service.send(
      'programme',
      'patch',
      `/api/peers/${other.id}`,
      { email },
      { 'If-Match': '"1"' },
    );
    expect(moved.status).toBe(400);
  });
});
