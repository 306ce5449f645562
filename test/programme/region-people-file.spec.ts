import { Given } from '../support/given.js';
import { rowsOf } from '../support/csv.js';
import { bring, go } from '../support/importing.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const HEADER = 'region,role,name,email,subject,day_budget,first_day,last_day';
const SAM = 'West Midlands,ambassador,Sam Okoro,sam@council.example,,,2026-04-01,';
const BO = 'West Midlands,improvement_adviser,,bo@council.example,finance,12.5,2026-04-01,';

describe('the file of who helps each region', () => {
  let service: Service;
  let office: PageSession;
  let adviser: PageSession;

  beforeAll(async () => {
    service = await Service.start();
    service.clock.set(new Date('2026-11-28T12:00:00Z'));
    office = await signedIn(service, 'programme');
    adviser = await signedIn(service, 'adviser', { region: 'West Midlands' });
    const given = new Given(service);
    const councilId = (await given.council('E08000029')).id;
    const sam = { name: 'Sam Okoro', email: 'sam@council.example' };
    await given.peer({ class: 'member', positions: ['leader'], ...sam, councilId });
    const bo = { name: 'Bo Lind', email: 'bo@council.example' };
    await given.peer({ class: 'officer', positions: ['chief-executive'], ...bo, councilId });
  }, 60_000);
  afterAll(() => service.stop());

  const send = (who: PageSession, ...rows: string[]) =>
    bring(who, { what: 'region-people', content: [HEADER, ...rows].join('\n') });
  const saved = async (who: PageSession) => rowsOf((await who.get('/regions/people.csv')).text);

  it('names people, and comes out as it came in', async () => {
    const brought = await send(office, SAM, BO);
    expect(saidOn(brought.text)).toContain('2 rows added');
    expect((await office.get('/regions/people.csv')).text.trim().split(/\r?\n/)).toEqual([
      expect.stringMatching(new RegExp(`${HEADER}$`)),
      SAM,
      BO.replace(',,', ',Bo Lind,'),
    ]);
    const page = saidOn((await office.get('/regions')).text);
    expect(page).toContain(
      'Ambassador: Sam Okoro Improvement adviser: Bo Lind, finance (0 of 12.5 days used',
    );
  });

  it('changes subject, budget and end of whoever is known, and leaves what is empty', async () => {
    const [sam, bo] = await saved(office);
    await send(office, BO.replace('finance,12.5', 'housing,').replace('bo@', 'BO@'));
    expect(await saved(office)).toEqual([sam, { ...bo, subject: 'housing' }]);
    await send(office, BO.replace('finance,12.5', ',14') + '2026-12-31');
    const changed = { ...bo, subject: 'housing', day_budget: '14', last_day: '2026-12-31' };
    expect(await saved(office)).toEqual([sam, changed]);
  });

  it.each([
    ['a day before the first', BO + '2026-03-31', 'found 2026-03-31; allowed: 2026-04-01 or later'],
    [
      'an officer as ambassador',
      'West Midlands,ambassador,,bo@council.example,,,2026-04-01,',
      'is no member peer',
    ],
    [
      'an end before the beginning',
      'London,ambassador,,sam@council.example,,,2026-04-02,2026-04-01',
      'found 2026-04-01; allowed: 2026-04-02, the first day, or later',
    ],
    [
      'somebody twice at a time',
      SAM.replace('2026-04-01', '2026-06-01'),
      'is named for West Midlands already',
    ],
    [
      'a name beside the address of somebody else',
      SAM.replace('Sam Okoro', 'Jo Penn'),
      'found "Jo Penn" beside the address of Sam Okoro',
    ],
    ['a third of a day', BO.replace('12.5', '12.3'), 'found 12.3; allowed: whole and half days'],
    ['a budget of an ambassador', SAM.replace(',,2026', ',3,2026'), 'an ambassador has no budget of days'],
    ['a subject of an ambassador', SAM.replace(',,,2026', ',tea,,2026'), 'an ambassador has no subject'],
    [
      'a subject that is a letter',
      BO.replace('finance', 'f'.repeat(201)),
      'found 201 characters; allowed: 200',
    ],
  ])('%s is refused by row and column', async (_, row, said) => {
    const before = await saved(office);
    const { isRefused, text } = await send(office, row);
    expect([isRefused, saidOn(text).replaceAll('&quot;', '"')]).toEqual([
      true,
      expect.stringContaining(said),
    ]);
    expect(await saved(office)).toEqual(before);
  });

  it('is of the own region only for an adviser, and nobody else has it', async () => {
    await send(office, 'London,ambassador,,sam@council.example,,,2026-04-01,2026-06-30');
    const regions = async (who: PageSession) => (await saved(who)).map(({ region }) => region);
    expect(await regions(office)).toEqual(['London', 'West Midlands', 'West Midlands']);
    expect(await regions(adviser)).toEqual(['West Midlands', 'West Midlands']);
    const other = await send(adviser, 'London,ambassador,,sam@council.example,,,2026-08-01,');
    expect([other.isRefused, saidOn(other.text)]).toEqual([
      true,
      expect.stringContaining('allowed: West Midlands'),
    ]);
    const board = await signedIn(service, 'board');
    expect((await board.get('/regions/people.csv')).status).toBe(403);
    expect(saidOn((await board.get('/regions')).text)).not.toContain('Bring them from a file');
  });

  it('is taken back as it was taken in', async () => {
    const before = await saved(office);
    const { page } = await send(office, 'London,ambassador,,sam@council.example,,,2026-08-01,');
    expect(await saved(office)).toHaveLength(before.length + 1);
    await go(office, page, 'undo');
    expect(await saved(office)).toEqual(before);
  });
});
