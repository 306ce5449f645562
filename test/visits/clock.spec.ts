import fc from 'fast-check';
import { addWorkingDays, isWorkingDay } from '../../src/calendar/bank-holidays.js';
import {
  addDays,
  addMonths,
  daysInMonth,
  fromDayNumber,
  isWeekend,
  toDayNumber,
  weekday,
} from '../../src/calendar/dates.js';
import { reminderDue } from '../../src/calendar/reminders.js';
import { FIRST_KINDS } from '../../src/kinds/first-kinds.js';
import { FIRST_REFERENCE } from '../../src/reference/first-content.js';
import { clockOf, dueDays, type ClockFacts, type ClockStep } from '../../src/visits/clock.js';
import { STEP_IDS, type StepId } from '../../src/visits/steps.js';
import { reviewWindows } from '../../src/visits/review-windows.js';

const corporate = FIRST_KINDS.corporate?.clock;
if (!corporate) throw new Error('no corporate kind');

const facts = (more: Partial<ClockFacts> = {}): ClockFacts => ({
  clock: corporate,
  state: 'reporting',
  firstDay: '2024-10-29',
  lastDay: '2024-10-31',
  endsOn: null,
  isStay: false,
  wanted: null,
  approved: true,
  objected: false,
  scoped: true,
  asked: false,
  past: null,
  records: [],
  reportBy: null,
  review: null,
  elections: null,
  rules: { generalElections: [], addedBankHolidays: [] },
  ...more,
});

const step = (id: StepId, given: ClockFacts, today: string): ClockStep => {
  const found = clockOf(given, today).find((one) => one.id === id);
  if (!found) throw new Error(`no step ${id}`);
  return found;
};

const visit = (firstDay: string, lastDay: string): Partial<Record<StepId, string | null>> =>
  dueDays(facts({ firstDay, lastDay }));

describe('a team that is agreed', () => {
  it.each<[string, Partial<ClockFacts>, string]>([
    ['waits for its council', {}, 'council'],
    ['waits for the adviser once the council has objected', { objected: true }, 'adviser'],
    ['is the adviser’s before it is agreed', { state: 'team_proposed' }, 'adviser'],
  ])('%s', (_, more, owner) => {
    const given = facts({
      state: 'team_agreed',
      approved: false,
      firstDay: '2027-06-08',
      lastDay: '2027-06-10',
    });
    expect(step('team', { ...given, ...more }, '2026-11-28')).toMatchObject({ owner });
  });
});

describe('the published clock of real challenges', () => {
  it.each<[string, string, Partial<Record<StepId, string>>]>([
    [
      '2024-10-29',
      '2024-10-31',
      { report: '2025-01-31', plan: '2025-03-31', review: '2025-08-31', review_report: '2025-10-31' },
    ],
    [
      '2023-11-28',
      '2023-11-30',
      { report: '2024-02-29', plan: '2024-04-30', review: '2024-09-30', review_report: '2024-11-30' },
    ],
    ['2026-05-28', '2026-05-31', { report: '2026-08-31', plan: '2026-10-31' }],
    ['2022-11-28', '2022-11-30', { report: '2023-02-28' }],
    [
      '2027-06-08',
      '2027-06-11',
      {
        papers: '2027-05-18',
        call: '2027-05-25',
        meets: '2027-06-07',
        verbal: '2027-06-11',
        draft: '2027-07-02',
      },
    ],
  ])('on site %s to %s', (firstDay, lastDay, expected) => {
    expect(visit(firstDay, lastDay)).toMatchObject(expected);
  });

  it('falls on the same day of a later month, or on its last: every month end, leap day and change of the clocks', () => {
    const changes = (year: number): string[] => [3, 10].map((month) => lastSunday(year, month));
    const monthEnds = (year: number): string[] =>
      Array.from(
        { length: 12 },
        (_, m) => `${String(year)}-${String(m + 1).padStart(2, '0')}-${String(daysInMonth(year, m + 1))}`,
      );
    const years = Array.from({ length: 12 }, (_, n) => 2020 + n);
    const special = years.flatMap((year) => [
      ...monthEnds(year),
      ...changes(year),
      ...changes(year).map((day) => addDays(day, -1)),
    ]);
    const day = fc.oneof(
      fc.constantFrom(...special),
      fc.integer({ min: toDayNumber('2000-01-01'), max: toDayNumber('2099-12-31') }).map(fromDayNumber),
    );
    fc.assert(
      fc.property(day, (lastDay) => {
        const due = visit(addDays(lastDay, -3), lastDay);
        for (const [id, months] of [
          ['report', 3],
          ['plan', 5],
          ['review', 10],
          ['review_report', 12],
        ] as const) {
          const [year, month] = [Number(lastDay.slice(0, 4)), Number(lastDay.slice(5, 7)) + months];
          const [y, m] = month > 12 ? [year + 1, month - 12] : [year, month];
          const d = Math.min(Number(lastDay.slice(8)), daysInMonth(y, m));
          expect(due[id]).toBe(
            `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`,
          );
        }
        expect(due.papers).toBe(addDays(lastDay, -24));
      }),
    );
  });

  it('moves with the visit, whole', () => {
    const day = fc
      .integer({ min: toDayNumber('2020-01-01'), max: toDayNumber('2035-12-31') })
      .map(fromDayNumber);
    fc.assert(
      fc.property(day, fc.integer({ min: -400, max: 400 }), (lastDay, by) => {
        const moved = addDays(lastDay, by);
        const [before, after] = [visit(lastDay, lastDay), visit(moved, moved)];
        for (const id of ['papers', 'call', 'meets', 'draft', 'accuracy'] as const)
          expect(after[id]).toBe(addDays(before[id] ?? '', by));
        expect(after.report).toBe(addMonths(moved, 3));
      }),
    );
  });
});

describe('the clock of a challenge', () => {
  it('says what is done, what comes now, what is late, and who owes it', () => {
    const records = [
      {
        step: 'draft',
        doneOn: '2024-11-20',
        link: 'https://council.example/draft',
        movedTo: null,
        moveReason: null,
      },
      { step: 'accuracy', doneOn: '2024-12-01', link: null, movedTo: null, moveReason: null },
    ];
    const clock = clockOf(facts({ records }), '2025-02-12');
    expect(clock.filter(({ state }) => state === 'late').map(({ id, owner }) => [id, owner])).toEqual([
      ['report', 'council'],
    ]);
    expect(clock.find(({ state }) => state === 'now')?.id).toBe('plan');
    expect(clock.find(({ id }) => id === 'draft')).toMatchObject({
      state: 'done',
      doneOn: '2024-11-20',
      link: 'https://council.example/draft',
    });
    expect(clock.find(({ id }) => id === 'review')?.about).toBe('about August 2025');
  });

  it('asks a council for its answer once there is a draft, however late that comes, and gives it its days from there', () => {
    const written = (doneOn: string): ClockFacts =>
      facts({ records: [{ step: 'draft', doneOn, link: null, movedTo: null, moveReason: null }] });
    const usual = step('accuracy', written('2024-11-20'), '2024-11-22').due ?? '';
    const without = clockOf(facts(), '2025-02-10');
    const found = (id: StepId): ClockStep | undefined => without.find((one) => one.id === id);
    expect(found('draft')).toMatchObject({ state: 'late', owner: 'manager' });
    expect(found('accuracy')).toMatchObject({ state: 'next', waitsFor: 'draft', due: usual });
    expect(found('report')).toMatchObject({ state: 'late', owner: 'manager' });
    const late = addDays(usual, 40);
    expect(step('accuracy', written(late), late)).toMatchObject({
      ...{ state: 'now', waitsFor: null, owner: 'council' },
      due: addWorkingDays(addDays(late, (corporate.accuracyDays ?? 0) - 1), 1),
    });
    expect(step('report', written(late), addDays(late, 100))).toMatchObject({
      state: 'late',
      owner: 'council',
    });
  });

  it('is owed by a working day: the one before a weekend or a bank holiday, and says what the rule’s own day is', () => {
    const days = (lastDay: string, added: { date: string; name: string }[] = []): (string | null)[] => {
      const given = facts({
        ...{ firstDay: addDays(lastDay, -2), lastDay },
        rules: { generalElections: [], addedBankHolidays: added },
      });
      const { due, rule } = step('report', given, lastDay);
      return [due, rule];
    };
    // 31 January 2025 is a Friday, 31 August 2025 a Sunday, 31 August 2026 the summer bank holiday, a Monday.
    expect(days('2024-10-31')).toEqual(['2025-01-31', null]);
    expect(days('2025-05-31')).toEqual(['2025-08-29', '2025-08-31']);
    expect(days('2026-05-31')).toEqual(['2026-08-28', '2026-08-31']);
    expect(days('2024-10-31', [{ date: '2025-01-31', name: 'A day of thanks' }])).toEqual([
      '2025-01-30',
      '2025-01-31',
    ]);
    // A council has all its days to answer: 24 October 2026 is a Saturday.
    const answer = facts({ firstDay: '2026-09-14', lastDay: '2026-09-19' });
    const { due, rule } = step('accuracy', answer, '2026-09-20');
    expect([due, rule].map((day) => isWorkingDay(day ?? ''))).toEqual([true, false]);
    expect(addWorkingDays(rule ?? '', 1)).toBe(due);
    // The days of a visit are its own, and a day that a person chose is theirs.
    const given = facts({ firstDay: '2026-06-08', lastDay: '2026-06-10' });
    expect(step('meets', given, '2026-06-01')).toMatchObject({ due: '2026-06-07', rule: null });
    const moved = { step: 'report', doneOn: null, link: null, movedTo: '2026-09-12', moveReason: 'asked' };
    expect(step('report', { ...given, records: [moved] }, '2026-06-11')).toMatchObject({
      ...{ due: '2026-09-12', rule: null, moved: { from: '2026-09-10' } },
    });
  });

  it('takes a moved day with its reason, and forgets neither', () => {
    const records = [
      {
        step: 'report',
        doneOn: null,
        link: null,
        movedTo: '2025-02-28',
        moveReason: 'a new chief executive',
      },
    ];
    const given = facts({ records });
    expect(step('report', given, '2025-02-12')).toMatchObject({
      due: '2025-02-28',
      moved: { from: '2025-01-31', reason: 'a new chief executive' },
    });
    expect(step('report', given, '2025-02-12').state).not.toBe('late');
    expect(step('report', given, '2025-03-01').state).toBe('late');
  });

  it('says where what is published falls into the pre-election period, and offers the first day after it', () => {
    const elections = { pattern: 'thirds' as const, baseYear: null, nextYear: 2026 };
    const given = facts({
      firstDay: '2026-01-12',
      lastDay: '2026-01-15',
      elections,
      rules: FIRST_REFERENCE.calendar,
    });
    expect(step('report', given, '2026-02-01')).toMatchObject({
      due: '2026-04-15',
      election: { to: '2026-05-07', after: '2026-05-08' },
    });
    expect(step('plan', given, '2026-02-01').election).toBeNull();
    expect(
      step('draft', facts({ ...given, firstDay: '2026-03-16', lastDay: '2026-03-19' }), '2026-03-20')
        .election,
    ).toBeNull();
  });

  it('offers a day after one period that is in no other one: a by-election may lie just before', () => {
    const elections = {
      ...{ pattern: 'thirds' as const, baseYear: null, nextYear: 2026 },
      polls: [{ name: 'Mayor', poll: '2026-04-16', isWard: false }],
    };
    const dates = { firstDay: '2026-01-12', lastDay: '2026-01-15', rules: FIRST_REFERENCE.calendar };
    expect(step('report', facts({ ...dates, elections }), '2026-02-01')).toMatchObject({
      due: '2026-04-15',
      election: { after: '2026-05-08' },
    });
    // Of one ward: nothing that is published moves.
    const ward = {
      ...elections,
      pattern: null,
      polls: [{ name: 'Topsham', poll: '2026-04-16', isWard: true }],
    };
    expect(step('report', facts({ ...dates, elections: ward }), '2026-02-01').election).toBeNull();
  });

  it('never hides what was missed: a challenge that is closed without its report says so', () => {
    const closed = facts({ state: 'closed' });
    expect(step('report', closed, '2026-01-01').state).toBe('missed');
    expect(step('on_site', closed, '2026-01-01').state).toBe('done');
  });

  it('owes nothing once it is cancelled, stood down or postponed', () => {
    for (const state of ['cancelled', 'stood_down', 'postponed'] as const)
      expect(
        clockOf(facts({ state }), '2027-01-01').filter((one) => one.state === 'late' || one.state === 'now'),
      ).toEqual([]);
  });

  it('has at most one step that is now, and none late before its day', () => {
    const state = fc.constantFrom(
      'confirmed',
      'on_site',
      'reporting',
      'report_published',
      'action_plan_published',
      'review_due',
      'reviewed',
      'closed',
    );
    const done = fc.subarray([...STEP_IDS]);
    const today = fc
      .integer({ min: toDayNumber('2024-06-01'), max: toDayNumber('2026-12-31') })
      .map(fromDayNumber);
    fc.assert(
      fc.property(state, done, today, (now, ids, day) => {
        const records = ids.map((id) => ({
          step: id,
          doneOn: '2024-11-01',
          link: null,
          movedTo: null,
          moveReason: null,
        }));
        const clock = clockOf(facts({ state: now as ClockFacts['state'], records }), day);
        expect(clock.filter((one) => one.state === 'now').length).toBeLessThanOrEqual(1);
        for (const one of clock)
          if (one.state === 'late') expect(one.due !== null && one.due < day).toBe(true);
        for (const id of ids) expect(clock.find((one) => one.id === id)?.state ?? 'done').toBe('done');
      }),
    );
  });

  it('of a review has its report due by the clock of the first challenge', () => {
    const review = FIRST_KINDS['progress-review']?.clock;
    if (!review) throw new Error('no progress review');
    const given = facts({
      clock: review,
      firstDay: '2025-08-20',
      lastDay: '2025-08-20',
      reportBy: '2025-10-31',
    });
    expect(step('report', given, '2025-08-21').due).toBe('2025-10-31');
    expect(clockOf(given, '2025-08-21').map(({ id }) => id)).not.toContain('plan');
    // Held after that day, its report is due by its own.
    expect(
      step('report', { ...given, firstDay: '2026-01-15', lastDay: '2026-01-15' }, '2026-01-16').due,
    ).toBe('2026-03-13');
  });
});

describe('days for a review', () => {
  const context = { rules: FIRST_REFERENCE.calendar, cycle: null, preElectionRefuses: false };

  it('lie about the day that it is due, with five weeks of notice, and where the calendar allows', () => {
    const day = fc
      .integer({ min: toDayNumber('2026-01-01'), max: toDayNumber('2028-12-31') })
      .map(fromDayNumber);
    fc.assert(
      fc.property(day, fc.integer({ min: -300, max: 300 }), fc.constantFrom(1, 2), (today, ahead, days) => {
        const due = addDays(today, ahead);
        const windows = reviewWindows(due, days, today, [context]);
        expect(windows.length).toBeGreaterThan(3);
        expect(windows.length).toBeLessThanOrEqual(30);
        for (const { start } of windows) {
          expect(start >= addDays(today, 35)).toBe(true);
          expect(isWeekend(start) || !isWorkingDay(start)).toBe(false);
        }
        const nearest = windows.reduce((best, one) => (one.penalty < best.penalty ? one : best));
        if (ahead > 80) expect(Math.abs(toDayNumber(nearest.start) - toDayNumber(due))).toBeLessThan(45);
      }),
    );
  });
});

describe('reminders of a step', () => {
  it('come on a working day at so many days before, or the working day before it; each is due until the next', () => {
    const day = fc
      .integer({ min: toDayNumber('2024-01-01'), max: toDayNumber('2030-12-31') })
      .map(fromDayNumber);
    fc.assert(
      fc.property(day, (last) => {
        const sent = new Map<number, string>();
        for (let today = addDays(last, -40); today <= last; today = addDays(today, 1)) {
          const due = reminderDue({ asked: null, last, daysBefore: [14, 7, 2] }, today);
          if (due !== null && !sent.has(due)) sent.set(due, today);
        }
        for (const [before, on] of sent) {
          expect(isWorkingDay(on)).toBe(true);
          expect(on <= addDays(last, -before)).toBe(true);
          for (let between = addDays(on, 1); between <= addDays(last, -before); between = addDays(between, 1))
            expect(isWorkingDay(between)).toBe(false);
        }
        expect([...sent.keys()]).toContain(14);
      }),
    );
  });
});

function lastSunday(year: number, month: number): string {
  const last = `${String(year)}-${String(month).padStart(2, '0')}-31`;
  return addDays(last, -(weekday(last) % 7));
}
