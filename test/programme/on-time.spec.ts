import { addDays, addMonths, londonDate, weekday } from '../../src/calendar/dates.js';
import { programmeYear } from '../../src/calendar/programme-year.js';
import { runningFigures } from '../../src/programme/measures/workflow-figures.js';
import { ClockService } from '../../src/visits/clock.service.js';
import { Given } from '../support/given.js';
import { Service } from '../support/service.js';

let service: Service;

beforeAll(async () => {
  service = await Service.start();
}, 60_000);
afterAll(() => service.stop());

describe('a report that is due on a Sunday by the rule', () => {
  it('is owed on the Friday before, and counts as on time until the Sunday: no day off moves a figure', async () => {
    const given = new Given(service);
    await given.financePool(4);
    const today = londonDate(new Date());
    const isSunday = (daysAgo: number): boolean => weekday(addMonths(addDays(today, -daysAgo), 3)) === 7;
    const daysAgo = Array.from({ length: 60 }, (_, n) => 120 + n).find(isSunday) ?? 0;
    const rule = addMonths(addDays(today, -daysAgo), 3);
    const { id } = await given.delivered('E08000028', [{ start: '2027-06-08', days: 3 }], daysAgo);
    const clock = service.app.get(ClockService);
    const report = (await clock.of(id)).find((step) => step.id === 'report');
    expect([report?.rule, (report?.due ?? '') < rule]).toEqual([rule, true]);

    const counted = async (doneOn: string): Promise<number[]> => {
      await service.source.query('DELETE FROM challenge_steps WHERE challenge_id = $1', [id]);
      await service.source.query(
        `INSERT INTO challenge_steps (challenge_id, step, done_on) VALUES ($1, 'report', $2)`,
        [id, doneOn],
      );
      const year = programmeYear(rule);
      const [figure] = await runningFigures(service.source.manager, clock, {
        ...{ year, counted: [], only: 'reports' },
      });
      return figure?.rows.map(({ amount }) => amount) ?? [];
    };
    expect(await counted(rule)).toEqual([1]);
    expect(await counted(addDays(rule, 1))).toEqual([0]);
  });
});
