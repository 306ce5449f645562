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
