import type { DataSource } from 'typeorm';
import { londonDate } from '../../src/calendar/dates.js';
import { CHALLENGE_STATES } from '../../src/challenges/states.js';
import { makeDataSource } from '../../src/data-source.js';
import { loadExample } from '../../src/example/load.js';
import { exampleUsers } from '../../src/example/users.js';
import { ROLES } from '../../src/people/permissions.js';
import { overlapping } from '../support/bookings.js';
import { createDatabase } from '../support/database.js';

let source: DataSource;

beforeAll(async () => {
  // As it is loaded, before its day moves anything: on a Saturday nobody is on site any more.
  source = await makeDataSource(await createDatabase()).initialize();
  await loadExample(source, londonDate(new Date()));
  await exampleUsers(source);
  await source.query('ANALYZE');
}, 120_000);
afterAll(() => source.destroy());

const numbers = async (sql: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await source.query<{ key: string; n: string }[]>(sql)).map(({ key, n }) => [key, Number(n)]),
  );

describe('the example programme', () => {
  it('has a year of challenges in every state, 150 in all, one that waits for its team, and older ones that are closed', async () => {
    const states = await numbers(
      `SELECT state AS key, count(*) AS n FROM challenges WHERE follows_id IS NULL AND (last_day IS NULL OR last_day > current_date - 390) GROUP BY 1`,
    );
    expect(Object.keys(states).sort()).toEqual([...CHALLENGE_STATES].sort());
    expect(Object.values(states).reduce((sum, n) => sum + n, 0)).toBe(150);
    const { closed } = await numbers(
      `SELECT state AS key, count(*) AS n FROM challenges WHERE last_day < current_date - 390 GROUP BY 1`,
    );
    expect(closed).toBeGreaterThan(200);
    expect(
      await numbers(
        `SELECT c.state AS key, 1 AS n FROM challenges c JOIN councils h ON h.id = c.council_id WHERE h.code = 'E07000106'`,
      ),
    ).toEqual({ scoped: 1 });
  });

  it('has 2,200 people in plausible proportions, a party for councillors only', async () => {
    const classes = await numbers('SELECT class AS key, count(*) AS n FROM peers GROUP BY 1');
    expect(classes.member).toBeGreaterThan(850);
    expect(classes.officer).toBeGreaterThan(800);
    expect(Object.values(classes).reduce((sum, n) => sum + n, 0)).toBe(2200);
    expect(
      await numbers('SELECT class AS key, count(*) AS n FROM peers WHERE party IS NOT NULL GROUP BY 1'),
    ).toEqual({
      member: classes.member,
    });
  });

  it('has nobody in two places, and teams that are full but for a few seats', async () => {
    expect(await overlapping(source)).toBe(0);
    const { booked } = await numbers(`SELECT 'booked' AS key, count(*) AS n FROM bookings WHERE live`);
    expect(booked).toBeGreaterThan(400);
  });

  it('is loaded once', async () => {
    expect(await loadExample(source, londonDate(new Date()))).toBe(false);
  });

  it('has a user for every role', async () => {
    const users = await exampleUsers(source);
    for (const role of ROLES) expect(users.map(({ token }) => token)).toContain(`example-${role}`);
    expect(await exampleUsers(source)).toEqual(users);
  });
});
