import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Challenge } from '../../src/challenges/challenge.entity.js';
import { ACTS, BARRING, ChallengeLife, ENDING, WINDOWS, type Act } from './challenge-life.js';
import { ChallengeLaws } from './challenge-laws.js';
import { figure } from './figure.js';
import { Given } from './given.js';
import { PageSession } from './page-session.js';
import { eventually, Service } from './service.js';

/** Challenges with three teams on the table, of which each run has a copy; they want the same people. */
const models: string[] = [];
const councils: string[] = [];
let service: Service;
let laws: ChallengeLaws;
let life: ChallengeLife;
const done = { acts: 0, taken: 0, confirmed: 0 };

async function begin(): Promise<void> {
  service = await Service.start({ worker: true });
  const given = new Given(service);
  const adviser = await new PageSession(service.app).be((await given.staff()).adviser);
  laws = new ChallengeLaws(service, adviser);
  life = new ChallengeLife(service, adviser, councils);
  await given.financePool(4);
  for (const code of ['E07000041', 'E07000040']) {
    const { id } = await given.scoped(code, WINDOWS);
    // In the second one somebody comes for two of the three days, and somebody works off site.
    if (models.length > 0)
      await service.source.query(
        `UPDATE challenges SET seats = jsonb_set(jsonb_set(seats, '{0,presence}', '{"from": 2, "to": 3}'), '{1,offSite}', 'true') WHERE id = $1`,
        [id],
      );
    await given.proposals(id);
    // The second team comes in the other week.
    await service.source.query(
      `UPDATE proposals p SET window_id = w->>'id', first_day = (w->>'start')::date FROM challenges c, jsonb_array_elements(c.windows) w
        WHERE c.id = p.challenge_id AND c.id = $1 AND p.rank = 2 AND w->>'id' <> p.window_id`,
      [id],
    );
    models.push(id);
    councils.push((await given.council(code)).id);
  }
  await service.asOwner(
    'CREATE TABLE pool_before AS SELECT id, positions FROM peers',
    'CREATE TABLE councils_before AS SELECT id, control, leading_group FROM councils',
    'GRANT SELECT ON pool_before, councils_before TO PUBLIC',
    `UPDATE peers SET email = left(id::text, 8) || '@peers.example'`,
  );
}

const OTHERWISE = '(c.control, c.leading_group) IS DISTINCT FROM (b.control, b.leading_group)';

/** The pool and the hosts as they were, after a life. */
async function asBefore(): Promise<void> {
  await service.source.query(
    `UPDATE peers p SET conflicts = '[]', state = 'active', positions = b.positions FROM pool_before b WHERE b.id = p.id
       AND (p.conflicts <> '[]' OR p.state <> 'active' OR p.positions <> b.positions)`,
  );
  // A statement that changes no row is told of all the same, and every process would read all bodies anew.
  const { length: changed } = await service.source.query<unknown[]>(
    `SELECT FROM councils c JOIN councils_before b ON b.id = c.id WHERE ${OTHERWISE}`,
  );
  if (changed > 0)
    await service.source.query(
      `UPDATE councils c SET control = b.control, leading_group = b.leading_group FROM councils_before b WHERE b.id = c.id AND ${OTHERWISE}`,
    );
}

/** A challenge as another is, with its teams. */
async function copyOf(model: string): Promise<string> {
  const [challenge, request] = [randomUUID(), randomUUID()];
  const copy = (table: string, where: string, changed: string): Promise<unknown> =>
    service.source.query(
      `INSERT INTO ${table} SELECT (jsonb_populate_record(t, ${changed})).* FROM ${table} t WHERE ${where} = $1`,
      [model],
    );
  await copy('challenges', 'id', `'{"id": "${challenge}"}'`);
  await copy('team_requests', 'challenge_id', `'{"id": "${request}", "challenge_id": "${challenge}"}'`);
  await copy(
    'proposals',
    'challenge_id',
    `jsonb_build_object('id', gen_random_uuid(), 'challenge_id', '${challenge}', 'request_id', '${request}')`,
  );
  return challenge;
}

/** Does some things at once, and says what was wrong after. */
async function together(
  challenges: string[],
  acts: { what: Act; which: number; pick: number }[],
): Promise<string[]> {
  const includes = (some: readonly Act[]): boolean => acts.some(({ what }) => some.includes(what));
  const before = await laws.promised(challenges);
  const seen = new Map<string, Awaited<ReturnType<ChallengeLife['see']>>>();
  await Promise.all(challenges.map(async (id) => seen.set(id, await life.see(id))));
  const answers = acts.map(async ({ what, which, pick }) => {
    const id = challenges[which] ?? '';
    const shown = seen.get(id);
    return shown ? life.act(what, id, shown, pick) : null;
  });
  const statuses = (await Promise.all(answers)).filter((status) => status !== null);
  done.acts += statuses.length;
  done.taken += statuses.filter((status) => status < 300).length;
  return [
    ...statuses.filter((status) => status >= 500).map((status) => `an answer was ${String(status)}`),
    // What stands against whom when something is promised is known where nothing of that moment changes it.
    ...(acts.length === 1 || !includes(BARRING) ? await laws.promisedInSpite(challenges, before) : []),
    ...(includes(ENDING) ? [] : await laws.endedYes(challenges, before)),
    ...(await laws.broken(challenges)),
  ];
}

/** Jobs run meanwhile: waits until nothing is wrong any more, and says what is wrong where that does not come. */
async function settled(challenges: string[]): Promise<void> {
  let faults: string[] = [];
  await eventually(async () => {
    faults = await laws.unsettled(challenges);
    return faults.length === 0;
  }).catch(() => undefined);
  expect(faults).toEqual([]);
}

/** Tries lives of two challenges that want the same people: so many, each of so many moments at most, with up to four acts at once. */
export function tryLives(...all: [runs: number, longest: number][]): void {
  beforeAll(begin, 60_000);
  afterAll(() => service.stop());

  it.each(all)(
    `two challenges that want the same people stay whole, whoever does what at the same moment, in %d lives of up to %d moments`,
    async (runs, longest) => {
      Object.assign(done, { acts: 0, taken: 0, confirmed: 0 });
      const oneAct = fc.record({
        what: fc.oneof(
          ...Object.entries(ACTS).map(([name, weight]) => ({ arbitrary: fc.constant(name as Act), weight })),
        ),
        which: fc.nat(1),
        pick: fc.nat(11),
      });
      const history = fc.array(fc.array(oneAct, { minLength: 1, maxLength: 4 }), {
        minLength: 2,
        maxLength: longest,
        size: 'max',
      });
      await fc.assert(
        fc.asyncProperty(history, async (moments) => {
          const challenges = await Promise.all(models.map(copyOf));
          for (const moment of moments) expect(await together(challenges, moment)).toEqual([]);
          for (const id of challenges) {
            const { state } = await service.source.manager.findOneByOrFail(Challenge, { id });
            if (state === 'confirmed') done.confirmed++;
          }
          await settled(challenges);
          await Promise.all(
            challenges.map((id) => life.post(`challenges/${id}/cancel`, { reason: 'the end of this life' })),
          );
          expect(await laws.unsettled(challenges)).toEqual([]);
          expect(await laws.isKeptPoolTrue()).toBe(true);
          await asBefore();
        }),
        { numRuns: runs, seed: 7, endOnFailure: true, includeErrorInReport: true },
      );
      figure(
        7,
        `${String(runs)} lives of up to ${String(longest)} moments, ${String(done.acts)} acts at the same moments, ${String(done.taken)} taken, ${String(done.confirmed)} teams confirmed, 0 broken rules`,
      );
      expect(done.taken).toBeGreaterThan(runs);
    },
    14_400_000,
  );
}
