import { Peer } from '../../src/peers/peer.entity.js';
import { ErasuresService } from '../../src/erasure/erasures.service.js';
import { SYSTEM } from '../../src/people/access.js';
import { Council } from '../../src/councils/council.entity.js';
import { HandoverService } from '../../src/reorganisation/handover.service.js';
import { Given } from '../support/given.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const COUNTY = 'E10000030';
const WEST = 'E06900001';
const EAST = 'E06900002';

let service: Service;
let given: Given;
const ids = new Map<string, string>();
const idOf = (code: string): string => ids.get(code) ?? '';

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await service.done(
    'admin',
    'post',
    '/api/councils/import',
    `code,name,body,type,region,population,latitude,longitude,rurality,valid_from\n${WEST},West Surrey Council,council,unitary,South East,660000,51.25,-0.6,2,\n${EAST},East Surrey Council,council,unitary,South East,545000,51.25,-0.2,2,2027-04-01\n`,
  );
  for (const { code, id } of await service.source.manager.find(Council)) ids.set(code, id);
  await service.done('admin', 'post', `/api/councils/${idOf(WEST)}/successions`, {
    predecessors: [COUNTY, 'E07000213'],
    from: '2027-04-01',
  });
}, 60_000);
afterAll(() => service.stop());

const at = (instant: string): void => {
  service.clock.set(new Date(instant));
};
const theDay = (): Promise<void> => service.app.get(HandoverService, { strict: false }).moveDue();
const peer = (id: string): Promise<Peer> => service.source.manager.findOneByOrFail(Peer, { id });
const homeOf = async (id: string): Promise<string | null> => (await peer(id)).councilId;

describe('what is recorded of a reorganisation', () => {
  const follow = (code: string, body: object): Promise<Awaited<ReturnType<Service['send']>>> =>
    service.send('admin', 'post', `/api/councils/${idOf(code)}/successions`, { from: '2028-04-01', ...body });

  it('no body follows itself, nor one that follows it', async () => {
    expect((await follow(WEST, { predecessors: [WEST] })).status).toBe(400);
    expect((await follow(COUNTY, { predecessors: [WEST] })).status).toBe(400);
    expect((await follow(WEST, { predecessors: ['E99999999'] })).status).toBe(400);
  });

  it('a body that ends on one day does not end on another', async () => {
    const sent = await follow('E07000106', { predecessors: ['E07000213'] });
    expect([sent.status, (sent.body as { detail: string }).detail]).toEqual([
      409,
      expect.stringContaining('ends on Wednesday 31 March 2027'),
    ]);
  });

  it('a county that goes on in place of its districts has no first day, and keeps its own', async () => {
    const kent = 'E10000016';
    expect((await follow(kent, { predecessors: ['E07000105', 'E07000113'], continues: true })).status).toBe(
      201,
    );
    expect(await given.council(kent)).toMatchObject({ validFrom: null, validTo: null });
    expect(await given.council('E07000105')).toMatchObject({ validTo: '2028-03-31' });
  });

  it('a part that is taken over leaves the rest where it was', async () => {
    const from = 'E07000106';
    const { id } = await given.peer({ class: 'officer', positions: ['head'], councilId: idOf(from) });
    const sent = await follow('E07000107', {
      predecessors: [from],
      goOn: [from],
      continues: true,
      from: '2027-03-01',
    });
    expect(sent.status).toBe(201);
    expect(await given.council(from)).toMatchObject({ validTo: null });
    expect(await homeOf(id)).toBe(idOf(from));
  });

  it('names somebody, and only bodies that are followed are said to go on', async () => {
    expect((await follow('E07000108', { predecessors: [] })).status).toBe(400);
    expect(await given.council('E07000108')).toMatchObject({ validFrom: null });
    const mistyped = await follow('E07000108', { predecessors: ['E07000109'], goOn: ['E07000110'] });
    expect(mistyped.status).toBe(400);
    expect(await given.council('E07000109')).toMatchObject({ validTo: null });
  });

  it('no body begins on two days, nor ends before it begins', async () => {
    expect((await follow(EAST, { predecessors: ['E07000108'] })).status).toBe(400);
    expect((await follow('E07000108', { predecessors: [WEST], from: '2027-04-01' })).status).toBe(400);
  });

  it('what follows what on one day comes to the last of them, and one of two that is taken back ends nothing else', async () => {
    const [a, b, c] = ['E07000110', 'E07000111', 'E07000112'] as const;
    const officer = await given.peer({ class: 'officer', positions: ['head'], councilId: idOf(a) });
    const councillor = await given.peer({
      class: 'member',
      positions: ['leader'],
      party: 'Labour',
      councilId: idOf(b),
    });
    for (const [next, before] of [
      [b, a],
      [c, b],
    ] as const)
      expect(
        (await follow(next, { predecessors: [before], continues: true, from: '2027-05-01' })).status,
      ).toBe(201);
    expect(
      (await follow('E07000114', { predecessors: [b], continues: true, from: '2027-05-01' })).status,
    ).toBe(201);
    at('2027-05-01T12:00:00Z');
    await theDay();
    expect(await homeOf(officer.id)).toBe(idOf(b));
    const placed = {
      placements: Array.from({ length: 2 }, () => ({ kind: 'peer', id: officer.id, successorId: idOf(c) })),
    };
    await service.done('programme', 'put', `/api/councils/${idOf(b)}/placements`, placed);
    expect(await homeOf(officer.id)).toBe(idOf(c));
    expect((await peer(councillor.id)).positions).toEqual([]);
    const undo = (next: string): Promise<Awaited<ReturnType<Service['send']>>> =>
      service.send('admin', 'post', `/api/councils/${idOf(next)}/successions/undo`, { predecessor: b });
    expect((await undo('E07000114')).status).toBe(204);
    expect((await peer(councillor.id)).positions).toEqual([]);
    expect((await undo(c)).status).toBe(204);
    expect((await peer(councillor.id)).positions).toEqual(['leader']);
    expect(await homeOf(officer.id)).toBe(idOf(b));
    service.clock.set(null);
  });

  it('a first day that was known before stays when it is taken back, one that came with it goes', async () => {
    expect((await follow(EAST, { predecessors: ['E07000115'], from: '2027-04-01' })).status).toBe(201);
    expect((await follow('E07000116', { predecessors: ['E07000117'] })).status).toBe(201);
    for (const [next, predecessor] of [
      [EAST, 'E07000115'],
      ['E07000116', 'E07000117'],
    ] as const)
      await service.send('admin', 'post', `/api/councils/${idOf(next)}/successions/undo`, { predecessor });
    expect(await given.council(EAST)).toMatchObject({ validFrom: '2027-04-01' });
    expect(await given.council('E07000116')).toMatchObject({ validFrom: null });
    expect(await given.council('E07000117')).toMatchObject({ validTo: null });
  });

  it('a file does not change the days that it says', async () => {
    const file = await service.send('admin', 'post', '/api/councils/import', `code,valid_to\nE07000213,\n`);
    expect([file.status, JSON.stringify(file.body)]).toEqual([
      400,
      expect.stringContaining('a reorganisation says 2027-03-31'),
    ]);
  });

  it('a page asks before it is recorded, from either side', async () => {
    const office = await signedIn(service, 'programme');
    const page = `/councils/${idOf('E07000118')}/reorganisation`;
    const form = {
      direction: 'followed',
      codes: 'E07000119',
      from: '2028-04-01',
      become: 'end',
      isNew: 'no',
    };
    const asked = await office.post(page, { ...form, step: 'check' });
    expect(asked.status).toBe(200);
    expect(asked.text).toContain('which ends the day before');
    expect(await given.council('E07000118')).toMatchObject({ validTo: null });
    expect((await office.post(page, { ...form, codes: 'E0', step: 'check' })).status).toBe(400);
    expect((await office.post(page, { ...form, step: 'record' })).status).toBe(303);
    expect(await given.council('E07000118')).toMatchObject({ validTo: '2028-03-31' });
    expect((await office.get(page)).text).toContain('follows');
    const adviser = await signedIn(service, 'adviser', { region: 'South East' });
    for (const path of [page, `/councils/${idOf('E07000118')}/house`]) {
      expect((await adviser.get(path)).status).toBe(403);
      expect((await adviser.post(path, form)).status).toBe(403);
    }
  });

  it('only what belongs to a body is placed, and an account does not end', async () => {
    const place = async (placement: object): Promise<number> =>
      (
        await service.send('programme', 'put', `/api/councils/${idOf('E07000105')}/placements`, {
          placements: [placement],
        })
      ).status;
    const stranger = await given.peer({ class: 'officer', positions: ['head'] });
    expect(await place({ kind: 'peer', id: stranger.id, successorId: null })).toBe(400);
    const { council } = await given.staff('E07000105');
    expect(await place({ kind: 'account', id: council, successorId: null })).toBe(400);
    expect(await place({ kind: 'account', id: council, successorId: idOf('E10000016') })).toBe(200);
  });

  it('two at once that would go round are not both taken', async () => {
    const sent = await Promise.all([
      follow('E07000178', { predecessors: ['E07000177'], continues: true }),
      follow('E07000177', { predecessors: ['E07000178'], continues: true }),
    ]);
    expect(sent.map(({ status }) => status).sort()).toEqual([201, 400]);
  });

  it('nor two that would go round by others', async () => {
    const [p, q, s, t] = ['E07000192', 'E07000193', 'E07000194', 'E07000195'] as const;
    const after = (next: string, before: string): Promise<Awaited<ReturnType<Service['send']>>> =>
      follow(next, { predecessors: [before], continues: true });
    for (const [next, before] of [
      [q, p],
      [t, s],
    ] as const)
      expect((await after(next, before)).status).toBe(201);
    const sent = await Promise.all([after(s, q), after(p, t)]);
    expect(sent.map(({ status }) => status).sort()).toEqual([201, 400]);
  });

  it('only the office may', async () => {
    for (const role of ['adviser', 'manager', 'board'] as const)
      expect(
        (
          await service.send(role, 'post', `/api/councils/${idOf(WEST)}/successions`, {
            predecessors: ['E07000106'],
            from: '2028-04-01',
          })
        ).status,
      ).toBeGreaterThanOrEqual(403);
  });
});

describe('who worked with a body that has ended', () => {
  const [old, next] = ['E08000002', 'E08000001'];
  const LEAVER = 'leaver@peers.example';
  let contact: string;
  let delivered: string;

  beforeAll(async () => {
    service.clock.set(null);
    contact = await service.token('council', { councilId: idOf(next) });
    const places = { state: 'reporting', first_day: '2026-06-02', last_day: '2026-06-04' };
    const { id } = await given.scoped(old, [{ start: '2027-09-07', days: 3 }]);
    await service.source.query(
      'UPDATE challenges SET state = $2, first_day = $3, last_day = $4, windows = $5 WHERE id = $1',
      [id, places.state, places.first_day, places.last_day, '[]'],
    );
    delivered = id;
    await given.peer({ class: 'officer', positions: ['head'], councilId: idOf(old), email: LEAVER });
  });

  const seen = async (): Promise<number> =>
    (await service.send({ token: contact }, 'get', `/api/challenges/${delivered}`)).status;
  const follow = (body: object): Promise<Awaited<ReturnType<Service['send']>>> =>
    service.send('admin', 'post', `/api/councils/${idOf(next)}/successions`, {
      predecessors: [old],
      continues: true,
      ...body,
    });

  it('is still listed until it ends, and its challenges are those of the next from then on', async () => {
    expect((await follow({ from: '2027-04-01' })).status).toBe(201);
    const office = await signedIn(service, 'programme');
    expect((await office.get('/councils?name=Bury')).text).toContain('Bury Metropolitan');
    expect(await seen()).toBe(404);
    at('2027-04-02T12:00:00Z');
    await theDay();
    expect(await seen()).toBe(200);
    const list = await service.done<{ id: string }[]>({ token: contact }, 'get', '/api/challenges?limit=100');
    expect(list.map(({ id }) => id)).toContain(delivered);
    const stranger = await service.token('council', { councilId: idOf('E09000001') });
    expect((await service.send({ token: stranger }, 'get', `/api/challenges/${delivered}`)).status).toBe(404);
    service.clock.set(null);
  });

  it('leaves nothing of somebody who is erased where they were moved', async () => {
    await service.app.get(ErasuresService, { strict: false }).erase(SYSTEM, { email: LEAVER });
    const [row] = await service.source.query<[{ left: number }]>(
      `SELECT count(*)::int AS left FROM handovers h WHERE h.predecessor_id = $1 AND h.kind = 'peer'`,
      [idOf(old)],
    );
    expect(row.left).toBe(0);
  });
});
