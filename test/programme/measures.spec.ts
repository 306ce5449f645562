import fc from 'fast-check';
import { addDays } from '../../src/calendar/dates.js';
import { Random } from '../../src/matching/problem/random.js';
import { FIRST_REFERENCE } from '../../src/reference/first-content.js';
import { forecastOf, quarterRange, seasonalShare, seasonOf } from '../../src/programme/measures/forecast.js';
import { standingOf } from '../../src/programme/measures/standing.js';
import { totalOf, type MeasureFacts, type QuarterFigure } from '../../src/programme/measures/colour.js';

const policy = FIRST_REFERENCE.reporting;
const quarter = (value: number | null, names: string[] = []): QuarterFigure => ({
  value,
  notApplicable: false,
  names,
});
const none = quarter(null);
const notApplicable: QuarterFigure = { value: null, notApplicable: true, names: [] };
const five = ['A', 'B', 'C', 'D', 'E'];

const facts = (quarters: QuarterFigure[], rest: Partial<MeasureFacts> = {}): MeasureFacts => ({
  ...{ target: 100, counting: 'sum' as const, direction: 'at_least' as const, confirmed: 0, inDiscussion: 0 },
  quarters: [...quarters, none, none, none, none].slice(0, 4),
  ...rest,
});

describe('a measure of the board report of 2015/16', () => {
  it('counts 31 delivered of 100, 31%, 99 with those confirmed and in discussion: amber', () => {
    const standing = standingOf(
      facts([quarter(18), quarter(13)], { confirmed: 40, inDiscussion: 28 }),
      'delivery',
      null,
      policy,
    );
    expect(standing).toEqual({
      total: 31,
      percent: 31,
      all: 99,
      colour: 'amber',
      because:
        'delivered and confirmed are 71 of 100, with what is in discussion 99: at least 90% of the target',
    });
  });

  it.each([
    ['a count above its target', facts([quarter(7), quarter(5)], { target: 10 }), [12, 120, 'green']],
    ['one at six times its target', facts([quarter(4), quarter(2)], { target: 1 }), [6, 600, 'green']],
    [
      'a running count',
      facts([quarter(58), quarter(58)], { target: 60, counting: 'running' }),
      [58, 97, 'amber'],
    ],
    [
      'the same councils twice',
      facts([quarter(5, five), quarter(5, five)], { target: 10, counting: 'distinct' }),
      [5, 50, 'red'],
    ],
    ['a quarter that is n/a', facts([notApplicable, quarter(9)], { target: 10 }), [9, 90, 'amber']],
    ['a year without any figure', facts([]), [null, null, 'not_started']],
    ['a limit that is kept', facts([quarter(2)], { target: 3, direction: 'up_to' }), [2, 67, 'green']],
    [
      'a limit that talks would break',
      facts([quarter(2)], { target: 3, direction: 'up_to', inDiscussion: 2 }),
      [2, 67, 'amber'],
    ],
    ['a limit that is broken', facts([quarter(4)], { target: 3, direction: 'up_to' }), [4, 133, 'red']],
    ['no target', facts([quarter(4)], { target: null }), [4, null, 'not_started']],
  ])('with %s is told with its total, share and colour', (_, known, [total, percent, colour]) => {
    expect(standingOf(known, 'delivery', null, policy)).toMatchObject({ total, percent, colour });
  });

  it.each([
    [100, 'green'],
    [95, 'green'],
    [94, 'amber'],
    [90, 'amber'],
    [89, 'red'],
    [111, 'red'],
  ])('like a budget, at %i of 100, is %s', (spent, colour) => {
    expect(standingOf(facts([quarter(spent)]), 'budget', null, policy).colour).toBe(colour);
  });

  const by = { line: 0.5, season: 0.25, by: '30 September 2026' };
  it.each([
    ['line', { quarters: [quarter(50)] }, 'green'],
    ['line', { quarters: [quarter(49)] }, 'amber'],
    ['line', { quarters: [quarter(30)] }, 'amber'],
    ['line', { quarters: [quarter(29)] }, 'red'],
    ['season', { quarters: [quarter(25)] }, 'green'],
    ['season', { quarters: [quarter(15)] }, 'amber'],
    ['season', { quarters: [quarter(14)] }, 'red'],
    ['forecast', { quarters: [quarter(9)], forecast: { least: 90, likely: 100, most: 110 } }, 'green'],
    ['forecast', { quarters: [quarter(9)], forecast: { least: 80, likely: 99, most: 100 } }, 'amber'],
    ['forecast', { quarters: [quarter(9)], forecast: { least: 70, likely: 90, most: 99 } }, 'red'],
    ['income', { quarters: [quarter(180)] }, 'green'],
    ['income', { quarters: [quarter(94)] }, 'amber'],
    ['income', { quarters: [quarter(89)] }, 'red'],
    ['spending', { quarters: [quarter(20)] }, 'green'],
    ['spending', { quarters: [quarter(106)] }, 'amber'],
    ['spending', { quarters: [quarter(111)] }, 'red'],
    ['line', { quarters: [quarter(0)], target: 0 }, 'green'],
    ['line', { quarters: [quarter(-5)], target: 0 }, 'red'],
  ] as const)('by the rule %s, with %j, is %s', (rule, { quarters, ...rest }, colour) => {
    const standing = standingOf(facts([...quarters], { share: by, ...rest }), rule, null, policy);
    expect([standing.colour, standing.because]).toEqual([colour, expect.not.stringMatching(/NaN|Infinity/)]);
  });

  it('has the colour that somebody entered, with its reason, whatever the rule says', () => {
    const entered = { colour: 'red' as const, reason: 'the supplier has failed' };
    const standing = standingOf(facts([quarter(100)]), 'delivery', entered, policy);
    expect([standing.colour, standing.because]).toEqual(['red', 'entered by hand: the supplier has failed']);
  });

  it('never counts less, nor turns a worse colour, for one more delivered', () => {
    const rank = { red: 0, not_started: 1, amber: 1, green: 2 };
    const numbers = fc.record({
      counts: fc.array(fc.nat(60), { minLength: 4, maxLength: 4 }),
      target: fc.integer({ min: 1, max: 150 }),
      confirmed: fc.nat(60),
      inDiscussion: fc.nat(60),
      at: fc.nat(3),
    });
    fc.assert(
      fc.property(numbers, ({ counts, at, ...rest }) => {
        const standing = (more: number) =>
          standingOf(
            facts(
              counts.map((count, q) => quarter(count + (q === at ? more : 0))),
              rest,
            ),
            'delivery',
            null,
            policy,
          );
        const [before, after] = [standing(0), standing(1)];
        expect(after.total).toBe((before.total ?? 0) + 1);
        expect(rank[after.colour]).toBeGreaterThanOrEqual(rank[before.colour]);
      }),
    );
  });

  it('adds up to no more different councils than its quarters together, and no fewer than the largest', () => {
    const names = fc.array(fc.uniqueArray(fc.constantFrom(...'ABCDEFGH'), { maxLength: 8 }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(names, (all) => {
        const total =
          totalOf({ counting: 'distinct', quarters: all.map((one) => quarter(one.length, one)) }) ?? 0;
        expect(total).toBeLessThanOrEqual(all.reduce((sum, { length }) => sum + length, 0));
        expect(total).toBeGreaterThanOrEqual(Math.max(...all.map(({ length }) => length)));
      }),
    );
  });
});

describe('the look ahead', () => {
  it('knows how much of a usual year is over: by quarters, evenly within them', () => {
    const share = (day: string): number =>
      Math.round(74 * seasonalShare(2026, day, policy.seasonalProfile) * 100) / 100;
    expect(share('2026-03-31')).toBe(0);
    expect(share('2026-06-30')).toBe(8);
    expect(share('2026-09-30')).toBe(25);
    expect(share('2026-12-31')).toBe(49);
    expect(share('2027-03-31')).toBe(74);
    expect(share('2027-04-01')).toBe(74);
    for (let day = '2026-04-01'; day < '2027-03-31'; day = addDays(day, 1))
      expect(share(addDays(day, 1))).toBeGreaterThanOrEqual(share(day));
  });

  it('splits the year into four quarters without a gap', () => {
    for (const year of [2023, 2024, 2026]) {
      const ranges = ([1, 2, 3, 4] as const).map((q) => quarterRange(year, q));
      expect([ranges[0]?.[0], ranges[3]?.[1]]).toEqual([
        `${String(year)}-04-01`,
        `${String(year + 1)}-03-31`,
      ]);
      ranges.slice(1).forEach(([from], index) => {
        expect(addDays(ranges[index]?.[1] ?? '', 1)).toBe(from);
      });
    }
  });

  it('is a range around what is likely, never below what is delivered, and the count itself once the year is over', () => {
    const input = fc.record({
      delivered: fc.nat(150),
      confirmed: fc.nat(80),
      inDiscussion: fc.nat(80),
      day: fc.integer({ min: 0, max: 364 }),
    });
    fc.assert(
      fc.property(input, ({ day, ...counts }) => {
        const forecast = forecastOf({ year: 2026, today: addDays('2026-04-01', day), ...counts }, policy);
        expect(forecast.least).toBeGreaterThanOrEqual(counts.delivered);
        expect(forecast.likely).toBeGreaterThanOrEqual(forecast.least);
        expect(forecast.most).toBeGreaterThanOrEqual(forecast.likely);
      }),
    );
    expect(
      forecastOf({ year: 2026, today: '2027-05-01', delivered: 97, confirmed: 0, inDiscussion: 0 }, policy),
    ).toMatchObject({
      least: 97,
      likely: 97,
      most: 97,
    });
  });

  it('does not take a quiet spring for a bad year', () => {
    const half = forecastOf(
      { year: 2026, today: '2026-09-30', delivered: 25, confirmed: 30, inDiscussion: 20 },
      policy,
    );
    expect(half.likely).toBeGreaterThan(60);
    expect(half.likely).toBeLessThan(80);
  });

  it('holds in at least eight of ten years that go as the policy says, at any time of the year', () => {
    const random = new Random(2016);
    const days = Array.from({ length: 365 }, (_, n) =>
      seasonalShare(2026, addDays('2026-04-01', n), policy.seasonalProfile),
    );
    for (const day of [60, 120, 180, 240, 300]) {
      const years = Array.from({ length: 400 }, () => {
        const known = { delivered: 0, confirmed: 0, inDiscussion: 0 };
        let fell = 0;
        for (let visit = 0; visit < 100; visit++) {
          const share = random.next();
          const on = days.findIndex((over) => over >= share);
          const stage = on <= day ? 'delivered' : on <= day + 120 ? 'confirmed' : 'inDiscussion';
          known[stage]++;
          const sure = {
            delivered: 100,
            confirmed: policy.confirmedPercent,
            inDiscussion: policy.discussionPercent,
          }[stage];
          if (random.chance(1 - sure / 100)) fell++;
        }
        const { least, most } = forecastOf(
          { year: 2026, today: addDays('2026-04-01', day), ...known },
          policy,
        );
        return least <= 100 - fell && 100 - fell <= most;
      });
      expect([day, years.filter(Boolean).length / years.length >= 0.8]).toEqual([day, true]);
    }
  });

  it('stands beside how the whole years before went', () => {
    const before = [[9, 20, 25, 26], [11, 30, 35, 44], [], [1, null, 2, 3]];
    expect(seasonOf(before, [8, 17, 24, 25])).toEqual({
      years: 2,
      observed: [10, 25, 30, 35],
      reckoned: [11, 23, 32, 34],
    });
    expect(seasonOf([[0, 0, 0, 0]], [8, 17, 24, 25])).toBeNull();
    // Whole per cents make 100, also where each would be rounded down.
    expect(seasonOf([[1, 1, 1, 0]], [1, 1, 1, 0])).toMatchObject({ observed: [34, 33, 33, 0] });
  });
});
