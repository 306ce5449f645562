import fc from 'fast-check';
import type { PlanAnswer } from '../../src/matching/files/plan-answer.js';
import { PARTY_RULES, type Seat } from '../../src/matching/problem/programme.js';
import {
  gapsBy,
  GAP_PARTS,
  groupsOfSeat,
  isHard,
  recruitWishes,
  type SeatRow,
} from '../../src/programme/pool/gaps.js';

const ROW: SeatRow = {
  challengeId: 'c',
  council: 'Exeter City Council',
  region: 'South West',
  month: '2026-09-01',
  seat: 'finance-officer',
  positions: ['s151', 'director'],
  skills: { finance: 4, governance: 2 },
  party: 'any',
  leading: 'Labour',
  asked: 0,
  refused: 0,
  empty: false,
};
const row = (facts: Partial<SeatRow>): SeatRow => ({ ...ROW, ...facts });

describe('a seat', () => {
  it.each([
    [{ asked: 0 }, false],
    [{ asked: 1 }, false],
    [{ asked: 2 }, true],
    [{ asked: 0, empty: true }, true],
  ])('with %j is hard to fill: %s', (facts, hard) => {
    expect(isHard(row(facts))).toBe(hard);
  });

  it('counts in each of its positions and skills, and in one region, month and party', () => {
    expect(GAP_PARTS.map((part) => groupsOfSeat(ROW, part))).toEqual([
      ['s151', 'director'],
      ['finance', 'governance'],
      ['any party'],
      ['South West'],
      ['2026-09'],
    ]);
  });

  it.each([
    ['any', 'Labour', 'any party'],
    ['leading', 'Labour', 'Labour'],
    ['other', 'Labour', 'other than Labour'],
    ['leading', null, 'any party'],
    ['other', null, 'any party'],
  ] as const)('of the rule %s where %s leads is for %s', (party, leading, group) => {
    expect(groupsOfSeat(row({ party, leading }), 'party')).toEqual([group]);
  });
});

describe('gaps by one part', () => {
  it('put those with the most hard seats first, then the most seats, then by name', () => {
    const rows = [
      row({ region: 'London', empty: true }),
      row({ region: 'London' }),
      row({ region: 'East', asked: 3 }),
      row({ region: 'North' }),
      row({ region: 'Coast' }),
    ];
    expect(gapsBy(rows, 'region')).toEqual([
      { group: 'London', seats: 2, hard: 1, empty: 1 },
      { group: 'East', seats: 1, hard: 1, empty: 0 },
      { group: 'Coast', seats: 1, hard: 0, empty: 0 },
      { group: 'North', seats: 1, hard: 0, empty: 0 },
    ]);
  });

  it('never count more hard seats than seats, nor more empty ones than hard ones, and every seat once by region', () => {
    const some = fc.record({
      region: fc.constantFrom('London', 'East', 'North'),
      party: fc.constantFrom(...PARTY_RULES),
      asked: fc.nat(4),
      empty: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(some), (facts) => {
        const rows = facts.map(row);
        for (const part of GAP_PARTS)
          for (const { seats, hard, empty } of gapsBy(rows, part)) {
            expect(hard).toBeLessThanOrEqual(seats);
            expect(empty).toBeLessThanOrEqual(hard);
          }
        expect(gapsBy(rows, 'region').reduce((sum, { seats }) => sum + seats, 0)).toBe(rows.length);
      }),
    );
  });
});

describe('whom to recruit', () => {
  type Recruit = PlanAnswer['recruit'][number];
  const RECRUIT: Recruit = {
    positions: ['s151'],
    party: null,
    skills: { finance: 4 },
    region: 'London',
    month: '2026-09',
    gain: 40,
  };
  const seat = (facts: Partial<Seat> = {}): Seat => ({
    id: 'finance-officer',
    positions: ['s151', 'director'],
    party: 'any',
    skills: { finance: 4 },
    ...facts,
  });

  /** How many challenges somebody would unlock, each with one empty seat. */
  function unlocks(recruit: Partial<Recruit>, seats: Seat[], leading: string | null = 'Labour'): number {
    const plan = {
      recruit: [{ ...RECRUIT, ...recruit }],
      blocked: seats.map(({ id }, n) => ({ challenge: `c${String(n)}`, seat: id })),
    } as unknown as PlanAnswer;
    const known = new Map(seats.map((one, n) => [`c${String(n)}`, { seats: [one], leading }]));
    return recruitWishes(plan, known)[0]?.unlocks ?? -1;
  }

  it.each<[string, Partial<Recruit>, Seat, number]>([
    ['holds a position of the seat', {}, seat(), 1],
    ['holds another', { positions: ['dcs'] }, seat(), 0],
    ['has just the skill', { skills: { finance: 4 } }, seat(), 1],
    ['has too little of it', { skills: { finance: 3 } }, seat(), 0],
    ['lacks one of two skills', {}, seat({ skills: { finance: 4, digital: 1 } }), 0],
    ['is of the leading group where that is wanted', { party: 'Labour' }, seat({ party: 'leading' }), 1],
    ['is of another where the leading group is wanted', { party: 'Green' }, seat({ party: 'leading' }), 0],
    ['is of another where another is wanted', { party: 'Green' }, seat({ party: 'other' }), 1],
    ['is of none where a party is wanted', { party: null }, seat({ party: 'other' }), 0],
  ])('unlocks a challenge who %s', (_, recruit, one, count) => {
    expect(unlocks(recruit, [one])).toBe(count);
  });

  it('is of any party where nobody leads', () => {
    expect(unlocks({ party: null }, [seat({ party: 'leading' })], null)).toBe(1);
  });

  it('counts challenges, not seats, and none that is not in the plan', () => {
    const plan = {
      recruit: [RECRUIT],
      blocked: [
        { challenge: 'a', seat: 'finance-officer' },
        { challenge: 'a', seat: 'second' },
        { challenge: 'gone', seat: 'finance-officer' },
      ],
    } as unknown as PlanAnswer;
    const seats = [seat(), seat({ id: 'second' })];
    expect(recruitWishes(plan, new Map([['a', { seats, leading: null }]]))).toEqual([
      { ...RECRUIT, unlocks: 1 },
    ]);
  });
});
