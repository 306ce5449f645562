import { Given } from '../support/given.js';
import { Service } from '../support/service.js';

let service: Service;

beforeAll(async () => {
  service = await Service.start({ worker: false });
}, 60_000);
afterAll(() => service.stop());

describe('the list of challenges by the API', () => {
  it('has every one on some page, also where several were made in one instant', async () => {
    const { id: council } = await new Given(service).council('E08000028');
    await service.source.query(
      `INSERT INTO challenges (council_id, kind, state, windows, seats, coverage, version, created_at)
       SELECT $1, 'finance', 'closed', '[]', '[]', '[]', 1, '2026-05-01T10:00:00.123456Z'::timestamptz FROM generate_series(1, 7)`,
      [council],
    );
    const seen: string[] = [];
    let next = '/api/challenges?limit=3';
    for (let pages = 0; next !== '' && pages < 10; pages++) {
      const answer = await service.send('programme', 'get', next);
      expect(answer.status).toBe(200);
      seen.push(...(answer.body as { id: string }[]).map(({ id }) => id));
      next = /<([^>]+)>; rel="next"/.exec(answer.headers.link ?? '')?.[1] ?? '';
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });
});
