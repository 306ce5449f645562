import { londonDate } from '../../src/calendar/dates.js';
import { programmeYear } from '../../src/calendar/programme-year.js';
import type { Kind } from '../../src/kinds/kind.js';
import { KindsService } from '../../src/kinds/kinds.service.js';
import { ReportService } from '../../src/programme/report/report.service.js';
import { OFFICE } from '../support/files.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let office: PageSession;
let kinds: KindsService;

beforeAll(async () => {
  service = await Service.start({ example: true, worker: false });
  office = await signedIn(service, 'programme');
  kinds = service.app.get(KindsService);
}, 60_000);
afterAll(() => service.stop());

/** Every figure of the last three years: what was delivered, how the work went, the years behind. */
async function pastFigures(): Promise<unknown> {
  const thisYear = programmeYear(londonDate(new Date()));
  const reports = service.app.get(ReportService);
  const figures: unknown[] = [];
  for (const year of [thisYear - 2, thisYear - 1, thisYear]) {
    const { report } = await reports.live(year);
    figures.push({
      year,
      measures: report.measures.map(({ key, quarters, total, percent, colour }) => ({
        ...{ key, total, percent },
        quarters: quarters.map(({ value }) => value),
        // What is ahead this year may follow the kind; a year that is over has nothing ahead.
        colour: year === thisYear ? null : colour,
      })),
      running: year === thisYear ? null : report.running.map(({ key, value, of }) => [key, value, of]),
      // Where councils stood in the cycle at the end of the year.
      cycle: year === thisYear ? null : [report.byRegion, report.byType],
      trend: report.trend.map(({ year: past, quarters, delivered }) => [past, quarters, delivered]),
    });
  }
  return figures;
}

/** One change of each field. */
const CHANGES: { [Field in keyof Kind]-?: (kind: Kind) => Partial<Kind> } = {
  name: () => ({ name: 'Another name' }),
  purpose: () => ({ purpose: 'follow_up' }),
  days: ({ daysMax }) => ({ days: daysMax }),
  daysMin: () => ({ daysMin: 1 }),
  daysMax: () => ({ daysMax: 5 }),
  secondApproval: ({ secondApproval }) => ({ secondApproval: !secondApproval }),
  preElectionRefuses: ({ preElectionRefuses }) => ({ preElectionRefuses: !preElectionRefuses }),
  accreditation: ({ accreditation }) => ({ accreditation: !accreditation }),
  coreQuestions: () => ({ coreQuestions: ['Another question?'] }),
  seats: ({ seats }) => ({ seats: seats.slice(0, 2) }),
  coverage: () => ({ coverage: [] }),
  clock: ({ clock }) => ({
    clock: { ...clock, reportMonths: 1, actionPlanMonths: 1, progressReviewMonths: 1, nextWithinMonths: 12 },
  }),
  weights: () => ({ weights: { sameRegion: 1 } }),
  measures: () => ({ measures: ['councils'] }),
  objectionWorkingDays: () => ({ objectionWorkingDays: 1 }),
  invitationDays: () => ({ invitationDays: 1 }),
  retired: () => ({ retired: true }),
};

describe('a change of a kind', () => {
  it('moves no figure of the years behind, whichever of its fields is changed', async () => {
    const before = await pastFigures();
    expect(JSON.stringify(before)).toMatch(/"total":\d{2}/);
    for (const [field, change] of Object.entries(CHANGES)) {
      const { id: _, version, ...kind } = await kinds.stored('corporate');
      await kinds.put(OFFICE, 'corporate', { content: { ...kind, ...change(kind) }, reason: field, version });
      expect([field, await pastFigures()]).toEqual([field, before]);
    }
  }, 120_000);

  it.each([
    ['positions', (kind: Kind) => ({ seats: [{ ...kind.seats[0], positions: ['nosuch'] }] }), 'nosuch'],
    ['skills', (kind: Kind) => ({ seats: [{ ...kind.seats[0], skills: { magic: 3 } }] }), 'magic'],
    ['measures', () => ({ measures: ['no-such-measure'] }), 'no-such-measure'],
  ])('takes only %s that there are', async (_, change, strange) => {
    const { id: __, version, ...kind } = await kinds.stored('finance');
    const answer = await service.send(
      'programme',
      'put',
      '/api/policies/kind:finance',
      { content: { ...kind, ...change(kind) }, reason: 'x' },
      { 'If-Match': `"${String(version)}"` },
    );
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(`found \\"${strange}\\"; allowed: `);
    expect((await kinds.stored('finance')).version).toBe(version);
  });

  it('is taken back from its page, and a kind that is retired is not booked any more', async () => {
    const before = await kinds.get('finance');
    const { version } = await kinds.stored('finance');
    await kinds.put(OFFICE, 'finance', { content: { ...before, retired: true }, reason: 'no more', version });
    const [council] = await service.source.query<{ id: string }[]>(
      `SELECT id FROM councils WHERE code = 'E08000028'`,
    );
    const book = () =>
      service.send('adviser', 'post', '/api/challenges', {
        ...{ councilId: council?.id, kind: 'finance', windows: [{ start: '2027-06-08', days: 3 }] },
      });
    const refused = await book();
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([400, expect.stringContaining('retired')]);
    const undone = await office.post('/kinds/finance/undo', { version: String(version + 1) });
    expect(undone.status).toBe(303);
    expect(await kinds.get('finance')).toEqual(before);
    expect((await book()).status).toBe(201);
  });

  it('makes a kind of another, once under an id', async () => {
    const form = { from: 'finance', id: 'finance-light', name: 'Finance, a short look', reason: 'asked for' };
    expect((await office.post('/kinds', form)).headers.location).toBe('/kinds/finance-light');
    expect(await kinds.get('finance-light')).toMatchObject({
      ...(await kinds.get('finance')),
      name: 'Finance, a short look',
    });
    const again = await office.post('/kinds', form);
    expect([again.status, again.text]).toEqual([400, expect.stringContaining('which there is already')]);
  });
});
