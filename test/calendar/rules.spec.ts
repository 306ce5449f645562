import { addWorkingDays, bankHolidays, isWorkingDay } from '../../src/calendar/bank-holidays.js';
import { isWeekend, weekday } from '../../src/calendar/dates.js';
import {
  localElectionDay,
  preElectionPeriods,
  votesIn,
  type ElectionCycle,
} from '../../src/calendar/elections.js';
import {
  programmeQuarter,
  programmeYear,
  programmeYearName,
  programmeYearRange,
} from '../../src/calendar/programme-year.js';
import { windowWarnings } from '../../src/calendar/window-rules.js';
import { FIRST_REFERENCE } from '../../src/reference/first-content.js';

const dates = (year: number): string[] => bankHolidays(year).map(({ date }) => date);

describe('bank holidays of England', () => {
  it.each([
    [
      2015,
      [
        '2015-01-01',
        '2015-04-03',
        '2015-04-06',
        '2015-05-04',
        '2015-05-25',
        '2015-08-31',
        '2015-12-25',
        '2015-12-28',
      ],
    ],
    [
      2016,
      [
        '2016-01-01',
        '2016-03-25',
        '2016-03-28',
        '2016-05-02',
        '2016-05-30',
        '2016-08-29',
        '2016-12-26',
        '2016-12-27',
      ],
    ],
    [
      2020,
      [
        '2020-01-01',
        '2020-04-10',
        '2020-04-13',
        '2020-05-08',
        '2020-05-25',
        '2020-08-31',
        '2020-12-25',
        '2020-12-28',
      ],
    ],
    [
      2022,
      [
        '2022-01-03',
        '2022-04-15',
        '2022-04-18',
        '2022-05-02',
        '2022-06-02',
        '2022-06-03',
        '2022-08-29',
        '2022-09-19',
        '2022-12-26',
        '2022-12-27',
      ],
    ],
    [
      2023,
      [
        '2023-01-02',
        '2023-04-07',
        '2023-04-10',
        '2023-05-01',
        '2023-05-08',
        '2023-05-29',
        '2023-08-28',
        '2023-12-25',
        '2023-12-26',
      ],
    ],
    [
      2027,
      [
        '2027-01-01',
        '2027-03-26',
        '2027-03-29',
        '2027-05-03',
        '2027-05-31',
        '2027-08-30',
        '2027-12-27',
        '2027-12-28',
      ],
    ],
  ])('are known for %i', (year, expected) => {
    expect(dates(year)).toEqual(expected);
  });

  it('never fall on a weekend, and number eight in a year without one-offs', () => {
    for (let year = 2015; year <= 2035; year++) {
      expect(dates(year).filter(isWeekend)).toEqual([]);
      expect(new Set(dates(year)).size).toBe(year === 2022 ? 10 : year === 2023 ? 9 : 8);
    }
  });

  it('are not counted among working days', () => {
    expect(addWorkingDays('2026-12-23', 3)).toBe('2026-12-30');
    expect(addWorkingDays('2026-05-07', -25)).toBe('2026-03-30');
    expect(isWorkingDay('2026-04-03')).toBe(false);
  });
});

describe('elections', () => {
  const allOut = (baseYear: number, nextYear: number): ElectionCycle => ({
    pattern: 'all_out',
    baseYear,
    nextYear,
  });

  it('are held on the first Thursday in May', () => {
    expect(
      ['2026-05-07', '2027-05-06', '2025-05-01'].map((day) => localElectionDay(Number(day.slice(0, 4)))),
    ).toEqual(['2026-05-07', '2027-05-06', '2025-05-01']);
    for (let year = 2021; year <= 2035; year++) expect(weekday(localElectionDay(year) ?? '')).toBe(4);
  });

  it('come by the pattern of the council', () => {
    expect([2023, 2024, 2025, 2026, 2027, 2031].filter((year) => votesIn(allOut(2023, 2027), year))).toEqual([
      2023, 2027, 2031,
    ]);
    expect(
      [2024, 2025, 2026, 2027, 2028, 2029].filter((year) =>
        votesIn({ pattern: 'thirds', baseYear: null, nextYear: 2026 }, year),
      ),
    ).toEqual([2024, 2026, 2027, 2028]);
    expect(
      [2024, 2025, 2026].filter((year) =>
        votesIn({ pattern: 'halves', baseYear: null, nextYear: 2026 }, year),
      ),
    ).toEqual([2024, 2026]);
  });

  it('postponed by a year are held in the later one only', () => {
    expect([2025, 2026].filter((year) => votesIn(allOut(2025, 2026), year))).toEqual([2026]);
  });

  it('are preceded by 25 working days', () => {
    expect(preElectionPeriods(allOut(2023, 2027), { from: '2027-01-01', to: '2027-12-31' }, [])).toEqual([
      { from: '2027-03-31', to: '2027-05-06' },
    ]);
    expect(preElectionPeriods(allOut(2023, 2027), { from: '2026-01-01', to: '2026-12-31' }, [])).toEqual([]);
  });

  it('to Parliament count for every council', () => {
    expect(preElectionPeriods(null, { from: '2024-06-10', to: '2024-06-13' })).toEqual([
      { from: '2024-05-30', to: '2024-07-04' },
    ]);
  });
});

describe('windows', () => {
  const warn = (start: string, days = 4, preElectionRefuses = true): string[] =>
    windowWarnings(start, days, {
      rules: FIRST_REFERENCE.calendar,
      cycle: { pattern: 'all_out', baseYear: 2023, nextYear: 2027 },
      preElectionRefuses,
    }).map(({ rule, severity }) => `${rule} ${severity}`);

  it.each([
    ['2026-09-08', []],
    ['2026-09-10', ['weekend refused', 'usual-days warning']],
    ['2026-08-04', ['avoid warning']],
    ['2027-02-16', ['avoid warning']],
    ['2026-12-21', ['closed refused']],
    ['2027-04-13', ['pre-election refused']],
    ['2027-05-03', ['bank-holiday refused', 'pre-election refused']],
  ])('of four days from %s meet %j', (start, expected) => {
    expect(warn(start)).toEqual(expected);
  });

  it('in a pre-election period are only warned about where the kind says so', () => {
    expect(warn('2027-04-13', 4, false)).toEqual(['pre-election warning']);
  });
});

describe('programme years', () => {
  it('run from April to March, in quarters', () => {
    expect(['2026-03-31', '2026-04-01', '2027-03-31'].map(programmeYear)).toEqual([2025, 2026, 2026]);
    expect(
      ['2026-04-01', '2026-07-01', '2026-10-01', '2027-01-01', '2027-03-31'].map(programmeQuarter),
    ).toEqual([1, 2, 3, 4, 4]);
    expect(programmeYearRange(2026)).toEqual({ from: '2026-04-01', to: '2027-03-31' });
    expect(programmeYearName(2099)).toBe('2099/00');
  });
});
