import { createDatabase } from '../support/database.js';
import { PageSession } from '../support/page-session.js';
import { Processes } from '../support/processes.js';
import { eventually } from '../support/service.js';

interface Line {
  route: string;
  status: number;
  problem?: string;
  actor?: string;
  object?: string;
}

const NOBODY = '00000000-0000-4000-8000-000000000000';

let service: Processes;

beforeAll(async () => {
  service = await Processes.start(await createDatabase(), { LOG_LEVEL: 'info' });
}, 60_000);
afterAll(() => service.stop());

/** The newest line about requests of a route. */
const lineOf = (route: string): Promise<Line> =>
  eventually(() => {
    const lines = service.log.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
    return Promise.resolve(lines.findLast((line) => line.route === route));
  }, `a line about ${route}`);

describe('the log says of a request', () => {
  it('that was refused who sent it, and why', async () => {
    await service.ask('board', 'POST', '/api/peers', {});
    expect(await lineOf('/api/peers')).toMatchObject({
      status: 403,
      problem: 'not-allowed',
      actor: expect.stringMatching(/^token:/) as unknown,
    });
  });

  it('for what is not there, or not for who asks, what was wanted', async () => {
    await service.ask('programme', 'GET', `/api/peers/${NOBODY}`);
    expect(await lineOf('/api/peers/:id')).toMatchObject({ status: 404, object: `peer:${NOBODY}` });
  });

  it('that no route took which kind of problem it was', async () => {
    const answer = await fetch(`${service.address}/sign-in`, { method: 'POST', body: 'email=x' });
    expect(answer.status).toBe(403);
    expect(await lineOf('no route')).toMatchObject({ status: 403, problem: 'form-not-ours' });
  });

  it('with lists within lists that it cannot be used, and is no fault of ours', async () => {
    const nested = await fetch(`${service.address}/api/challenges`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '['.repeat(20_000) + ']'.repeat(20_000),
    });
    expect(nested.status).toBe(400);
  });

  it('with the attempt of a sign-in that is none that the code is wrong, as of any other', async () => {
    expect((await new PageSession(service.address).get('/sign-in/code/..%2f..%2fsign-out')).status).toBe(404);
    const { status } = await new PageSession(service.address).post('/sign-in/code/made-up', {
      code: '123456',
    });
    expect([400, 404]).toContain(status);
  });
});

describe('the log says of a job', () => {
  const jobOf = (name: string, request: string): Promise<object> =>
    eventually(() => {
      const lines = service.log
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as { msg?: string; name?: string; request?: string });
      return Promise.resolve(
        lines.find((line) => line.msg === 'job done' && line.name === name && line.request === request),
      );
    }, `a line about ${name} for ${request}`);

  it('on behalf of which request it was done, and so of what it put in itself', async () => {
    const [council] = await service.done<{ id: string }[]>('programme', 'GET', '/api/councils?limit=1');
    const { id } = await service.done<{ id: string }>('adviser', 'POST', '/api/challenges', {
      councilId: council?.id,
      kind: 'finance',
      windows: [{ start: '2027-06-08', days: 3 }],
    });
    await service.done('adviser', 'POST', `/api/challenges/${id}/scope`, { reason: 'agreed' });
    const { headers } = await service.ask('adviser', 'POST', `/api/challenges/${id}/team-requests`);
    await jobOf('propose-team', headers.get('X-Request-Id') ?? '');
  });

  it('that a file began which an office sent', async () => {
    const { status, headers } = await fetch(`${service.address}/api/lists/peers/imports`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await service.token('programme')}`,
        'Content-Type': 'text/csv',
      },
      body: 'name,class\nJo,officer\n',
    });
    expect(status).toBe(202);
    await jobOf('import', headers.get('X-Request-Id') ?? '');
  });
});
