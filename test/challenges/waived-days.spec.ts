import { Given, type Ided } from '../support/given.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import type { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

const SANDWELL = 'E08000028';
const WAIVED = { waivedBy: 'Cleo Chair, returning officer', waivedReason: 'by-elections only' };

let service: Service;
let given: Given;
let adviser: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  given = new Given(service);
  adviser = await signedIn(service, 'adviser');
  await service.source.query(
    `UPDATE councils SET election_pattern = 'whole', election_base_year = 2027, election_next_year = 2027 WHERE code = $1`,
    [SANDWELL],
  );
});
afterAll(() => service.stop());

const book = async (
  window: object,
  who: Parameters<Service['send']>[0] = 'adviser',
): ReturnType<Service['send']> =>
  service.send(who, 'post', '/api/challenges', {
    councilId: (await given.council(SANDWELL)).id,
    kind: 'corporate',
    windows: [window],
  });

/** Days within the pre-election period, which a corporate challenge keeps. */
const ELECTION = { start: '2027-04-13', days: 4 };

it('days of a pre-election period are refused, and let stand by a named person with a reason', async () => {
  expect((await book(ELECTION)).text).toContain('the pre-election period runs from');
  const booked = await book({ ...ELECTION, ...WAIVED });
  expect(booked.status).toBe(201);
  expect((booked.body as { windows: { warnings: object[] }[] }).windows[0]?.warnings).toContainEqual(
    expect.objectContaining({
      rule: 'pre-election',
      severity: 'warning',
      message: expect.stringContaining(
        'waived by Cleo Chair, returning officer: by-elections only',
      ) as string,
    }),
  );
});

it.each([
  ['a name alone', { waivedBy: 'Cleo' }, 'no reason is given'],
  ['blanks', { waivedBy: '  ', waivedReason: '  ' }, 'the pre-election period runs from'],
  ['a reason alone', { waivedReason: 'by-elections only' }, 'nobody is named'],
])('%s does not do', async (_, waiver, fault) => {
  const refused = await book({ ...ELECTION, ...waiver });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain(fault);
});

it.each([
  ['a weekend', '2027-06-11', 'is at a weekend'],
  ['a bank holiday', '2027-05-31', 'is a bank holiday'],
  ['Christmas', '2026-12-21', 'closed to visits'],
])('%s is never let stand', async (_, start, fault) => {
  const refused = await book({ start, days: 4, ...WAIVED });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain(fault);
});

it('a council does not lift what the calendar says', async () => {
  const council = await service.token('council', { councilId: (await given.council(SANDWELL)).id });
  const refused = await book({ ...ELECTION, ...WAIVED }, { token: council });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('your principal adviser decides on it');
});

it('on the page it stays with its days while others come and go, and goes with them', async () => {
  const { id } = (await book({ start: '2027-06-08', days: 4 })).body as Ided;
  const path = `/challenges/${id}/scope/windows`;
  const add = async (fields: object): Promise<{ status: number; text: string }> => {
    const { text } = await adviser.get(path);
    return adviser.post(path, { version: versionOn(text), ...fields });
  };
  const election = { start: ELECTION.start, days: '4' };
  expect((await add(election)).status).toBe(400);
  expect((await add({ ...election, ...WAIVED })).status).toBe(303);
  expect((await add({ start: '2027-06-15', days: '4' })).status).toBe(303);
  expect(saidOn((await adviser.get(path)).text)).toContain('waived by Cleo Chair, returning officer');
  expect(saidOn((await adviser.get(`/challenges/${id}/history`)).text)).toMatch(
    /Somebody let days of a pre-election period stand .{0,60} Tuesday 13 to Friday 16 April 2027/,
  );

  const { text } = await adviser.get(path);
  // The newest stand first.
  await adviser.post(`${path}/remove`, { version: versionOn(text), at: '1' });
  expect((await add(election)).status).toBe(400);
});

it('is refused where nothing on the days needs it, so that it cannot be kept in store', async () => {
  const refused = await book({ start: '2027-06-08', days: 4, ...WAIVED });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('nothing on these days is to be let stand');
});

it('is of the bodies that the challenge was of: who joins it has days of their own', async () => {
  const BOLTON = 'E08000001';
  await service.source.query(
    `UPDATE councils SET election_pattern = 'whole', election_base_year = 2027, election_next_year = 2027 WHERE code = $1`,
    [BOLTON],
  );
  const { id, version } = (await book({ ...ELECTION, ...WAIVED })).body as Ided & { version: number };
  const join = await service.send(
    'adviser',
    'patch',
    `/api/challenges/${id}`,
    { partnerIds: [(await given.council(BOLTON)).id] },
    { 'If-Match': `"${String(version)}"` },
  );
  expect(join.status).toBe(400);
  expect(join.text).toContain('Bolton Metropolitan Borough Council: the pre-election period');
});
