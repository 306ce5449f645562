import { addWorkingDays, isWorkingDay } from '../../src/calendar/bank-holidays.js';
import { addDays, addMonths, londonDate } from '../../src/calendar/dates.js';
import type { Clock } from '../../src/kinds/kind.js';
import { FIRST_KINDS } from '../../src/kinds/first-kinds.js';
import { FEATURES } from '../../src/app.module.js';
import { doDay } from '../support/day.js';
import { workOf } from '../../src/jobs/worker.js';
import { figure, times } from '../support/figure.js';
import { Service } from '../support/service.js';

const start = londonDate(new Date());
/** Days one after the other, a year in the long form, of which every ninth is missed; some come twice. */
const DAYS = times(120, 365);
const days = Array.from({ length: DAYS }, (_, n) => addDays(start, n)).filter((_, n) => n % 9 !== 8);

let service: Service;

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
}, 120_000);
afterAll(() => service.stop());

interface Known {
  id: string;
  kind: string;
  state: string;
  firstDay: string;
  lastDay: string;
  parentLast: string | null;
  parentKind: string | null;
  done: string[];
  draftOn: string | null;
  reviewed: boolean;
  reviewReported: boolean;
}

/** What there is before the year begins. */
const known = (): Promise<Known[]> =>
  service.source.query<Known[]>(
    `SELECT c.id, c.kind, c.state, c.first_day::text AS "firstDay", c.last_day::text AS "lastDay", p.last_day::text AS "parentLast", p.kind AS "parentKind",
       ARRAY(SELECT s.step FROM challenge_steps s WHERE s.challenge_id = c.id AND s.done_on IS NOT NULL) AS done,
       (SELECT s.done_on::text FROM challenge_steps s WHERE s.challenge_id = c.id AND s.step = 'draft') AS "draftOn",
       EXISTS (SELECT FROM challenges r WHERE r.follows_id = c.id) AS reviewed,
       EXISTS (SELECT FROM challenges r JOIN challenge_steps s ON s.challenge_id = r.id AND s.step = 'report' WHERE r.follows_id = c.id) AS "reviewReported"
     FROM challenges c LEFT JOIN challenges p ON p.id = c.follows_id
     WHERE c.first_day IS NOT NULL AND c.state IN ('confirmed', 'on_site', 'reporting', 'report_published', 'action_plan_published', 'review_due', 'reviewed')`,
  );

interface Open {
  step: string;
  /** The day of the rule, and the one on which people work. */
  rule: string;
  due: string;
  /** The day on which it stops being owed by itself: the visit has begun. */
  until: string | null;
}

/** The steps that are owed in the year, by arithmetic of its own. */
function owed(one: Known): Open[] {
  const clock = FIRST_KINDS[one.kind]?.clock;
  if (!clock) return [];
  const order = [
    'confirmed',
    'on_site',
    'reporting',
    'report_published',
    'action_plan_published',
    'review_due',
    'reviewed',
  ];
  const reached = (state: string): boolean => order.indexOf(one.state) >= order.indexOf(state);
  const months = (n: number): string => addMonths(one.lastDay, n);
  const all: [string, string | null, boolean][] = [
    ['papers', addDays(one.firstDay, -clock.papersDaysBefore), reached('on_site')],
    ['call', addDays(one.firstDay, -clock.teamCallDaysBefore), reached('on_site')],
    [
      'draft',
      clock.draftReportDays === null ? null : addDays(one.lastDay, clock.draftReportDays),
      reached('report_published'),
    ],
    ['accuracy', answerDue(one, clock), reached('report_published')],
    ['report', reportDue(one, months(clock.reportMonths)), reached('report_published')],
    [
      'plan',
      clock.actionPlanMonths === null ? null : months(clock.actionPlanMonths),
      reached('action_plan_published'),
    ],
    ['impact', clock.impactMonths === null ? null : months(clock.impactMonths), false],
    ['check_in', clock.checkInMonths === null ? null : months(clock.checkInMonths), false],
    [
      'review',
      clock.progressReviewMonths === null ? null : months(clock.progressReviewMonths),
      one.reviewed || reached('reviewed'),
    ],
    [
      'review_report',
      clock.reviewReportMonths === null ? null : months(clock.reviewReportMonths),
      one.reviewReported,
    ],
  ];
  return all.flatMap(([step, due, implied]) =>
    due === null || implied || one.done.includes(step)
      ? []
      : [
          {
            step,
            rule: due,
            due: step === 'review' ? due : workingDay(step, due),
            until: ['papers', 'call'].includes(step) ? one.firstDay : null,
          },
        ],
  );
}

/** Nothing is owed on a day on which nobody works, but on the one before; a council’s answer on the one after. */
const workingDay = (step: string, day: string): string =>
  isWorkingDay(day) ? day : workingDay(step, addDays(day, step === 'accuracy' ? 1 : -1));

/** The council answers on a draft that it has, and has its days from there. */
function answerDue({ lastDay, draftOn }: Known, { accuracyDays, draftReportDays }: Clock): string | null {
  if (accuracyDays === null || (draftReportDays !== null && draftOn === null)) return null;
  const usual = addDays(lastDay, (draftReportDays ?? 0) + accuracyDays);
  const late = draftOn && draftReportDays !== null ? addDays(draftOn, accuracyDays) : usual;
  return late > usual ? late : usual;
}

function reportDue({ parentLast, parentKind, lastDay }: Known, own: string): string {
  const months = FIRST_KINDS[parentKind ?? '']?.clock.reviewReportMonths ?? null;
  const by = parentLast && months !== null ? addMonths(parentLast, months) : null;
  return by && by > lastDay ? by : own;
}

/** Every reminder that the year owes, each on the first day that it can go. */
function expected(all: Known[]): Map<string, string> {
  const reminders = new Map<string, string>();
  for (const one of all) {
    for (const { step, rule, due, until } of owed(one)) {
      const before = step === 'review' ? [120, 60, 30] : [14, 7, 2];
      const from = (n: number): string => {
        const day = addDays(due, -n);
        return isWorkingDay(day) ? day : addWorkingDays(day, -1);
      };
      for (const day of days.filter((date) => isWorkingDay(date) && (until === null || date < until))) {
        // The last one whose day has come; after the day itself, that it is late.
        const which = day > due ? 'late' : before.filter((n) => from(n) <= day).at(-1);
        const key = `step-${one.id}-${step}-${rule}-${String(which)}`;
        if (which !== undefined && !reminders.has(key)) reminders.set(key, day);
      }
    }
  }
  return reminders;
}

describe(`${String(DAYS)} days`, () => {
  it('sends each reminder once and misses none, though days come twice and days are missed', async () => {
    const wanted = expected(await known());
    expect(wanted.size).toBeGreaterThan(DAYS / 2);
    const sentOn = new Map<string, string>();
    for (const [n, day] of days.entries()) {
      for (const hour of n % 15 === 0 ? ['05:00', '17:30'] : ['05:00'])
        await doDay(
          workOf(FEATURES, (provider) => service.app.get(provider)),
          new Date(`${day}T${hour}:00Z`),
        );
      for (const cause of await causes()) if (!sentOn.has(cause)) sentOn.set(cause, day);
    }
    expect([...sentOn].sort()).toEqual([...wanted].sort());
    const twice = await service.source.query<{ n: string }[]>(
      `SELECT count(*) AS n FROM (SELECT template, about, recipient, split_part(cause, ' ', 1) FROM messages GROUP BY 1, 2, 3, 4 HAVING count(*) > 1) x`,
    );
    expect(twice[0]?.n).toBe('0');
    const forms = await service.source.query<{ n: string }[]>(
      `SELECT count(*) AS n FROM (SELECT challenge_id, form, peer_id FROM feedback GROUP BY 1, 2, 3 HAVING count(*) > 1) x`,
    );
    expect(forms[0]?.n).toBe('0');
    const left = await service.source.query<{ n: string }[]>(
      `SELECT count(*) AS n FROM challenges WHERE state IN ('confirmed', 'on_site') AND last_day < $1`,
      [days.at(-1)],
    );
    expect(left[0]?.n).toBe('0');
    figure(23, `${String(DAYS)} days one by one: ${String(sentOn.size)} reminders, each once and on its day`);
  }, 200_000);

  /** Causes of the reminders sent so far, without their receivers. */
  async function causes(): Promise<string[]> {
    const rows = await service.source.query<{ cause: string }[]>(
      `SELECT DISTINCT split_part(cause, ' ', 1) AS cause FROM messages WHERE template = 'step-reminder'`,
    );
    return rows.map(({ cause }) => cause);
  }
});
