import { addDays, londonDate } from '../../src/calendar/dates.js';
import { sayDay } from '../../src/calendar/phrases.js';
import { answersOwed } from '../../src/overview/answers-owed.js';
import type { ClockStep } from '../../src/visits/clock.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { saidOn } from '../support/people.js';
import { Service } from '../support/service.js';

const SANDWELL = 'E08000028';
const DAYS_AGO = 3;
const today = londonDate(new Date());

let service: Service;
let given: Given;
let council: PageSession;
let id: string;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(6);
  const accounts = await given.staff();
  council = await new PageSession(service.app).be(accounts.council);
  ({ id } = await given.delivered(SANDWELL, [{ start: '2027-06-08', days: 3 }], DAYS_AGO));
});
afterAll(() => service.stop());

/** What stands on the council's start page under "Your turn". */
async function turn(): Promise<string> {
  const said = saidOn((await council.get('/')).text);
  return /Your turn(.*?)Your challenges/s.exec(said)?.[1]?.trim() ?? '';
}
const add = (type: string): Promise<Ided[]> =>
  service.done<Ided[]>('adviser', 'post', `/api/challenges/${id}/documents`, {
    ...{ type, link: 'https://council.example/paper', dated: today },
  });

describe('the start page of a council', () => {
  it('says that nothing waits while others are at it', async () => {
    expect(await turn()).toBe('Nothing waits for you at the moment.');
  });

  it('names the day by which a draft is answered: that of the clock, and of the mail', async () => {
    await add('draft_report');
    const steps = await service.done<{ id: string; due: string }[]>(
      'adviser',
      'get',
      `/api/challenges/${id}/clock`,
    );
    const due = steps.find((step) => step.id === 'accuracy')?.due ?? '';
    // The draft is early: the council keeps the days that it had by policy.
    expect(due > addDays(today, 14)).toBe(true);
    expect(await turn()).toContain(
      `The draft report is ready. Please say by ${sayDay(due)} whether its facts are right`,
    );
    const [mail] = await service.source.query<{ subject: string; body: string }[]>(
      `SELECT subject, body FROM messages WHERE template = 'draft-report' AND about = $1 LIMIT 1`,
      [`challenge:${id}`],
    );
    expect(mail?.subject).toContain(`by ${sayDay(due)}`);
    expect(mail?.body).toContain(`by the end of ${sayDay(due)}`);
  });

  it('asks for the report once the draft is answered, and for nothing once it is out', async () => {
    const [{ id: draft } = { id: '' }] = await service.done<(Ided & { type: string })[]>(
      'adviser',
      'get',
      `/api/challenges/${id}/documents`,
    );
    await service.done('adviser', 'post', `/api/documents/${draft}/answer`, { answer: 'accurate' });
    expect(await turn()).toMatch(/^.*The report is yours to publish by .*Publish the report/s);
    await add('report');
    expect(await turn()).not.toContain('The report is yours to publish');
  });

  it('counts the recommendations that wait for an answer', async () => {
    await service.source.query(
      `INSERT INTO recommendations (challenge_id, number, text, sent_at, version) VALUES ($1, 1, 'Meet', now(), 1), ($1, 2, 'Talk', now(), 1), ($1, 3, 'Later', NULL, 1)`,
      [id],
    );
    expect(await turn()).toContain('2 recommendations wait for your answer');
  });
});

describe('what a council owes', () => {
  const report = { id: 'report', state: 'late', owner: 'council', due: '2027-01-31' } as ClockStep;
  const owed = (openDraft: string | null, step = report): string[] =>
    answersOwed({ challenge: { id: 'c' }, facts: { openDraft, sentUnanswered: 0 }, clock: [step] }).map(
      ({ action }) => action,
    );

  it.each<[string, string[], string[]]>([
    ['the report, where that is late', owed(null), ['Publish the report']],
    ['its word on a draft before the report', owed('d'), ['Answer on the draft']],
    ['nothing that is done', owed(null, { ...report, state: 'done' }), []],
    ['nothing that is for others', owed(null, { ...report, owner: 'manager' }), []],
  ])('is %s', (_, found, right) => {
    expect(found).toEqual(right);
  });
});
