import { teamsFile } from '../../src/matching/files/answer-files.js';
import { checkPlan, readPlan } from '../../src/matching/files/check-plan.js';
import { checkTeams } from '../../src/matching/files/check.js';
import { commitmentFaults } from '../../src/matching/files/commitment-faults.js';
import { answerPlan, type PlanAnswer } from '../../src/matching/files/plan-answer.js';
import { BadInput } from '../../src/matching/files/reader.js';
import { answerTeams } from '../../src/matching/files/teams-answer.js';
import type { Commitment, Council, Peer, Programme } from '../../src/matching/problem/programme.js';
import { ask } from '../../src/matching/problem/question.js';
import { USUAL_POLICY } from '../../src/matching/problem/usual-policy.js';
import { poolOf } from '../../src/matching/rules/commitments.js';
import { barsMet } from '../../src/matching/rules/rules.js';
import { NO_LIMIT } from '../../src/matching/year/solver.js';
import { PLAIN_PEER } from './small-cases.js';

const council = (id: string, region: string, neighbours: string[] = []): Council => ({
  id,
  type: 'district',
  region,
  lat: 52,
  lon: -1,
  population: 100_000,
  rural: 2,
  leading: 'Labour',
  neighbours,
});
const officer = (id: string, of: string | null, facts: Partial<Peer> = {}): Peer => ({
  ...PLAIN_PEER,
  id,
  council: of,
  ...facts,
});
const seat = (id: string): Programme['challenges'][number]['seats'][number] => ({
  id,
  positions: ['head'],
  party: 'any',
  skills: {},
});
const challenge = (id: string, host: string): Programme['challenges'][number] => ({
  id,
  council: host,
  kind: 'finance',
  seats: [seat('first'), seat('second')],
  coverage: [],
  windows: [
    { id: 'june', start: '2026-06-09', days: 3, penalty: 0 },
    { id: 'july', start: '2026-07-07', days: 3, penalty: 2 },
  ],
});

/** Two challenges, with peers whom everything speaks for and peers whom something speaks against. */
const PROGRAMME: Programme = {
  format: 'critical-friend/programme@1',
  calendar: { from: '2026-04-01', to: '2027-03-31' },
  policy: USUAL_POLICY,
  councils: [
    council('HOST', 'North', ['NEXT']),
    council('NEXT', 'North', ['HOST']),
    council('B', 'South'),
    council('C', 'East'),
    council('D', 'West'),
    council('OTHER', 'East'),
  ],
  peers: [
    officer('own', 'HOST'),
    officer('near', 'NEXT'),
    officer('barred', 'D', { conflicts: ['HOST'] }),
    officer('away', 'D', { unavailable: [['2026-06-10', '2026-06-10']] }),
    officer('b1', 'B'),
    officer('b2', 'B'),
    officer('c', 'C'),
    officer('free', null, { restDays: 30 }),
    officer('leader', 'C', { positions: ['leader'] }),
  ],
  challenges: [challenge('H', 'HOST'), challenge('G', 'OTHER')],
  commitments: [],
};

interface File {
  challenge: string;
  teams: { rank: number; score: number; window: string; seats: Record<string, string | null> }[];
}

/** What is said against the best three teams once they were forged. */
function saidAgainst(forge: (file: File) => void, commitments: Commitment[] = []): string[] {
  const programme = { ...PROGRAMME, commitments };
  const file = JSON.parse(JSON.stringify(teamsFile(answerTeams(programme, 'H', 3)))) as File;
  forge(file);
  return checkTeams(programme, JSON.stringify(file)).flatMap(({ broken }) => broken);
}

/** Puts somebody into the first team. */
const sits =
  (where: string, who: string | null) =>
  ({ teams: [team] }: File): void => {
    if (team) team.seats[where] = who;
  };

describe('an answer to the teams question', () => {
  it('holds as the engine gives it', () => {
    expect(saidAgainst(() => undefined)).toEqual([]);
  });

  it.each([
    ['somebody of the host', sits('first', 'own'), 'seat first: own meets the bar ownCouncil'],
    ['a neighbour', sits('first', 'near'), 'seat first: near meets the bar neighbour'],
    ['somebody with a conflict', sits('second', 'barred'), 'seat second: barred meets the bar conflict'],
    ['somebody of another position', sits('first', 'leader'), 'seat first: leader meets the bar position'],
    ['a stranger', sits('first', 'nobody'), 'peer "nobody" is not in the file'],
    ['a seat that there is not', sits('third', 'c'), 'seat "third" is not one of the challenge'],
    [
      'somebody who is away',
      (file: File) => {
        sits('first', 'away')(file);
        if (file.teams[0]) file.teams[0].window = 'june';
      },
      'seat first: away meets the bar unavailable',
    ],
    [
      'one person twice',
      (file: File) => {
        sits('first', 'c')(file);
        sits('second', 'c')(file);
      },
      'seats first and second: one peer twice',
    ],
    [
      'two of one council',
      (file: File) => {
        sits('first', 'b1')(file);
        sits('second', 'b2')(file);
      },
      'seats first and second: two peers of one council',
    ],
    [
      'a missing seat',
      ({ teams: [team] }: File) => {
        if (team) delete team.seats.second;
      },
      'seat "second" is missing',
    ],
    [
      'a window that there is not',
      ({ teams: [team] }: File) => {
        if (team) team.window = 'may';
      },
      'window "may" is not one of the challenge',
    ],
    [
      'a point too many',
      ({ teams: [team] }: File) => {
        if (team) team.score += 1;
      },
      /^score: stated -?\d+, computed -?\d+$/,
    ],
    [
      'a wrong rank',
      ({ teams: [, team] }: File) => {
        if (team) team.rank = 3;
      },
      'rank 3 stands in place 2',
    ],
    [
      'the same team twice',
      ({ teams: [first, second] }: File) => {
        if (first && second) Object.assign(second, { ...first, rank: 2 });
      },
      'fewer than two of its peers are outside team 1',
    ],
    [
      'the better one below',
      ({ teams: [, second] }: File) => {
        if (second) second.score = 1_000_000;
      },
      'scores more than team 1 before it',
    ],
  ])('is refused with %s', (_, forge, said) => {
    const against = saidAgainst(forge);
    expect(against.some((one) => (said instanceof RegExp ? said.test(one) : one === said))).toBe(true);
  });

  it('keeps what was committed: the window and who sits where', () => {
    const committed = [{ challenge: 'H', window: 'july', seats: { first: 'c' } }];
    expect(saidAgainst(() => undefined, committed)).toEqual([]);
    const against = saidAgainst((file) => {
      sits('first', 'free')(file);
      if (file.teams[0]) file.teams[0].window = 'june';
    }, committed);
    expect(against).toContain('seat first: not as committed');
    expect(against).toContain('window june: not as committed');
  });

  it('is read only where it is one, of a challenge of the file', () => {
    expect(() => checkTeams(PROGRAMME, '{"format": "other"}')).toThrow(BadInput);
    expect(() => saidAgainst((file) => (file.challenge = 'X'))).toThrow(BadInput);
  });
});

describe('a plan', () => {
  const planned = (): Promise<PlanAnswer> =>
    answerPlan({ programme: PROGRAMME, incumbent: [] }, { gap: 0, clock: NO_LIMIT });
  type Forge = (plan: PlanAnswer) => void;
  const assigned = (plan: PlanAnswer, id: string): PlanAnswer['assignments'][number] =>
    plan.assignments.find((one) => one.challenge === id) ?? { challenge: id, window: null, seats: {} };

  it('holds as the engine gives it, and is read from its file', async () => {
    const plan = await planned();
    const read = readPlan(JSON.stringify({ ...plan, blocked: [], recruit: [] }));
    expect(checkPlan(PROGRAMME, read, []).broken).toEqual([]);
    expect(() => readPlan('{}')).toThrow(BadInput);
    expect(() => readPlan(JSON.stringify({ ...plan, status: 'perhaps' }))).toThrow(BadInput);
  });

  it.each<[string, Forge, string | RegExp]>([
    [
      'the same days for one person',
      (plan) => {
        for (const id of ['H', 'G'])
          Object.assign(assigned(plan, id), { window: 'june', seats: { first: 'c', second: null } });
      },
      /challenge [HG]: seat first: c meets the bar caps/,
    ],
    [
      'too little rest',
      (plan) => {
        Object.assign(assigned(plan, 'H'), { window: 'june', seats: { first: 'free', second: null } });
        Object.assign(assigned(plan, 'G'), { window: 'july', seats: { first: 'free', second: null } });
      },
      /challenge [HG]: seat first: free meets the bar caps/,
    ],
    [
      'a seat without a window',
      (plan) => Object.assign(assigned(plan, 'H'), { window: null, seats: { first: 'c', second: null } }),
      'challenge H: seat first is filled, and there is no window',
    ],
    ['a challenge missing', (plan) => plan.assignments.splice(0, 1), /^challenge "[HG]" is missing$/],
    [
      'a challenge twice',
      (plan) => plan.assignments.push(assigned(plan, 'H')),
      'challenge "H" is there twice',
    ],
    [
      'a challenge of another year',
      (plan) => (assigned(plan, 'H').challenge = 'X'),
      'challenge "X" is not in the file',
    ],
    [
      'a window that there is not',
      (plan) => (assigned(plan, 'H').window = 'may'),
      'challenge H: window "may" is not one of the challenge',
    ],
    [
      'a stranger',
      (plan) => (assigned(plan, 'H').seats.first = 'nobody'),
      'challenge H: peer "nobody" is not in the file',
    ],
    [
      'a seat that there is not',
      (plan) => (assigned(plan, 'H').seats.third = 'c'),
      'challenge H: seat "third" is not one of the challenge',
    ],
    [
      'two of one council',
      (plan) => Object.assign(assigned(plan, 'H').seats, { first: 'b1', second: 'b2' }),
      'challenge H: seats first and second: two peers of one council',
    ],
    ['a point too many', (plan) => (plan.score += 1), /^score: stated/],
    [
      'a bound that it exceeds itself',
      (plan) => (plan.bound = plan.score - 1),
      /^bound: -?\d+ is below what the plan reaches/,
    ],
  ])('is refused with %s', async (_, forge, said) => {
    const plan = await planned();
    forge(plan);
    const { broken } = checkPlan(PROGRAMME, plan, []);
    expect(broken.some((one) => (said instanceof RegExp ? said.test(one) : one === said))).toBe(true);
  });

  it('costs the seats that people know of and that are no longer theirs', async () => {
    const plan = await planned();
    const known = plan.assignments.map((one) => ({ ...one, seats: { ...one.seats, first: 'b2' } }));
    const { disruption } = checkPlan(PROGRAMME, plan, known);
    const moved = known.filter(({ seats }, n) => seats.first !== plan.assignments[n]?.seats.first).length;
    expect(moved).toBeGreaterThan(0);
    expect(disruption).toBe(moved * PROGRAMME.policy.disruption);
    expect(checkPlan(PROGRAMME, plan, plan.assignments).disruption).toBe(0);
  });
});

describe('the rest between two challenges', () => {
  /** What stands against somebody who needs 30 days of rest, in one month, where they serve in another. */
  function barsIn(month: 'june' | 'july', served: 'june' | 'july', restDays: number): string[] {
    const peers = [officer('tired', null, { restDays })];
    const commitments = [{ challenge: 'H', window: served, seats: { first: 'tired' } }];
    const programme = { ...PROGRAMME, peers, commitments };
    const pool = poolOf(programme);
    const question = ask(pool, programme.policy, challenge('G', 'OTHER'));
    const window = question.challenge.windows.findIndex(({ id }) => id === month);
    return barsMet(question, seat('first'), 0, question.stays[window] ?? null);
  }

  // 11 June, the last day of the one, to 7 July, the first of the other: 25 days lie between.
  it.each([
    ['july', 'june', 25, []],
    ['july', 'june', 26, ['caps']],
    ['june', 'july', 25, []],
    ['june', 'july', 26, ['caps']],
  ] as const)('is kept in %s with the other in %s: %s days of it', (month, served, rest, bars) => {
    expect(barsIn(month, served, rest)).toEqual(bars);
  });
});

describe('what was committed', () => {
  const faults = (...commitments: Commitment[]): string[] =>
    commitmentFaults({ ...PROGRAMME, commitments }).map(
      ({ path, found, allowed }) => `${path} | ${found} | ${allowed}`,
    );

  it('is taken where it can be kept', () => {
    expect(
      faults(
        { challenge: 'H', window: 'june', seats: { first: 'c', second: null } },
        { challenge: 'H', seats: { first: 'c' } },
        { challenge: 'G', window: 'july' },
      ),
    ).toEqual([]);
  });

  it.each<[string, Commitment[], string]>([
    [
      'a challenge that is not there',
      [{ challenge: 'X' }],
      'commitments[0].challenge | "X" | the id of a challenge in this file',
    ],
    [
      'a window that is not there',
      [{ challenge: 'H', window: 'may' }],
      'commitments[0].window | "may" | june, july',
    ],
    [
      'a seat that is not there',
      [{ challenge: 'H', seats: { third: null } }],
      'commitments[0].seats | "third" | first, second',
    ],
    [
      'a peer who is not there',
      [{ challenge: 'H', seats: { first: 'nobody' } }],
      'commitments[0].seats.first | "nobody" | the id of a peer in this file, or null for an empty seat',
    ],
    [
      'two windows',
      [
        { challenge: 'H', window: 'june' },
        { challenge: 'H', window: 'july' },
      ],
      'commitments[1].window | "july" | "june", as committed before',
    ],
    [
      'two people for one seat',
      [
        { challenge: 'H', seats: { first: 'c' } },
        { challenge: 'H', seats: { first: 'b1' } },
      ],
      'commitments[1].seats.first | "b1" | "c", as committed before',
    ],
    [
      'somebody, and nobody, for one seat',
      [
        { challenge: 'H', seats: { first: null } },
        { challenge: 'H', seats: { first: 'b1' } },
      ],
      'commitments[1].seats.first | "b1" | null, as committed before',
    ],
    [
      'somebody whom a rule keeps out',
      [{ challenge: 'H', seats: { first: 'own' } }],
      'commitments[0].seats.first | "own", who meets the bar ownCouncil | a peer who meets no hard rule',
    ],
    [
      'two of one council',
      [{ challenge: 'H', seats: { first: 'b1', second: 'b2' } }],
      'commitments[0].seats.first | "b1", who meets the bar sameTeam | a peer who meets no hard rule',
    ],
    [
      'somebody who is away on those days',
      [{ challenge: 'H', window: 'june', seats: { first: 'away' } }],
      'commitments[0].seats.first | "away", who meets the bar unavailable | a peer who meets no hard rule',
    ],
  ])('is refused with %s', (_, commitments, said) => {
    expect(faults(...commitments)).toContain(said);
  });

  it('is refused where nobody’s rule is broken and yet no window holds them all', () => {
    const peers = PROGRAMME.peers.map((peer) =>
      peer.id === 'c' ? officer('c', 'C', { unavailable: [['2026-07-07', '2026-07-09']] }) : peer,
    );
    const commitments = [{ challenge: 'H', seats: { first: 'away', second: 'c' } }];
    expect(commitmentFaults({ ...PROGRAMME, peers, commitments })).toEqual([
      {
        path: 'commitments[0]',
        found: 'peers who cannot all serve in any window of the challenge',
        allowed: 'peers who are free together in one window',
      },
    ]);
  });
});
