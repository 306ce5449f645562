import { QuestionsService } from '../../src/proposals/questions.service.js';
import { poolComposition } from '../../src/programme/pool/pool-use.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(3);
});
afterAll(() => service.stop());

interface Team {
  proposals: { seats: { peer: { id: string; reviews: number } | null }[] }[];
}

it('experience is what somebody brought and what they have served here since', async () => {
  await service.source.query('UPDATE peers SET reviews = 2');
  const { team } = await given.delivered('E08000028', [{ start: '2027-03-09', days: 3 }]);
  const served = team[0]?.peerId ?? '';
  const next = await given.scoped('E07000041', [{ start: '2027-06-08', days: 3 }]);

  const question = await service.app.get(QuestionsService).of(next.id);
  const reviews = (id: string): number | undefined => question.pool.reviews[question.pool.find(id) ?? -1];
  expect(reviews(served)).toBe(3);
  const others = await service.source.query<{ id: string }[]>('SELECT id FROM peers WHERE id <> ALL($1)', [
    team.map(({ peerId }) => peerId),
  ]);
  expect(others.map(({ id }) => reviews(id))).toEqual(others.map(() => 2));

  const { proposals } = (await given.proposals(next.id)) as unknown as Team;
  const shown = proposals.flatMap(({ seats }) => seats).flatMap(({ peer }) => peer ?? []);
  for (const { id, reviews: told } of shown) expect([id, told]).toEqual([id, reviews(id)]);
  expect(await service.done('programme', 'get', `/api/peers/${served}`)).toMatchObject({
    reviews: 2,
    served: 1,
  });
  const office = await new PageSession(service.app).be((await given.staff()).adviser);
  expect((await office.get(`/peers/${served}`)).text).toMatch(/Challenges<\/dt>\s*<dd[^>]*>\s*3/);
  // Three are the first who count as experienced.
  const groups = (await poolComposition(service.source.manager, 2026)).filter(
    ({ part }) => part === 'experience',
  );
  expect(Object.fromEntries(groups.map(({ group, pool }) => [group, pool]))).toEqual({
    experienced: team.length,
    'some before': others.length,
  });
});

it('a visit that is still to come gives none', async () => {
  await given.confirmed('E07000107', [{ start: '2027-09-07', days: 3 }]);
  const [row] = await service.source.query<[{ most: number }]>('SELECT max(served) AS most FROM peer_served');
  expect(row.most).toBe(1);
});
