import type { Browser } from 'playwright-core';
import { Account } from '../../src/people/account.entity.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { chromiumPath, DESK, openBrowser, Person, PHONE } from '../support/browser.js';
import { Given } from '../support/given.js';
import { sent, type Sent } from '../support/outbox.js';
import { Service } from '../support/service.js';

const withBrowser = chromiumPath ? describe : describe.skip;

/** What a task took, beside what it may take at most. */
const taken: string[] = [];

function requireAtMost(
  task: string,
  { pages, taps }: { pages: number; taps: number },
  most: { pages: number; taps?: number },
): void {
  const beside = (found: number, limit?: number): string =>
    `${String(found)}${limit === undefined ? '' : ` of ${String(limit)}`}`;
  taken.push(`${task}: ${beside(pages, most.pages)} pages, ${beside(taps, most.taps)} taps`);
  expect([task, pages <= most.pages, taps <= (most.taps ?? taps)]).toEqual([task, true, true]);
}

withBrowser('what people come for takes few pages', () => {
  let service: Service;
  let browser: Browser;
  const CODES = ['E08000028', 'E08000029'];

  beforeAll(async () => {
    service = await Service.start();
    const given = new Given(service);
    await given.staff(CODES[0]);
    const { id: councilId } = await given.council(CODES[1] ?? '');
    await service.source.getRepository(Account).save({
      ...{ email: 'second@staff.example', name: 'Sal Council', role: 'council' as const, councilId },
      example: true,
    });
    await given.financePool(6);
    await service.asOwner(`UPDATE peers SET email = 'peer-' || id || '@peers.example'`);
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await service.stop();
    console.info(`\n${taken.join('\n')}\n`);
  });

  const linkIn = ({ body }: Sent, path: RegExp): string => path.exec(body)?.[0] ?? '';

  it.each([
    ['with script', true, 'Cas Council'],
    ['without script', false, 'Sal Council'],
  ])(
    'to book, to find a team, to approve or to object, to answer and to think again: %s',
    async (name, script, contact) => {
      const at = (who: string, size = DESK): Promise<Person> =>
        Person.at(browser, service.settings.ADDRESS, `tasks-${name}-${who}`.replaceAll(' ', '-'), {
          script,
          size,
        });
      const since = new Date();
      const task = (what: string): string => `${what}, ${name}`;

      const council = await at('council', PHONE);
      await council.be(contact);
      council.effort();
      await council.press('Book a peer challenge');
      await council.choose('Finance peer review');
      await council.press('Continue');
      const week = council.page.locator('input[name="weeks"]:not([disabled])').nth(14);
      const month = week.locator('xpath=ancestor::details[1]');
      if ((await month.getAttribute('open')) === null) await council.unfold(month.locator('> summary'));
      await council.tick(week);
      await council.press('Continue');
      await council.press('Book the challenge');
      requireAtMost(task('a council books'), council.effort(), { pages: 6 });
      await council.press('Go to the challenge');
      const path = new URL(council.page.url()).pathname;

      const adviser = await at('adviser');
      await adviser.be('Ann Adviser');
      await adviser.open(path);
      adviser.effort();
      await adviser.press('Agree the scope');
      await adviser.fill('With whom was it agreed?', 'the leader');
      await adviser.press('The scope is agreed');
      await adviser.press('Ask for a team');
      while (!script && (await adviser.heading()) === 'Looking for teams') await adviser.press('Look again');
      await adviser.page.getByRole('heading', { name: /^Which of these/ }).waitFor();
      const asked = adviser.effort();
      await adviser.press('Choose team 1', 0);
      await adviser.press('Agree this team');
      const agreed = adviser.effort();

      // The council objects, and its adviser keeps the member; then it approves.
      await council.open(path);
      council.effort();
      await council.press('Look at the team');
      await council.choose('Object to one member, with a reason');
      await council.press('Continue');
      await council.tick(council.page.locator('input[type="radio"]').first());
      await council.fill('Why?', 'They left us in dispute.');
      await council.press('Send the objection');
      requireAtMost(task('a council objects'), council.effort(), { pages: 4 });
      await adviser.open(path);
      await adviser.press(/[Aa]nswer the objection/);
      await adviser.choose('Dismiss it: the team stays');
      await adviser.fill('What do you say to the council?', 'That was somebody else.');
      await adviser.press('Send the answer');
      await council.open(path);
      council.effort();
      await council.press('Look at the team');
      await council.choose('Yes, approve it');
      await council.press('Continue');
      requireAtMost(task('a council approves'), council.effort(), { pages: 3 });

      const [approved] = await sent(service, since, 'A team has been approved', 1);
      await adviser.open('/');
      adviser.effort();
      await adviser.open(approved ? linkIn(approved, /\/challenges\/\S+/) : '');
      await adviser.press(/^Send 4 invitations/);
      const invited = adviser.effort();
      requireAtMost(
        task('an adviser comes from the enquiry to the invitations'),
        {
          pages: asked.pages + agreed.pages + invited.pages,
          taps: asked.taps + agreed.taps + invited.taps,
        },
        { pages: 8 },
      );

      const invitations = await sent(service, since, 'You are asked to join', 4);
      const [first] = invitations;
      const peer = await at('peer', PHONE);
      const reply = async (days: 'yes' | 'no'): Promise<void> => {
        await peer.tick(peer.page.locator('input[name="link"][value="no"]'));
        await peer.tick(peer.page.locator(`input[name="days"][value="${days}"]`));
        await peer.press('Continue');
        await peer.press('Send');
      };
      peer.effort();
      await peer.open(first ? linkIn(first, /\/i\/\S+/) : '');
      await reply('yes');
      requireAtMost(task('a peer answers by the link'), peer.effort(), { pages: 3, taps: 5 });
      await peer.open(first ? linkIn(first, /\/i\/\S+/) : '');
      await reply('no');
      expect(await peer.heading()).toBe('Thank you for telling us');
      requireAtMost(task('a peer thinks again'), peer.effort(), { pages: 3, taps: 5 });
      for (const person of [council, adviser, peer]) await person.close();
    },
    300_000,
  );

  it('to keep a diary of a year takes one page and one save', async () => {
    const [peer] = await service.source.manager.find(Peer, { take: 1 });
    await service.source.getRepository(Account).save({
      ...{ email: 'diary@peers.example', name: 'Di Ary', role: 'peer' as const, peerId: peer?.id ?? null },
      example: true,
    });
    const person = await Person.at(browser, service.settings.ADDRESS, 'tasks-diary', { size: PHONE });
    await person.be('Di Ary');
    await person.press('When are you free?');
    person.effort();
    const months = person.page.locator('.cf-month');
    for (let at = 0; at < 12; at++) {
      const month = months.nth(at);
      if ((await month.getAttribute('open')) === null) await person.unfold(month.locator('> summary'));
      await person.tick(month.locator(`input[name^="month["][value="${at % 3 === 0 ? 'busy' : 'free'}"]`));
    }
    await person.press(/^Save/);
    expect(await person.text()).toMatch(/Saved: /);
    // Two minutes are four seconds for each tap.
    requireAtMost('a peer keeps the diary of a year', person.effort(), { pages: 1, taps: 30 });
    await person.close();
  }, 60_000);
});
