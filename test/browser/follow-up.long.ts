import { examplePeer } from '../support/people.js';
import type { Browser } from 'playwright-core';
import { addDays, londonDate } from '../../src/calendar/dates.js';
import { FeedbackService } from '../../src/outcomes/feedback.service.js';
import { ClockService } from '../../src/visits/clock.service.js';
import { chromiumPath, DESK, openBrowser, Person, PHONE } from '../support/browser.js';
import { answer, sent } from '../support/outbox.js';
import { eventually, Service } from '../support/service.js';

const withBrowser = chromiumPath ? describe : describe.skip;
const today = londonDate(new Date());
const DAY_MS = 86_400_000;

withBrowser('after the visit, by clicking', () => {
  let service: Service;
  let browser: Browser;
  /** The challenge at Exeter, which has just been visited. */
  let id: string;

  beforeAll(async () => {
    service = await Service.start({ example: true });
    browser = await openBrowser();
    const [row] = await service.source.query<{ id: string }[]>(
      `SELECT c.id FROM challenges c JOIN councils h ON h.id = c.council_id WHERE h.code = 'E07000041'`,
    );
    id = row?.id ?? '';
  }, 300_000);
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  const at = (who: string, size = DESK): Promise<Person> =>
    Person.at(browser, service.settings.ADDRESS, `after-${who}`, { size });

  async function addDocument(person: Person, type: string): Promise<void> {
    await person.open(`/challenges/${id}/documents`);
    await person.page.getByRole('radio', { name: type, exact: true }).check();
    await person.fill('Link', `https://council.example/${type.toLowerCase().replace(' ', '-')}`);
    await person.fill('Sent or published on', today);
    await person.press('Add it');
  }

  it('a challenge goes from the last day on site to closed: report, plan, ten recommendations, a review with one substitute, ratings', async () => {
    const since = new Date();
    const adviser = await at('adviser');
    const council = await at('council', PHONE);
    await council.be('Mei Chapman');

    // Who was there; the draft; the council's answer on it.
    await adviser.be('Owen Pearce');
    await adviser.open(`/challenges/${id}`);
    await adviser.press('Write down who was there');
    await adviser.press('Write it down');
    await adviser.press('Reports and documents');
    await adviser.press('Add it');
    expect(await adviser.text()).toContain('Choose what it is');
    await addDocument(adviser, 'Draft report');
    expect(await adviser.text()).toContain('The draft is with the council');
    await council.open(`/challenges/${id}`);
    await council.press('Answer on the draft report');
    await council.page.getByRole('radio', { name: 'Yes', exact: true }).check();
    await council.press('Send the answer');

    // Report and plan are published.
    await addDocument(adviser, 'Report');
    await addDocument(council, 'Action plan');
    await council.press('Go to the challenge');
    expect(await council.text()).toContain('Action plan published');

    // Ten recommendations from a file, sent, and answered one by one.
    await adviser.open(`/challenges/${id}/recommendations`);
    const rows = Array.from(
      { length: 10 },
      (_, n) => `${String(n + 1)},Do the thing of number ${String(n + 1)}.`,
    );
    const file = {
      name: 'ten.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(['number,text', ...rows].join('\n')),
    };
    await adviser.page.getByLabel('File').setInputFiles(file);
    await adviser.press('Take them');
    expect(await adviser.text()).toContain('10 added');
    await adviser.press('Send them to the council');
    await adviser.press('Send them');
    await council.open(`/challenges/${id}/recommendations`);
    for (let n = 1; n <= 10; n++) {
      await council.press(new RegExp(`^Answer recommendation ${String(n)}$`));
      await council.page.getByRole('radio', { name: n === 3 ? 'Rejected' : 'Accepted', exact: true }).check();
      if (n === 3) {
        await council.press('Save');
        expect(await council.text()).toContain('say why the recommendation is rejected');
        await council.fill('Reason', 'it is decided elsewhere');
      }
      await council.fill('Who sees to it?', 'chief executive');
      await council.press('Save');
    }
    expect(await council.text()).toContain('10 of 10 answered');
    await council.press('As a paper to print');

    // Feedback by link, and what the manager says of each peer.
    const [form] = (await sent(service, new Date(0), 'How was the ', 7)).filter(
      ({ recipient }) => recipient === 'council@users.example',
    );
    const contact = await at('feedback', PHONE);
    await contact.open(`/outbox/${form?.id ?? ''}`);
    // It may have been written when the example was made, for the address that it had then.
    await contact.open(/\/f\/\S+/.exec(await contact.text())?.[0] ?? '');
    await contact.press('Send');
    expect(await contact.page.locator('.govuk-error-message').count()).toBe(4);
    for (const question of ['useful', 'team', 'arranged', 'report'])
      await contact.page.locator(`input[name="scores[${question}]"][value="4"]`).check();
    await contact.press('Send');
    expect(await contact.heading()).toBe('Thank you');
    await adviser.open(`/challenges/${id}/feedback`);
    for (const radio of await adviser.page.locator('input[value="3"]').all()) await radio.check();
    await adviser.press('Save');
    expect(await adviser.text()).toContain('1 of 1 answered');

    // One of the team moves on, and is not asked for the review.
    const team = await service.source.query<{ seat: string; peerId: string }[]>(
      `SELECT seat, peer_id AS "peerId" FROM bookings WHERE challenge_id = $1`,
      [id],
    );
    const gone = team.find(({ seat }) => seat === 'finance-officer')?.peerId ?? '';
    const { version } = await service.done<{ version: number }>('programme', 'get', `/api/peers/${gone}`);
    await service.done(
      'programme',
      'patch',
      `/api/peers/${gone}`,
      { positions: ['head'] },
      { 'If-Match': `"${String(version)}"` },
    );
    await eventually(async () => {
      const waiting = await service.done<{ challengeId: string }[]>('adviser', 'get', '/api/circumstances');
      return waiting.some(({ challengeId }) => challengeId === id);
    }, 'the change of circumstances');
    await adviser.open('/');
    await adviser.press(/^Do they stay\? for Exeter/);
    await adviser.press('Settle it');
    expect(await adviser.text()).toContain('Choose what becomes of the seat');
    await adviser.choose('Somebody else is to come');
    await adviser.fill('Why?', 'has left the post');
    await adviser.press('Settle it');

    // The progress review: three seats of the first team, one of them with somebody else.
    await adviser.press('Arrange the progress review');
    await adviser.choose('Progress review');
    for (const seat of ['second-member', 'specialist', 'other-sector'])
      await adviser.page.locator(`input[name="seats"][value="${seat}"]`).uncheck();
    await adviser.press('Look for days and a team');
    const review = new URL(adviser.page.url()).pathname;
    const request = await eventually(
      async () =>
        (
          await service.source.query<{ id: string }[]>(
            `SELECT id FROM team_requests WHERE challenge_id = $1 AND state = 'done'`,
            [review.split('/')[2]],
          )
        )[0],
      'the answer',
    );
    await adviser.open(`/team-requests/${request.id}`);
    await adviser.press(/^Choose team 1/);
    await adviser.press('Agree this team');
    await council.open(`${review}/approval`);
    await council.choose('Yes, approve it');
    await council.press('Continue');
    await adviser.open(`${review}/invitations`);
    await adviser.press(/^Send 3 invitations/);
    const invitations = (await sent(service, since, 'You are asked to join', 3)).slice(0, 3);
    for (const [n, message] of invitations.entries())
      await answer(await at(`peer-${String(n + 1)}`, PHONE), message, true);
    const seats = await service.source.query<{ seat: string; peerId: string }[]>(
      `SELECT seat, peer_id AS "peerId" FROM bookings WHERE challenge_id = $1 AND state = 'booked' ORDER BY seat`,
      [review.split('/')[2]],
    );
    const first = new Map(team.map(({ seat, peerId }) => [seat, peerId]));
    expect(seats.map(({ seat, peerId }) => [seat, first.get(seat) === peerId])).toEqual([
      ['finance-officer', false],
      ['lead-member', true],
      ['lead-officer', true],
    ]);

    // The months pass: the review is held, and the council says what has changed.
    const [{ held }] = await service.source.query<[{ held: string }]>(
      `SELECT last_day::text AS held FROM challenges WHERE id = $1`,
      [review.split('/')[2]],
    );
    await service.app.get(ClockService).advance(new Date(`${addDays(held, 1)}T12:00:00Z`));
    await service.app.get(FeedbackService).askAll(new Date(Date.now() + 155 * DAY_MS));
    const [impact] = await sent(service, since, 'What has the ', 1, 'council@users.example');
    await contact.open(`/outbox/${impact?.id ?? ''}`);
    await contact.press(/\/f\//);
    for (const question of ['change', 'plan'])
      await contact.page.locator(`input[name="scores[${question}]"][value="3"]`).check();
    await contact.press('Send');
    const documents = `${review}/documents`;
    await adviser.open(documents);
    await adviser.page.getByRole('radio', { name: 'Report', exact: true }).check();
    await adviser.fill('Link', 'https://council.example/review');
    await adviser.fill('Sent or published on', today);
    await adviser.press('Add it');
    await adviser.open(`${review}/close`);
    await adviser.press('Close it');
    expect(await adviser.page.title()).toMatch(/^Error: /);
    await adviser.fill('Why is it closed nevertheless?', 'who was there is in its report');
    await adviser.press('Close it');

    // Nothing is outstanding: the challenge is closed.
    await adviser.open(`/challenges/${id}/close`);
    expect(await adviser.text()).toContain('Nothing is outstanding');
    await adviser.press('Close it');
    expect(await adviser.text()).toContain('The challenge is closed');
    await adviser.press('Go to the challenge');
    expect(await adviser.text()).not.toMatch(/\b(late|missed)\b/);
    for (const person of [adviser, council, contact]) await person.close();
  }, 150_000);

  it('every page of it can be read on a phone and on a desk', async () => {
    const one = async (sql: string): Promise<string> =>
      (await service.source.query<{ id: string }[]>(sql))[0]?.id ?? '';
    const delivered = await one(
      `SELECT follows_id AS id FROM challenges WHERE follows_id IS NOT NULL AND state = 'closed' AND kind = 'progress-review' ORDER BY created_at LIMIT 1`,
    );
    const open = await one(
      `SELECT id FROM challenges WHERE state IN ('report_published', 'action_plan_published', 'review_due') AND kind NOT IN ('financial-health-check', 'equality', 'progress-review') LIMIT 1`,
    );
    const confirmed = await one(
      `SELECT id FROM challenges WHERE state = 'reporting' AND follows_id IS NULL LIMIT 1`,
    );
    const served = await one(
      `SELECT challenge_id AS id FROM bookings b JOIN accounts a ON a.peer_id = b.peer_id WHERE a.example AND b.state = 'booked' LIMIT 1`,
    );
    const pages: Record<string, string[]> = {
      'Ruth Adeyemi': [
        `/challenges/${delivered}`,
        `/challenges/${delivered}/history`,
        `/challenges/${delivered}/feedback`,
        `/challenges/${delivered}/good-practice`,
        `/challenges/${open}/recommendations`,
        `/challenges/${open}/recommendations/send`,
        `/challenges/${open}/steps/review`,
        `/challenges/${open}/close`,
        `/challenges/${confirmed}/timetable`,
        `/challenges/${confirmed}/timetable/send`,
        `/challenges/${confirmed}/attendance`,
        `/challenges/${confirmed}/manager`,
        `/challenges/${confirmed}/steps/report`,
        '/good-practice',
        '/good-practice?text=families',
        '/deadlines?show=late',
      ],
      'Mei Chapman': ['/', `/challenges/${id}`, `/challenges/${id}/timetable`, '/good-practice'],
      [await examplePeer(service.source)]: served
        ? [`/visits/${served}`, `/challenges/${served}/recommendations`, '/good-practice']
        : ['/good-practice'],
    };
    for (const [who, paths] of Object.entries(pages)) {
      const person = await at(`pages-${who}`.replaceAll(' ', '-'), PHONE);
      await person.be(who);
      for (const path of paths) {
        await person.page.setViewportSize(PHONE);
        await person.open(path);
        await person.resize(DESK);
        expect([path, await person.heading()]).not.toEqual([
          path,
          expect.stringMatching(/^(Sorry|Page not found|You cannot)/),
        ]);
      }
      await person.close();
    }
  }, 100_000);
});
