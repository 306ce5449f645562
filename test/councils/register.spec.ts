import { Council } from '../../src/councils/council.entity.js';
import { Given } from '../support/given.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  given = new Given(service);
});
afterAll(() => service.stop());

const csvOf = async (path: string): Promise<string> => (await service.send('admin', 'get', path)).text;
const stripMark = (text: string): string => text.replace(/^\uFEFF/, '');

describe('the register', () => {
  it('holds the 317 councils of England, by type and region', async () => {
    const councils = await service.source.manager.findBy(Council, { body: 'council' });
    const count = (of: (council: Council) => string | null): Record<string, number> =>
      councils.reduce<Record<string, number>>(
        (sum, council) => ({ ...sum, [of(council) ?? '']: (sum[of(council) ?? ''] ?? 0) + 1 }),
        {},
      );
    expect(councils).toHaveLength(317);
    expect(count(({ type }) => type)).toEqual({
      county: 21,
      district: 164,
      unitary: 63,
      metropolitan: 36,
      london_borough: 33,
    });
    expect(count(({ region }) => region)).toEqual({
      'East Midlands': 39,
      'East of England': 50,
      London: 33,
      'North East': 12,
      'North West': 36,
      'South East': 70,
      'South West': 29,
      'West Midlands': 33,
      'Yorkshire and The Humber': 15,
    });
    const people = councils
      .filter(({ type }) => type !== 'county')
      .reduce((sum, { population }) => sum + (population ?? 0), 0);
    expect(Math.abs(people - 56_550_138)).toBeLessThan(50_000);
    expect(
      councils.filter(({ leadingGroup, controlAsOf }) => leadingGroup !== null && controlAsOf === null),
    ).toEqual([]);
    expect(councils.every(({ population }) => (population ?? 1) % 1000 === 0)).toBe(true);
    expect(councils.every(({ elections }) => elections.pattern !== null)).toBe(true);
  });

  it('knows neighbours both ways, with counties and their districts among them', async () => {
    const oneWay = await service.source.query<unknown[]>(
      `SELECT 1 FROM council_links a WHERE relation = 'neighbour' AND NOT EXISTS (SELECT FROM council_links b WHERE b.relation = 'neighbour' AND b.council_id = a.other_id AND b.other_id = a.council_id)`,
    );
    expect(oneWay).toEqual([]);
    const canterbury = await given.council('E07000106');
    const { neighbours, comparable } = await service.done<{ neighbours: string[]; comparable: string[] }>(
      'board',
      'get',
      `/api/councils/${canterbury.id}`,
    );
    expect(neighbours).toEqual(
      expect.arrayContaining(['E07000105', 'E07000108', 'E07000113', 'E07000114', 'E10000016']),
    );
    expect(comparable.length).toBeGreaterThanOrEqual(8);
  });

  it('comes out as the file that goes in, and importing it changes nothing', async () => {
    const before = await csvOf('/api/councils/export');
    expect(
      await service.done('admin', 'post', '/api/councils/import?dryRun=true', stripMark(before)),
    ).toMatchObject({
      dryRun: true,
      added: 0,
    });
    await service.done('admin', 'post', '/api/councils/import', before);
    expect(await csvOf('/api/councils/export')).toBe(before);
  });

  it('refuses a file with faults whole, and names each row', async () => {
    const file =
      'code,name,body,type,region,population,latitude,longitude,rurality\nX1234,Good,council,district,South East,1000,51,1,2\nX1235,,council,village,South East,none,151,1,9\n';
    const response = await service.send('admin', 'post', '/api/councils/import', file);
    expect(response.status).toBe(400);
    const pointers = (response.body as { errors: { pointer: string }[] }).errors.map(
      ({ pointer }) => pointer,
    );
    expect(pointers).toEqual(['row 3, type', 'row 3, population', 'row 3, latitude', 'row 3, rurality']);
    expect(await service.source.manager.existsBy(Council, { code: 'X1234' })).toBe(false);
  });

  it('takes in other host bodies, a partnership with its members', async () => {
    const added = await service.done('programme', 'post', '/api/councils', {
      code: 'KMICS',
      name: 'Kent and Medway care system',
      body: 'partnership',
      region: 'South East',
      members: ['E10000016', 'E06000035'],
    });
    expect(added).toMatchObject({ body: 'partnership', members: ['E10000016', 'E06000035'] });
    expect(
      (
        await service.send('programme', 'post', '/api/councils', {
          code: 'KMICS',
          name: 'Again',
          body: 'partnership',
        })
      ).status,
    ).toBe(409);
    const challenge = await service.done('adviser', 'post', '/api/challenges', {
      councilId: added.id as string,
      kind: 'care-and-health-system',
      windows: [{ start: '2027-06-08', days: 2 }],
    });
    expect(challenge.state).toBe('enquiry');
  });

  it('is read page by page', async () => {
    const codes: string[] = [];
    let path: string | null = '/api/councils?limit=100&body=council';
    while (path !== null) {
      const response: Awaited<ReturnType<Service['send']>> = await service.send('board', 'get', path);
      codes.push(...(response.body as { code: string }[]).map(({ code }) => code));
      path = /<([^>]+)>; rel="next"/.exec(response.headers.link ?? '')?.[1] ?? null;
    }
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBeGreaterThanOrEqual(317);
    expect((await service.send('board', 'get', '/api/councils?after=nonsense')).status).toBe(400);
  });
});

describe('policy', () => {
  it('is changed with a reason by a programme manager, and keeps who changed what', async () => {
    const response = await service.send('programme', 'get', '/api/policies/weights');
    const { content } = response.body as { content: Record<string, number> };
    const put = { content: { ...content, sameRegion: 7 }, reason: 'prefer other regions' };
    expect((await service.send('programme', 'put', '/api/policies/weights', put)).status).toBe(428);
    await service.done('programme', 'put', '/api/policies/weights', put, {
      'If-Match': String(response.headers.etag),
    });
    expect(
      (
        await service.send('programme', 'put', '/api/policies/weights', put, {
          'If-Match': String(response.headers.etag),
        })
      ).status,
    ).toBe(412);
    const history = await service.done<object[]>('board', 'get', '/api/policies/weights/history');
    expect(history).toMatchObject([
      { reason: 'prefer other regions', before: { sameRegion: 2 }, after: { sameRegion: 7 } },
    ]);
  });

  it('refuses content of the wrong form with the path, what was found and what is allowed', async () => {
    const { version, content } = await service.done<{ version: number; content: object }>(
      'programme',
      'get',
      '/api/policies/kind:corporate',
    );
    const response = await service.send(
      'programme',
      'put',
      '/api/policies/kind:corporate',
      { content: { ...content, days: 9, extra: 1 }, reason: 'x' },
      { 'If-Match': `"${String(version)}"` },
    );
    expect(response.status).toBe(400);
    expect((response.body as { errors: object[] }).errors).toEqual([
      { pointer: 'days', detail: 'found 9; allowed: a whole number from 1 to 5' },
      { pointer: 'extra', detail: expect.stringContaining('found an unknown key') as unknown },
    ]);
  });

  it('knows every kind of the catalogue, each with seats that policy can name', async () => {
    const all = await service.done<{ id: string; seats: { positions: string[]; skills: object }[] }[]>(
      'board',
      'get',
      '/api/kinds',
    );
    expect(all.length).toBeGreaterThanOrEqual(25);
    const positions = new Set(
      (await service.done<{ id: string }[]>('board', 'get', '/api/positions')).map(({ id }) => id),
    );
    const skills = new Set(
      (await service.done<{ id: string }[]>('board', 'get', '/api/skills')).map(({ id }) => id),
    );
    for (const { seats } of all)
      for (const seat of seats) {
        expect(seat.positions.filter((id) => !positions.has(id))).toEqual([]);
        expect(Object.keys(seat.skills).filter((id) => !skills.has(id))).toEqual([]);
      }
  });
});
