import { closedWindows, lapsesOf, type DatedTerms } from '../../src/proposals/problem/windows.js';
import type { PoolPeer, Served } from '../../src/proposals/problem/rows.js';
import { Given, type Ided } from '../support/given.js';
import { Service } from '../support/service.js';

const HOST = 'host';
const TERMS: DatedTerms = {
  house: new Set([HOST]),
  windows: [
    { firstDay: '2027-06-08', lastDay: '2027-06-10' },
    { firstDay: '2027-06-22', lastDay: '2027-06-24' },
  ],
};
const FREE = {
  conflicts: [],
  homes: [],
  accreditations: [{ kind: 'finance', expiresOn: null }],
  releasedUntil: null,
  maxChallenges: 1,
  maxDays: 10,
} as unknown as PoolPeer;
const closed = (facts: Partial<PoolPeer>, terms: Partial<DatedTerms> = {}, served: Served[] = []): string[] =>
  closedWindows({ ...TERMS, ...terms })({ ...FREE, ...facts }, served).map(([first]) => first);
const until = (day: string | null): Partial<PoolPeer> => ({
  conflicts: [{ councilId: HOST, type: 'contract', until: day }],
});

describe('each window of a challenge by itself', () => {
  it.each<[string, Partial<PoolPeer>, string[]]>([
    ['nothing', {}, []],
    ['a link until between them', until('2027-06-15'), ['2027-06-08']],
    ['a link until the first day of one', until('2027-06-08'), ['2027-06-08']],
    ['a link until the day before', until('2027-06-07'), []],
    ['a link elsewhere', { conflicts: [{ councilId: 'other', type: 'contract', until: null }] }, []],
    ['a release until the day before its end', { releasedUntil: '2027-06-23' }, ['2027-06-22']],
  ])('with %s', (_, facts, expected) => {
    expect(closed(facts)).toEqual(expected);
  });

  it('leaves to the bar itself what holds in all of them', () => {
    expect(closed(until(null))).toEqual([]);
    expect(closed({ releasedUntil: '2027-01-01' })).toEqual([]);
  });

  it.each<[string, PoolPeer['accreditations'], string | null]>([
    ['for ever', [{ kind: 'finance', expiresOn: null }], null],
    ['until between them', [{ kind: 'finance', expiresOn: '2027-06-15' }], '2027-06-15'],
    ['until the last day of the first', [{ kind: 'finance', expiresOn: '2027-06-10' }], '2027-06-10'],
    ['until the last day of the last', [{ kind: 'finance', expiresOn: '2027-06-24' }], null],
    [
      'until before the first ends, which bars from all',
      [{ kind: 'finance', expiresOn: '2027-06-09' }],
      null,
    ],
    ['for another kind', [{ kind: 'housing', expiresOn: '2027-06-15' }], null],
    [
      'renewed',
      [
        { kind: 'finance', expiresOn: '2027-06-15' },
        { kind: 'finance', expiresOn: '2028-01-01' },
      ],
      null,
    ],
  ])('an accreditation %s lapses or not', (_, accreditations, last) => {
    const expected = last === null ? [] : [{ peer: 'p', last }];
    expect(lapsesOf([{ id: 'p', accreditations }], 'finance', TERMS.windows)).toEqual(expected);
  });

  it('counts the caps of the programme year in which it begins', () => {
    const windows = [
      { firstDay: '2027-03-09', lastDay: '2027-03-11' },
      { firstDay: '2027-04-13', lastDay: '2027-04-15' },
    ];
    const january = {
      peerId: 'p',
      challengeId: 'c',
      familyId: 'c',
      firstDay: '2027-01-12',
      lastDay: '2027-01-14',
    };
    expect(closed({}, { windows }, [january])).toEqual(['2027-03-09']);
    expect(closed({ maxChallenges: 2, maxDays: 6 }, { windows }, [january])).toEqual([]);
    expect(closed({ maxChallenges: 2, maxDays: 5 }, { windows }, [january])).toEqual(['2027-03-09']);
    const overTheEnd = { ...january, firstDay: '2027-03-30', lastDay: '2027-04-01' };
    expect(closed({}, { windows }, [overTheEnd])).toEqual(['2027-03-09']);
  });
});

describe('a team', () => {
  let service: Service;
  let given: Given;

  beforeAll(async () => {
    service = await Service.start();
    given = new Given(service);
    await given.financePool(1);
    await given.staff();
  });
  afterAll(() => service.stop());

  /** The only leader of the pool, changed. */
  const leader = (by: string): Promise<unknown> =>
    service.source.query(`UPDATE peers SET ${by} WHERE 'leader' = ANY(positions)`);
  const best = async (windows: object[]): Promise<{ firstDay: string; lead: boolean } | undefined> => {
    const challenge = await given.scoped('E08000028', windows);
    const { id } = await service.done<Ided>(
      'adviser',
      'post',
      `/api/challenges/${challenge.id}/team-requests`,
    );
    await given.answered(id);
    const [row] = await service.source.query<{ firstDay: string; lead: boolean }[]>(
      `SELECT first_day::text AS "firstDay", seats->>'lead-member' IS NOT NULL AS lead FROM proposals WHERE request_id = $1 AND rank = 1`,
      [id],
    );
    return row;
  };

  it('is proposed for the window after a link with the council has ended', async () => {
    const { id } = await given.council('E08000028');
    await leader(`conflicts = '[{"councilId": "${id}", "type": "contract", "until": "2027-06-15"}]'`);
    expect(
      await best([
        { start: '2027-06-08', days: 3 },
        { start: '2027-06-22', days: 3 },
      ]),
    ).toEqual({ firstDay: '2027-06-22', lead: true });
    await leader(`conflicts = '[]'`);
  });

  it('is proposed for the programme year in which its members still give something', async () => {
    await leader('max_challenges = 1');
    const { challenge, proposal } = await given.approved('E08000021', [{ start: '2027-01-12', days: 3 }]);
    expect(proposal.seats.find(({ seat }) => seat === 'lead-member')?.peer).toBeTruthy();
    await service.done('adviser', 'post', `/api/challenges/${challenge.id}/invitations`);
    expect(
      await best([
        { start: '2027-03-09', days: 3 },
        { start: '2027-06-08', days: 3 },
      ]),
    ).toEqual({ firstDay: '2027-06-08', lead: true });
  });

  it('is not proposed, agreed or invited for days that have begun', async () => {
    const { challenge } = await given.approved('E08000025', [{ start: '2027-09-07', days: 3 }]);
    const past = await service.send('adviser', 'post', '/api/challenges', {
      councilId: (await given.council('E08000003')).id,
      kind: 'finance',
      windows: [{ start: '2020-06-09', days: 3 }],
    });
    expect([past.status, JSON.stringify(past.body)]).toEqual([400, expect.stringContaining('has gone by')]);
    service.clock.set(new Date('2027-09-07T09:00:00Z'));
    const late = await service.send('adviser', 'post', `/api/challenges/${challenge.id}/invitations`);
    service.clock.set(null);
    expect([late.status, (late.body as { type: string }).type.split(':').at(-1)]).toEqual([409, 'days-past']);
  });
});
