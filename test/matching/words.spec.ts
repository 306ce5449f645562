import type { PlanAnswer } from '../../src/matching/files/plan-answer.js';
import { planInWords } from '../../src/matching/files/plan-words.js';
import type { Programme } from '../../src/matching/problem/programme.js';
import { USUAL_POLICY } from '../../src/matching/problem/usual-policy.js';
import type { Change } from '../../src/matching/reasons/reason.js';
import { BAR_WORDS, fallWords, relaxationInFile, relaxationWords } from '../../src/matching/reasons/words.js';
import { BARS } from '../../src/matching/rules/rules.js';

const NAMES = {
  position: (id: string): string => ({ head: 'Head of service', s151: 'Section 151 officer' })[id] ?? id,
  skill: (id: string): string => ({ finance: 'Finance', send: 'SEND' })[id] ?? id,
};

describe('where those fell who cannot hold a seat', () => {
  it('is told with a number, one person in the singular, and nobody not at all', () => {
    expect(
      fallWords([
        { bar: 'position', peers: 1_240 },
        { bar: 'party', peers: 0 },
        { bar: 'neighbour', peers: 1 },
        { bar: 'caps', peers: 2 },
      ]),
    ).toEqual([
      '1,240 hold other positions',
      '1: from a neighbour of the council',
      '2 have given as much as agreed, need the rest, or serve elsewhere then',
    ]);
  });

  it('has words for every bar, and shows no name of the code', () => {
    for (const bar of BARS) {
      const [one = '', many = ''] = [1, 2].flatMap((peers) => fallWords([{ bar, peers }]));
      expect(one).toBe(`1: ${BAR_WORDS[bar]}`);
      expect(many).toMatch(/^2 (hold|are|lack|have) /);
      expect(`${one} ${many}`).not.toMatch(/[a-z][A-Z]/);
    }
  });
});

describe('what would fill a seat', () => {
  it.each<[Change[], string, string]>([
    [
      [{ change: 'skill', skill: 'finance', from: 4, to: 3 }],
      'finance 3 instead of 4',
      'finance level 4 → 3',
    ],
    [[{ change: 'skill', skill: 'send', from: 2, to: 0 }], 'without SEND', 'send level 2 → none'],
    [
      [{ change: 'window', window: 'w1', from: 4, to: 3 }],
      'one of the windows with 3 days instead of 4',
      'window w1 one day shorter, 4 → 3',
    ],
    [[{ change: 'position', position: 'head' }], 'head of service allowed too', 'position head too'],
    [[{ change: 'position', position: 's151' }], 'Section 151 officer allowed too', 'position s151 too'],
    [
      [{ change: 'party' }, { change: 'skill', skill: 'finance', from: 4, to: 3 }],
      'any party, and finance 3 instead of 4',
      'any party and finance level 4 → 3',
    ],
    [[{ change: 'said', words: 'as it was said' }], 'as it was said', 'as it was said'],
  ])('is said to people and written to files: %j', (changes, said, written) => {
    expect(relaxationWords({ changes }, NAMES)).toBe(said);
    expect(relaxationInFile({ changes })).toBe(written);
  });
});

describe('a plan in words', () => {
  const seats = ['first', 'second'].map((id) => ({
    id,
    positions: ['head'],
    party: 'any' as const,
    skills: {},
  }));
  const programme = {
    policy: USUAL_POLICY,
    challenges: [
      { id: 'H', seats },
      { id: 'G', seats },
    ],
  } as unknown as Programme;
  const plan = (facts: Partial<PlanAnswer> = {}): PlanAnswer =>
    ({
      status: 'optimal',
      score: 200,
      bound: 200,
      gap: 0,
      disruption: 0,
      assignments: [
        { challenge: 'H', window: 'june', seats: { first: 'a', second: 'b' } },
        { challenge: 'G', window: null, seats: { first: null, second: null } },
      ],
      changed: [],
      blocked: [],
      recruit: [],
      ...facts,
    }) as unknown as PlanAnswer;

  it('says how much is placed, and that nothing is better', () => {
    expect(planInWords(programme, plan())).toBe(
      '1 of 2 challenges have a window; 2 of 4 seats are filled, by 2 peers.\nScore 200: no plan is better.',
    );
  });

  it('says how far it may be from the best, in points, share and seats', () => {
    const [, second] = planInWords(programme, plan({ bound: 201, gap: 1 / 201 })).split('\n');
    expect(second).toMatch(
      /^Score 200: no plan can be better by more than 1 point \(0\.50%, the worth of \d+\.\d seats\)\.$/,
    );
  });

  it('says what changes hands, whom nobody fills, what would help, and whom to recruit', () => {
    const facts = {
      changed: [{ challenge: 'H', seat: 'first', from: 'x', to: 'a' }],
      blocked: [
        {
          challenge: 'G',
          seat: 'first',
          falls: [],
          relaxations: [{ changes: [{ change: 'party' }], peers: 2 }],
          competesWith: [],
        },
        {
          challenge: 'G',
          seat: 'second',
          falls: [],
          relaxations: [],
          competesWith: [{ challenge: 'H' }, { challenge: 'J' }],
        },
      ],
      recruit: [
        { positions: ['leader', 'mayor'], party: 'Green', region: 'London', month: '2026-06', gain: 1 },
      ],
    } as unknown as Partial<PlanAnswer>;
    expect(planInWords(programme, plan(facts)).split('\n').slice(2)).toEqual([
      '1 seat changes hands against the plan that people know.',
      'Challenge G, seat first: nobody; it could be filled with: any party.',
      'Challenge G, seat second: nobody; those who could come serve at H and others.',
      'One more leader or mayor (Green) would be worth about 1 point: London, 2026-06.',
    ]);
  });

  it('shows eight lines of a kind, and counts the others', () => {
    const blocked = Array.from({ length: 10 }, (_, n) => ({
      challenge: 'G',
      seat: `s${String(n)}`,
      falls: [],
      relaxations: [],
      competesWith: [],
    })) as unknown as PlanAnswer['blocked'];
    const lines = planInWords(programme, plan({ blocked })).split('\n').slice(2);
    expect([lines.length, lines.at(-2), lines.at(-1)]).toEqual([
      9,
      'Challenge G, seat s7: nobody.',
      '… and 2 more.',
    ]);
  });
});
