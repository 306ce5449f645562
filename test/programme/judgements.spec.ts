import { movedBetween, standingByYear } from '../../src/programme/judgements/judgements.js';

const RANKED = ['Good', 'Fair', 'Poor'];
const held = (councilId: string, heldOn: string, judgement: string | null) => ({
  councilId,
  heldOn,
  judgement,
});

describe('judgements over the years', () => {
  it('count each council once, by its newest inspection at the end of the year', () => {
    const all = [
      held('a', '2024-04-01', 'Poor'),
      held('a', '2026-03-31', 'Good'),
      held('b', '2026-04-01', 'Fair'),
      held('c', '2025-06-01', 'in words of its own'),
      held('d', '2025-06-01', null),
    ];
    expect(standingByYear(all, RANKED, { today: '2026-11-28', years: 4 })).toEqual([
      { year: 2023, day: '2024-03-31', councils: [0, 0, 0, 0], held: 0 },
      { year: 2024, day: '2025-03-31', councils: [0, 0, 1, 0], held: 1 },
      { year: 2025, day: '2026-03-31', councils: [1, 0, 0, 2], held: 3 },
      { year: 2026, day: '2026-11-28', councils: [1, 1, 0, 2], held: 1 },
    ]);
  });

  it('leave out what is recorded for a day to come', () => {
    const [now] = standingByYear([held('a', '2026-12-01', 'Good')], RANKED, {
      today: '2026-11-30',
      years: 1,
    });
    expect(now).toMatchObject({ councils: [0, 0, 0, 0], held: 0 });
  });
});

describe('from one inspection to the next', () => {
  const all = [
    held('a', '2022-05-01', 'Poor'),
    held('a', '2024-05-01', 'Fair'),
    held('a', '2026-05-01', 'Good'),
    held('b', '2024-05-01', 'Good'),
    held('b', '2023-05-01', 'Good'),
    held('c', '2023-05-01', 'Good'),
    held('c', '2024-05-01', 'Poor'),
    held('d', '2023-05-01', null),
    held('d', '2024-05-01', 'Poor'),
  ];
  const NONE = { better: [], same: [], worse: [] };

  it('a council got better, stayed or got worse, pair by pair and told apart by a challenge between', () => {
    const challenges = [{ councilId: 'a', lastDay: '2025-01-01' }];
    expect(movedBetween(all, RANKED, challenges)).toEqual({
      withChallenge: { ...NONE, better: ['a'] },
      without: { better: ['a'], same: ['b'], worse: ['c'] },
    });
  });

  it('a challenge counts only after the first of the two and before the second', () => {
    const onDay = (lastDay: string) =>
      movedBetween(all, RANKED, [{ councilId: 'c', lastDay }]).withChallenge.worse.length;
    expect([onDay('2023-05-01'), onDay('2023-05-02'), onDay('2024-04-30'), onDay('2024-05-01')]).toEqual([
      0, 1, 1, 0,
    ]);
  });
});
