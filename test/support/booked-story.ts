import ICAL from 'ical.js';
import type { Browser } from 'playwright-core';
import { DESK, Person, PHONE } from './browser.js';
import { answer, messages, sent } from './outbox.js';
import { eventually, type Service } from './service.js';

/** From a fresh start, by clicking: from a council that books in a week of its own to the team that is confirmed, one replaced on the way. */
export async function bookToConfirmed(
  service: Service,
  browser: Browser,
  { name, script, week }: { name: string; script: boolean; week: number },
): Promise<void> {
  const at = (who: string, size = DESK): Promise<Person> =>
    Person.at(browser, service.settings.ADDRESS, `${name}-${who}`.replaceAll(' ', '-'), { script, size });
  const since = new Date();

  // The council books.
  const council = await at('council');
  await council.open('/');
  await council.press('be one of its people with one click');
  await council.press('Be Mei Chapman');
  await council.press('Book a peer challenge');
  await council.press('Continue');
  expect(await council.text()).toContain('Choose what kind of challenge you want');
  await council.choose('Finance peer review');
  await council.press('Continue');
  // Months unfold one by one.
  const folded = council.page.locator('.cf-month:not([open]) > summary');
  while ((await folded.count()) > 0) await folded.first().click();
  const weeks = council.page.locator('input[name="weeks"]:not([disabled])');
  await weeks.nth(week).check();
  await weeks.nth(week + 2).check();
  await council.fill('What should the team look at? (optional)', 'Is the medium-term plan sound?');
  await council.press('Continue');
  expect(await council.heading()).toBe('Check before you book');
  await council.press('Book the challenge');
  expect(await council.text()).toContain('The challenge is booked');
  await council.press('Go to the challenge');
  const challengePath = new URL(council.page.url()).pathname;

  // Its adviser scopes, asks, compares, swaps a seat, agrees.
  const adviser = await at('adviser');
  await adviser.be('Owen Pearce');
  await adviser.press(/^Agree the scope.*Exeter City Council/);
  await adviser.press('Agree the scope');
  await adviser.press('The scope is agreed');
  expect(await adviser.page.title()).toMatch(/^Error: /);
  await adviser.press('Change focus');
  await adviser.fill('The council’s own questions to the team', 'debt and reserves');
  await adviser.press('Save the focus');
  expect(await adviser.text()).toContain('debt and reserves');
  await adviser.fill('With whom was it agreed?', 'the leader and the chief executive');
  await adviser.press('The scope is agreed');
  await adviser.press('Ask for a team');
  while (!script && (await adviser.heading()) === 'Looking for teams') await adviser.press('Look again');
  await adviser.page.getByRole('heading', { name: /Which of these 3 teams/ }).waitFor();
  await adviser.look();
  await adviser.press(/^Change.*Finance officer, team 1/);
  await adviser.page.locator('input[name="peer"]:not([disabled])').first().check();
  await adviser.press('Put into the seat');
  expect(await adviser.text()).toMatch(/Score \d+, (as before|[+−]\d+ by) the change/);
  await adviser.press('Choose this team');
  expect(await adviser.text()).toContain('Who will be told');
  await adviser.press('Agree this team');
  expect(await adviser.text()).toContain('The team is agreed');

  // The council approves.
  await council.open(challengePath);
  await council.press('Look at the team');
  await council.press('Continue');
  expect(await council.text()).toContain('Choose whether you approve the team');
  await council.choose('Yes, approve it');
  await council.press('Continue');
  expect(await council.text()).toContain('You have approved the team');

  // The adviser invites; every peer answers on a phone, from the outbox, one with a no.
  await adviser.press('Go to the challenge');
  await adviser.press('Invite the team');
  await adviser.press(/^Send 4 invitations/);
  expect(await adviser.text()).toContain('The invitations are sent');
  const invitations = await sent(service, since, 'You are asked to join', 4);
  for (const [index, message] of invitations.entries())
    await answer(await at(`peer-${String(index + 1)}`, PHONE), message, index > 0);

  // The replacement is taken, approved, invited, and says yes.
  await eventually(
    async () => (await messages(service, since, 'A replacement')).length > 0,
    'the replacement',
  );
  await adviser.open(challengePath);
  await adviser.press('Choose a replacement');
  expect(await adviser.heading()).toMatch(/^Who instead of /);
  await adviser.page.locator('input[name="peer"]:not([disabled])').first().check();
  await adviser.press('Put into the seat');
  await adviser.press('Choose this team');
  await adviser.press('Agree this team');
  await council.open(`${challengePath}/approval`);
  await council.choose('Yes, approve it');
  await council.press('Continue');
  await adviser.open(`${challengePath}/invitations`);
  await adviser.press('Send the invitation');
  const [fifth] = (await sent(service, since, 'You are asked to join', 5)).filter(
    ({ id }) => !invitations.some((one) => one.id === id),
  );
  if (!fifth) throw new Error('nobody was invited in place of the one who declined');
  await answer(await at('peer-5', PHONE), fifth, true);

  // It is confirmed, and the dates are in the mail.
  await council.open(challengePath);
  expect(await council.text()).toContain('Confirmed');
  const files = await sent(service, since, 'Your peer team is complete', 4);
  for (const { calendar } of files) {
    const events = new ICAL.Component(ICAL.parse(calendar ?? '') as never).getAllSubcomponents('vevent');
    expect(events.length).toBe(1);
  }
  const outbox = await at('outbox');
  await outbox.open('/outbox');
  await outbox.press('Your peer team is complete: dates for your diary');
  const download = outbox.page.waitForEvent('download');
  await outbox.page.getByRole('link', { name: 'Calendar file: visit.ics' }).click();
  expect((await download).suggestedFilename()).toBe('visit.ics');
  for (const person of [council, adviser, outbox]) await person.close();
}
