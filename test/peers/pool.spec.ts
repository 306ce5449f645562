import { addDays } from '../../src/calendar/dates.js';
import { busyRanges, stateOn, type Availability } from '../../src/peers/availability.js';
import { Given } from '../support/given.js';
import { newKey, Service } from '../support/service.js';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  given = new Given(service);
});
afterAll(() => service.stop());

describe('availability', () => {
  const said: Availability = {
    patterns: [{ weekdays: [2], everyWeeks: 2, from: '2026-09-01', to: null, state: 'busy' }],
    ranges: [
      { from: '2026-09-14', to: '2026-09-16', state: 'free' },
      { from: '2026-09-16', to: '2026-09-18', state: 'ask' },
      { from: '2026-09-21', to: '2026-09-22', state: 'busy' },
    ],
    confirmedOn: null,
  };

  it('repeats by weeks, and what was said of days wins, the later over the earlier', () => {
    expect(
      ['2026-09-01', '2026-09-08', '2026-09-15', '2026-09-16', '2026-09-21', '2026-09-29'].map((day) =>
        stateOn(said, day),
      ),
    ).toEqual(['busy', 'free', 'free', 'ask', 'busy', 'busy']);
  });

  it('gives busy days as ranges; a day to be asked about is not busy', () => {
    expect(busyRanges(said, { from: '2026-09-01', to: '2026-09-30' })).toEqual([
      ['2026-09-01', '2026-09-01'],
      ['2026-09-21', '2026-09-22'],
      ['2026-09-29', '2026-09-29'],
    ]);
  });
});

describe('the pool', () => {
  it('refuses a party for anyone but a councillor, in the API, in a file and in the database', async () => {
    const response = await service.send('programme', 'post', '/api/peers', {
      name: 'An officer',
      class: 'officer',
      party: 'Labour',
      positions: ['s151'],
    });
    expect(response.status).toBe(400);
    expect((response.body as { errors: object[] }).errors).toEqual([
      { pointer: '/party', detail: expect.stringContaining('councillors') as unknown },
    ]);
    const file = await service.send('adviser', 'get', '/api/peers/template');
    expect(file.status).toBe(403);
    const imported = await service.send(
      'programme',
      'post',
      '/api/peers/import',
      'name,class,party\nAn officer,officer,Labour\n',
    );
    expect((imported.body as { errors: object[] }).errors).toEqual([
      { pointer: 'row 2, party', detail: expect.stringContaining('councillors') as unknown },
    ]);
    await expect(
      service.source.query(
        `INSERT INTO peers (name, class, party, availability, version) VALUES ('x', 'officer', 'Labour', '{}', 1)`,
      ),
    ).rejects.toThrow('peers_party_of_members');
  });

  it('is changed only from the version that was read', async () => {
    const { id } = await given.peer({ class: 'officer', positions: ['s151'] });
    await service.done('programme', 'patch', `/api/peers/${id}`, { restDays: 30 }, { 'If-Match': '"1"' });
    expect(
      (await service.send('programme', 'patch', `/api/peers/${id}`, { restDays: 40 }, { 'If-Match': '"1"' }))
        .status,
    ).toBe(412);
    expect(await service.done('adviser', 'get', `/api/peers/${id}`)).toMatchObject({
      restDays: 30,
      version: 2,
    });
  });

  it('pauses, resumes and retires, and says what is possible', async () => {
    const { id } = await given.peer({ class: 'officer', positions: ['s151'] });
    for (const [step, state] of [
      ['pause', 'paused'],
      ['resume', 'active'],
      ['retire', 'retired'],
    ]) {
      expect(await service.done('programme', 'post', `/api/peers/${id}/${step ?? ''}`)).toMatchObject({
        state,
      });
    }
    const again = await service.send('programme', 'post', `/api/peers/${id}/resume`);
    expect([again.status, (again.body as { detail: string }).detail]).toEqual([
      409,
      'The peer is retired and cannot become active; possible now: nothing more, it stays as it is.',
    ]);
  });

  it('goes through a file and back without a change, and names what a spreadsheet would run', async () => {
    await given.peer({
      name: '=HYPERLINK("x")',
      class: 'member',
      party: 'Green',
      positions: ['leader', 'councillor'],
      skills: { finance: 4, housing: 2 },
      conflicts: [
        { councilId: (await given.council('E07000106')).id, type: 'employment', until: '2028-01-31' },
      ],
      accreditations: [{ kind: 'corporate', expiresOn: '2027-12-31' }],
      refusedRegions: ['London'],
    });
    const national = await service.token('programme');
    const before = await service.send({ token: national }, 'get', '/api/peers/export');
    expect(before.text).toContain(`'=HYPERLINK`);
    await service.done('programme', 'post', '/api/peers/import', before.text);
    expect((await service.send({ token: national }, 'get', '/api/peers/export')).text).toBe(before.text);
    const leaders = await service.done('adviser', 'get', '/api/peers?position=leader');
    expect(leaders).toMatchObject([{ name: '=HYPERLINK("x")', party: 'Green' }]);
  });

  it('refuses a file with faults whole, by row and column', async () => {
    const before = await service.send('programme', 'get', '/api/peers/export');
    const file =
      'id,name,class,positions,skills,council,rest_days\n,Good,officer,s151,finance 4,E07000106,14\nnobody,,clerk,king,finance nine,X,many\n';
    const response = await service.send('programme', 'post', '/api/peers/import', file);
    expect((response.body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual(
      ['class', 'positions', 'skills', 'council', 'rest_days'].map((column) => `row 3, ${column}`),
    );
    expect((await service.send('programme', 'get', '/api/peers/export')).text).toBe(before.text);
  });

  it('brings nobody back who has retired, however old the file is', async () => {
    const { id } = await given.peer({ class: 'officer', positions: ['s151'] });
    const row = (state: string): string => `id,state\n${id},${state}\n`;
    const send = (state: string): ReturnType<Service['send']> =>
      service.send('programme', 'post', '/api/peers/import', row(state));
    expect((await send('paused')).status).toBe(200);
    expect((await send('active')).status).toBe(200);
    expect((await send('retired')).status).toBe(200);
    const back = await send('active');
    expect([back.status, (back.body as { errors: object[] }).errors]).toEqual([
      400,
      [{ pointer: 'row 2, state', detail: 'found "active"; a peer who is retired stays so' }],
    ]);
    expect((await send('retired')).status).toBe(200);
    expect(await service.done('programme', 'get', `/api/peers/${id}`)).toMatchObject({ state: 'retired' });
  });

  it('takes availability from a file, all or nothing, and gives it back', async () => {
    const { id } = await given.peer({ class: 'officer', positions: ['s151'] });
    const file = `peer,from,to,state\n${id},2027-06-01,2027-06-30,busy\n`;
    expect(
      await service.done('programme', 'post', '/api/peers/availability/import?dryRun=true', file),
    ).toMatchObject({
      dryRun: true,
      changed: 1,
    });
    expect(await service.done('adviser', 'get', `/api/peers/${id}/availability`)).toMatchObject({
      ranges: [],
    });
    await service.done('programme', 'post', '/api/peers/availability/import', file);
    expect((await service.send('programme', 'get', '/api/peers/availability/export')).text).toMatch(
      new RegExp(`${id},[^,]+,2027-06-01,2027-06-30,busy`),
    );
    const before = await service.done('adviser', 'get', `/api/peers/${id}/availability`);
    expect(before).toMatchObject({ confirmedOn: null });
    expect(await service.done('programme', 'post', '/api/peers/availability/import', file)).toMatchObject({
      changed: 0,
    });
    const more = `peer,from,to,state\n${id},2027-06-10,2027-06-11,free\n${id},2027-07-01,2027-07-01,ask\n`;
    expect(await service.done('programme', 'post', '/api/peers/availability/import', more)).toMatchObject({
      changed: 1,
    });
    // What was said before stays, and what is said later wins.
    expect(await service.done('adviser', 'get', `/api/peers/${id}/availability`)).toMatchObject({
      confirmedOn: null,
      ranges: [
        { from: '2027-06-01', to: '2027-06-30', state: 'busy' },
        { from: '2027-06-10', to: '2027-06-11', state: 'free' },
        { from: '2027-07-01', to: '2027-07-01', state: 'ask' },
      ],
    });
    // However many there are.
    const many = Array.from({ length: 600 }, (_, n) => {
      const day = addDays('2030-01-01', 2 * n);
      return `${id},${day},${day},busy\n`;
    });
    await service.done(
      'programme',
      'post',
      '/api/peers/availability/import',
      `peer,from,to,state\n${many.join('')}`,
    );
    const all = await service.send('programme', 'get', '/api/peers/availability/export');
    expect(await service.done('programme', 'post', '/api/peers/availability/import', all.text)).toMatchObject(
      { changed: 0 },
    );
    const wrong = await service.send(
      'programme',
      'post',
      '/api/peers/availability/import',
      `peer,from,to,state\n${id},2027-06-31,2027-06-01,maybe\n`,
    );
    expect((wrong.body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual([
      'row 2, from',
      'row 2, state',
    ]);
  });

  it('is told by the peer when they are free, and the record says when', async () => {
    const { id } = await given.peer({ class: 'member', positions: ['councillor'], party: 'Green' });
    const peer = { token: await service.token('peer', { peerId: id }) };
    const said = {
      patterns: [{ weekdays: [2], everyWeeks: 1, from: '2026-09-01', to: null, state: 'busy' }],
      ranges: [],
    };
    expect(await service.done(peer, 'put', `/api/peers/${id}/availability`, said)).toMatchObject({
      ...said,
      confirmedOn: expect.stringMatching(/^\d{4}-/) as unknown,
    });
    const backward = await service.send(peer, 'put', `/api/peers/${id}/availability`, {
      patterns: [],
      ranges: [{ from: '2027-02-10', to: '2027-02-01', state: 'busy' }],
    });
    expect(backward.status).toBe(400);
  });
});

describe('a request sent again', () => {
  const body = { name: 'Sent twice', class: 'officer', positions: ['s151'] };

  it('with its Idempotency-Key has one effect and one answer, however often and however fast', async () => {
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        service.send('programme', 'post', '/api/peers', body, { 'Idempotency-Key': key }),
      ),
    );
    expect(new Set(answers.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
    const [{ count }] = await service.source.query<[{ count: string }]>(
      `SELECT count(*) FROM peers WHERE name = 'Sent twice'`,
    );
    expect(count).toBe('1');
  });

  it('with the key of another body is refused', async () => {
    const key = newKey();
    await service.done('programme', 'post', '/api/peers', body, { 'Idempotency-Key': key });
    expect(
      (
        await service.send(
          'programme',
          'post',
          '/api/peers',
          { ...body, name: 'Other' },
          { 'Idempotency-Key': key },
        )
      ).status,
    ).toBe(422);
  });

  it('after a refusal is tried anew', async () => {
    const key = newKey();
    expect(
      (
        await service.send(
          'programme',
          'post',
          '/api/peers',
          { ...body, positions: ['king'] },
          { 'Idempotency-Key': key },
        )
      ).status,
    ).toBe(400);
    expect(
      (await service.send('programme', 'post', '/api/peers', body, { 'Idempotency-Key': key })).status,
    ).toBe(201);
  });
});
