import { londonDate } from '../../src/calendar/dates.js';
import { programmeYear } from '../../src/calendar/programme-year.js';
import { chromiumPath, DESK, Person, PHONE } from '../support/browser.js';
import { onExample } from '../support/on-example.js';

const withBrowser = chromiumPath ? describe : describe.skip;
const today = londonDate(new Date());
const year = programmeYear(today);

withBrowser('watching the programme, by clicking', () => {
  const on = onExample();

  const at = (who: string, size = DESK): Promise<Person> =>
    Person.at(on.browser, on.service.settings.ADDRESS, `programme-${who}`, { size });

  it('the programme manager reads the report, opens a figure, enters one, keeps the report for a meeting', async () => {
    const office = await at('office');
    await office.be('Usha Patel');
    await office.press('Programme');
    expect(await office.text()).toContain('in discussion');
    await office.press(/^\d+ delivered, Peer challenges and follow-up visits delivered$/);
    expect(await office.text()).toMatch(/\d+ challenges\./);
    await office.open(`/programme/${String(year)}`);
    await office.press(/^Guides and case studies published$/);
    await office.press('Enter it');
    expect(await office.text()).toContain('Enter where it comes from');
    await office.page.getByLabel('Quarter', { exact: true }).selectOption('4');
    await office.page.getByRole('textbox', { name: 'Figure', exact: true }).fill('2');
    await office.fill('Where it comes from', 'the printer');
    await office.press('Enter it');
    expect(await office.text()).toContain('Q4: 2, the printer');
    await office.open(`/programme/${String(year)}/reports`);
    await office.fill('For which meeting', 'Board');
    await office.fill('Day of the meeting', today);
    await office.press('Keep the report');
    await office.fill('What is asked for', 'Find more finance officers');
    await office.fill('Of whom', 'programme manager');
    await office.press('Add it');
    await office.open(`/programme/${String(year)}`);
    expect(await office.text()).toContain('No figure changed since “Board”');
    await office.press('For paper');
    await office.press('The report on screen');
    await office.open(`/programme/${String(year)}/running/full-team`);
    await office.open(`/programme/${String(year)}/measures/new`);
    await office.open(`/programme/${String(year)}/figures`);
    await office.open('/rules');
    await office.open('/rules/signals');
    await office.close();
  }, 90_000);

  it('the board reads the same on a phone, and changes nothing', async () => {
    const board = await at('board', PHONE);
    await board.be('Daniel Quinn');
    await board.open('/programme');
    expect(await board.page.getByRole('link', { name: 'Add a measure' }).count()).toBe(0);
    await board.open(`/programme/${String(year)}/paper`);
    await board.open(`/programme/${String(year)}/running/first-ask`);
    await board.open('/cycle?state=overdue');
    await board.open('/pool');
    await board.open('/pool/seats?show=hard');
    await board.close();
  }, 90_000);

  it('an adviser sees who is due in the region, and books one from the schedule', async () => {
    const adviser = await at('adviser', PHONE);
    await adviser.be('Nadia Shah');
    await adviser.open('/cycle');
    expect(await adviser.text()).not.toContain('South East');
    await adviser.press('A schedule for those due');
    await adviser.press(/^Book for/);
    expect(await adviser.heading()).toContain('Dates, focus and contacts');
    await adviser.close();
  }, 90_000);

  it('the plan of the year is asked for, watched, looked at, and accepted for one challenge', async () => {
    // Eight challenges are planned and proven at once; the whole year takes all of its 20 seconds on both cores.
    await on.service.source.query(
      `UPDATE challenges SET state = 'cancelled' WHERE id IN (
         SELECT id FROM challenges WHERE state IN ('scoped', 'team_proposed', 'postponed') ORDER BY id OFFSET 8)`,
    );
    const office = await at('plan');
    await office.be('Usha Patel');
    await office.open(`/programme/${String(year)}/plan`);
    await office.choose(/20 seconds/);
    await office.press('Plan all open challenges');
    await office.page
      .getByRole('heading', { name: 'Who goes where, week by week' })
      .waitFor({ timeout: 30_000 });
    await office.look();
    expect(await office.text()).toMatch(/best possible|No plan is better/);
    const boxes = office.page.getByRole('checkbox');
    // Teams with empty seats are not ticked by themselves.
    await boxes.first().check();
    for (let n = 1; n < (await boxes.count()); n++) await boxes.nth(n).uncheck();
    await office.press('Accept the plan for these');
    expect(await office.text()).toContain('proposed');
    await office.close();
  }, 60_000);

  it('an adviser writes down an inspection, support, a priority, a change of control and a signal, on a phone', async () => {
    const adviser = await at('picture', PHONE);
    await adviser.be('Nadia Shah');
    const [council] = await on.service.source.query<{ id: string }[]>(
      `SELECT id FROM councils WHERE name = 'Wyre Borough Council'`,
    );
    const page = `/councils/${council?.id ?? ''}`;
    await adviser.open(page);
    await adviser.press('an inspection');
    await adviser.page.getByLabel('Framework', { exact: true }).selectOption('best-value');
    await adviser.fill('Held on', '2026-10-05');
    await adviser.press('Save');
    await adviser.press(/^support$/);
    await adviser.press('Save');
    expect(await adviser.text()).toContain('Choose the type');
    await adviser.page.getByLabel('Type', { exact: true }).selectOption('mentoring');
    await adviser.fill('From', '2026-10-12');
    await adviser.fill('What gave rise to it', 'the inspection');
    await adviser.press('Save');
    await adviser.press('first for an offer');
    await adviser.page.getByLabel('Reason', { exact: true }).selectOption('inspection');
    await adviser.fill('Until', '2099-12-31');
    await adviser.press('Name it first');
    await adviser.press('a change of control');
    await adviser.press('Record the change');
    await adviser.open(page);
    await adviser.press(/^a signal$/);
    await adviser.page.getByLabel('Type', { exact: true }).selectOption('inspection');
    await adviser.fill('Day', '2026-10-05');
    await adviser.fill('Where it is known from', 'published report');
    await adviser.press('Record it');
    expect(await adviser.text()).toMatch(/plan due on 5 Apr 2027[^]*published report/);
    await adviser.press('Inspection result, or one expected');
    for (const path of ['/inspections', '/support', '/signals']) await adviser.open(path);
    const lead = await at('lead', PHONE);
    await lead.be('Cllr Tariq Mensah');
    await lead.open('/signals/report');
    await lead.close();
    await adviser.close();
  }, 40_000);

  it('a peer says something of themselves for totals only, and takes it back', async () => {
    const [row] = await on.service.source.query<{ name: string }[]>(
      `SELECT name FROM accounts WHERE role = 'peer' AND example`,
    );
    const peer = await at('peer', PHONE);
    await peer.be(row?.name ?? '');
    await peer.press('About you, for totals only');
    await peer.page.getByLabel('Gender').selectOption('woman');
    await peer.press('Save');
    await peer.press('About you, for totals only');
    expect(await peer.page.getByLabel('Gender').inputValue()).toBe('woman');
    await peer.page.getByLabel('Gender').selectOption('');
    await peer.press('Save');
    await peer.close();
  }, 90_000);

  it('somebody is recruited: a campaign, an application, each step to the pool, an event', async () => {
    const office = await at('recruiting', PHONE);
    await office.be('Usha Patel');
    await office.open('/recruiting');
    await office.press('Start a campaign');
    await office.press('Start it');
    expect(await office.text()).toContain('Enter a title');
    await office.fill('Title', 'Monitoring officers');
    await office.page.getByLabel('Monitoring officer', { exact: true }).check();
    await office.fill('How many', '3');
    await office.fill('Until', '2099-06-30');
    await office.press('Start it');
    await office.press('Take an application');
    await office.fill('Name', 'Ann Bell');
    await office.fill('E-mail address', 'ann.bell@applicants.example');
    await office.page.getByRole('radio', { name: 'Officer', exact: true }).check();
    await office.page.getByLabel('Monitoring officer', { exact: true }).check();
    await office.press('Continue');
    await office.press('Send');
    await office.choose('Appraised');
    for (const box of await office.page.getByRole('checkbox').all()) await box.check();
    await office.press('Save');
    await office.choose('Inducted');
    await office.fill('In a few words', 'briefing of January');
    await office.press('Save');
    await office.choose('Accredited');
    await office.page.getByRole('checkbox', { name: 'Governance review', exact: true }).check();
    await office.press('Save');
    await office.press('Their record in the pool');
    await office.open('/events');
    await office.press('Briefing of new peers');
    await office.press('Write it down');
    const nominator = await at('group', PHONE);
    await nominator.be('Carys Webb');
    await nominator.open('/applications/new');
    await nominator.press('Continue');
    expect(await nominator.text()).toContain('Enter the name');
    const anybody = await at('offering', PHONE);
    await anybody.open('/');
    await anybody.press('Offer to be a peer');
    await anybody.fill('Your name', 'Cllr Jo Reed');
    await anybody.fill('Your e-mail', 'jo.reed@applicants.example');
    await anybody.page.getByLabel('Leader', { exact: true }).check();
    await anybody.page.getByLabel('Your party').selectOption('Labour');
    await anybody.page.getByLabel('Your council').selectOption({ label: 'Exeter City Council' });
    await anybody.press('Continue');
    await anybody.press('Change something');
    expect(await anybody.page.getByLabel('Your party').inputValue()).toBe('Labour');
    await anybody.press('Continue');
    await anybody.press('Send');
    expect(await anybody.text()).toContain('Somebody will be in touch');
    for (const person of [office, nominator, anybody]) await person.close();
  }, 40_000);
});
