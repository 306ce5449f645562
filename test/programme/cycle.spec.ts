import fc from 'fast-check';
import { addDays, addMonths } from '../../src/calendar/dates.js';
import { preElectionPeriods } from '../../src/calendar/elections.js';
import { FIRST_REFERENCE } from '../../src/reference/first-content.js';
import { coverageBy, cycleState, type CycleCouncil } from '../../src/programme/cycle/coverage.js';
import { scheduleCycle } from '../../src/programme/cycle/cycle-schedule.js';
import { calendarOf, filtered, gapWords } from '../../src/programme/plan/plan-calendar.js';

const TODAY = '2026-11-23';
const QUARTERS = 12;
const rules = FIRST_REFERENCE.calendar;

const dated = fc.option(
  fc.integer({ min: 0, max: 3000 }).map((days) => addDays('2018-01-01', days)),
  { nil: null },
);
const cycle = fc.record({
  pattern: fc.constantFrom('all_out' as const, 'thirds' as const, 'halves' as const),
  baseYear: fc.constant(2023),
  nextYear: fc.constant(2027),
});
const councils = fc
  .array(
    fc.record({
      last: dated,
      declined: fc.boolean(),
      booked: fc.boolean(),
      first: fc.boolean(),
      elections: fc.option(cycle, { nil: null }),
    }),
    { maxLength: 60 },
  )
  .map((all) =>
    all.map(({ last, declined, booked, first, elections }, n): CycleCouncil => {
      const known = { last, due: last && addMonths(last, 60), declinedOn: declined ? '2026-09-01' : null };
      return {
        ...{
          id: String(n),
          code: `E${String(n)}`,
          name: `Council ${String(n)}`,
          region: n % 2 ? 'London' : 'South East',
          type: 'district',
          elections,
          groupings: [],
        },
        ...{
          ...known,
          bookedFor: booked ? '2027-03-02' : null,
          priority: first ? 'asked' : null,
          state: cycleState(known, TODAY),
        },
      };
    }),
  );

describe('the five-year cycle', () => {
  it.each([
    ['a year ago', '2025-11-20', null, 'covered'],
    ['four and a half years ago', '2022-06-01', null, 'due'],
    ['six years ago', '2020-11-01', null, 'overdue'],
    ['six years ago, and said no in autumn', '2020-11-01', '2026-09-01', 'due'],
    ['never', null, null, 'never'],
    ['never, and said no in autumn', null, '2026-09-01', 'due'],
  ])('has a council challenged %s as it should', (_, last, declinedOn, state) => {
    expect(cycleState({ last, due: last && addMonths(last, 60), declinedOn }, TODAY)).toBe(state);
  });

  it('counts every council once in each table', () => {
    fc.assert(
      fc.property(councils, (all) => {
        for (const part of ['region', 'type'] as const)
          expect(
            coverageBy(all, part).reduce(
              (sum, row) => sum + row.covered + row.due + row.overdue + row.never,
              0,
            ),
          ).toBe(all.length);
      }),
    );
  });
});

describe('the schedule of the cycle', () => {
  it('names each council that waits once at most, and nobody who has one on its way, or is covered and not named first', () => {
    fc.assert(
      fc.property(councils, (all) => {
        const ids = scheduleCycle(all, TODAY, QUARTERS, rules).map(({ council }) => council.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) {
          const { bookedFor, state, priority } = all[Number(id)] ?? {};
          expect([bookedFor, state === 'covered' && priority === null]).toEqual([null, false]);
        }
      }),
    );
  });

  it('keeps months that elections or closed weeks take away free, and spreads what is left', () => {
    fc.assert(
      fc.property(councils, (all) => {
        const scheduled = scheduleCycle(all, TODAY, QUARTERS, rules);
        for (const { council, month } of scheduled) {
          expect(month.slice(5, 7)).not.toBe('08');
          const middle = addDays(month, 14);
          const around = { from: addDays(middle, -10), to: addDays(middle, 10) };
          const blocked = preElectionPeriods(council.elections, around).some(
            ({ from, to }) => from <= around.from && to >= around.to,
          );
          expect(blocked).toBe(false);
        }
        const waiting = all.filter(
          ({ state, bookedFor }) => state !== 'covered' && bookedFor === null && state !== 'due',
        );
        const loads = new Map<string, number>();
        for (const { year, quarter } of scheduled)
          loads.set(
            `${String(year)} ${String(quarter)}`,
            (loads.get(`${String(year)} ${String(quarter)}`) ?? 0) + 1,
          );
        // Whoever is overdue or never had one fits into any quarter, so that none is fuller than an even share and those bound to a time ask for.
        const due = scheduled.length - waiting.length;
        for (const load of loads.values())
          expect(load).toBeLessThanOrEqual(
            Math.ceil((waiting.length + due) / QUARTERS) + Math.max(0, due) + 1,
          );
      }),
    );
  });

  it('takes who is named first before who is overdue', () => {
    const base = {
      code: '',
      region: 'London',
      type: 'district',
      elections: null,
      groupings: [],
      declinedOn: null,
      bookedFor: null,
    };
    const many = Array.from({ length: 24 }, (_, n): CycleCouncil => ({
      ...base,
      id: `o${String(n)}`,
      name: `O${String(n)}`,
      last: '2019-01-01',
      due: '2024-01-01',
      priority: null,
      state: 'overdue',
    }));
    const first: CycleCouncil = {
      ...base,
      id: 'first',
      name: 'Z',
      last: '2022-01-01',
      due: '2027-01-01',
      priority: 'inspection',
      state: 'due',
    };
    const [earliest] = scheduleCycle([...many, first], TODAY, QUARTERS, rules).map(({ month }) => month);
    const own = scheduleCycle([...many, first], TODAY, QUARTERS, rules).find(
      ({ council }) => council.id === 'first',
    );
    expect(own?.month).toBe(earliest);
  });
});

describe('the calendar of a plan', () => {
  const team = [
    { seat: 'Lead member', peer: 'Amina Mason' },
    { seat: 'Finance officer', peer: null },
  ];
  const entry = {
    council: 'A',
    kind: 'Corporate',
    manager: null,
    fixed: false,
    confirmed: false,
    taken: false,
    team,
    warnings: [],
  };
  const entries = [
    { ...entry, challengeId: '1', region: 'London', firstDay: '2027-06-08', lastDay: '2027-06-10' },
    { ...entry, challengeId: '2', region: 'London', firstDay: '2027-06-11', lastDay: '2027-06-11' },
    { ...entry, challengeId: '3', region: 'South East', firstDay: '2027-12-21', lastDay: '2027-12-22' },
  ];
  const RULES = {
    ...FIRST_REFERENCE.calendar,
    generalElections: [{ dissolved: '2027-09-01', poll: '2027-10-07' }],
  };

  it('has every week once without a gap, each challenge in its own, and says what is closed', () => {
    const months = calendarOf(entries, ['2027-04-01', '2028-03-31'], RULES);
    const weeks = months.flatMap((month) => month.weeks);
    expect(weeks[0]?.monday).toBe('2027-03-29');
    for (const [at, { monday }] of weeks.slice(1).entries())
      expect(monday).toBe(addDays(weeks[at]?.monday ?? '', 7));
    expect(weeks.flatMap(({ entries: own }) => own.map(({ challengeId }) => challengeId))).toEqual([
      ...['1', '2', '3'],
    ]);
    const week = (monday: string) => weeks.find((one) => one.monday === monday);
    expect(week('2027-06-07')?.entries.map(({ challengeId }) => challengeId)).toEqual(['1', '2']);
    expect(months.find(({ name }) => name === 'June 2027')).toMatchObject({ visits: 2, peers: 2 });
    expect(week('2027-05-03')?.notes).toContain('Local elections, 6 May 2027');
    expect(week('2027-10-04')?.notes).toContain('General election, 7 October 2027');
    expect(week('2027-12-27')).toMatchObject({ isClosed: true });
    expect(week('2027-12-27')?.notes.join(' ')).toMatch(/Closed: /);
    expect(week('2027-06-07')).toMatchObject({ isClosed: false, notes: [] });
  });

  it('is narrowed to a region, a kind, a manager or a peer by part of the name', () => {
    const none = { region: '', kind: '', manager: '', peer: '' };
    const left = (by: Partial<typeof none>): string[] =>
      filtered(entries, { ...none, ...by }).map(({ challengeId }) => challengeId);
    expect(left({})).toEqual(['1', '2', '3']);
    expect(left({ region: 'South East' })).toEqual(['3']);
    expect(left({ peer: 'mason' })).toEqual(['1', '2', '3']);
    expect(left({ peer: 'nobody' })).toEqual([]);
    expect(left({ kind: 'Other' })).toEqual([]);
    expect(left({ manager: 'X' })).toEqual([]);
  });

  it.each([
    [100, 100, 0, 'No plan is better than this one: that is proven.'],
    [
      60_000,
      60_060,
      0.001,
      'This plan is within 0.1% of the best possible: about a quarter of one seat at the very most.',
    ],
    [
      60_000,
      60_030,
      0.0005,
      'This plan is within 0.05% of the best possible: less than a fifth of one seat at the very most.',
    ],
    [60_000, 60_720, 0.012, 'This plan is within 1.2% of the best possible: about 3 seats at the very most.'],
  ])('says of %i points of at most %i: %s', (score, bound, gap, words) => {
    expect(gapWords({ score, bound, gap }, 240)).toBe(words);
  });
});
