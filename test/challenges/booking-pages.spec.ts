import { kindGroups } from '../../src/challenges/kind-choices.js';
import { weekMonths } from '../../src/challenges/week-months.js';
import { addDays, londonDate } from '../../src/calendar/dates.js';
import { sayDay } from '../../src/calendar/phrases.js';
import { FIRST_KINDS } from '../../src/kinds/first-kinds.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

describe('the kinds among which one chooses', () => {
  const groups = kindGroups(Object.entries(FIRST_KINDS).map(([id, kind]) => ({ ...kind, id })));

  it('are all that can be booked, each once, in groups', () => {
    expect(groups.map(({ name, kinds }) => [name, kinds.length])).toEqual([
      ['The whole council', 1],
      ['One service or theme', 19],
      ['Support', 2],
      ['After an earlier challenge', 3],
    ]);
    const ids = groups.flatMap(({ kinds }) => kinds.map(({ id }) => id));
    expect([...ids, 'further-stay'].sort()).toEqual(Object.keys(FIRST_KINDS).sort());
  });

  it('say how long they take, who comes and what is always asked', () => {
    const hints = new Map(groups.flatMap(({ kinds }) => kinds.map(({ id, hint }) => [id, hint])));
    expect(hints.get('corporate')).toBe(
      '4 days on site with a team of 6: lead member, second member, lead officer, finance officer, specialist and other sector. It always looks at local priorities and outcomes, leadership, governance and culture, financial planning and resilience and capacity for improvement.',
    );
    expect(hints.get('mentoring')).toBe('1 day on site with one peer: member.');
  });
});

describe('weeks under their months', () => {
  const week = (start: string, refused: string | null = null) => ({
    ...{ start, days: 3, lastDay: addDays(start, 2), warnings: [], refused, notes: [] },
  });

  it('say how many can be chosen, or why none can, and open where there is something to do', () => {
    const weeks = [
      week('2027-04-06', 'an election'),
      week('2027-04-13', 'an election'),
      week('2027-05-04', 'an election'),
      week('2027-05-11', 'nobody is free'),
      week('2027-06-01'),
      week('2027-06-08', 'nobody is free'),
      week('2027-07-06'),
      week('2027-08-03'),
      week('2027-08-10'),
    ];
    expect(
      weekMonths(weeks, ['2027-08-10/3']).map(({ name, words, isOpen }) => [name, words, isOpen]),
    ).toEqual([
      ['April 2027', 'none: an election', false],
      ['May 2027', 'none', false],
      ['June 2027', '1 of 2 weeks', true],
      ['July 2027', '1 week', false],
      ['August 2027', 'all 2 weeks', true],
    ]);
  });
});

describe('the pages of booking', () => {
  let service: Service;
  let given: Given;
  let council: PageSession;
  let id: string;
  const dates = (kind: string): string => `/challenges/new/dates?council=${id}&kind=${kind}`;
  const last = addDays(londonDate(new Date()), -10);

  beforeAll(async () => {
    service = await Service.start({ worker: false });
    given = new Given(service);
    ({ id } = await given.council('E08000028'));
    council = await signedIn(service, 'council', { councilId: id });
  }, 60_000);
  afterAll(() => service.stop());

  it('name whoever books as the contact, until they say otherwise', async () => {
    const { text } = await council.get(dates('finance'));
    const [{ name, email }] = await service.source.query<[{ name: string; email: string }]>(
      `SELECT name, email FROM accounts WHERE council_id = $1`,
      [id],
    );
    expect(text).toContain(`name="bookingName" type="text" value="${name}"`);
    expect(text).toContain(`value="${email}"`);
    const adviser = await signedIn(service, 'adviser');
    expect((await adviser.get(dates('finance'))).text).not.toContain('name="bookingName" type="text" value');
  });

  it('ask whether another is meant where one of the kind has just been, also before it is booked', async () => {
    const asks = `The last finance peer review here ended on ${sayDay(last)}.`;
    expect(saidOn((await council.get(dates('finance'))).text)).not.toContain('The last finance');
    await given.scoped('E08000028', [{ start: '2027-06-08', days: 3 }]);
    await service.source.query(
      `UPDATE challenges SET state = 'reporting', first_day = $2, last_day = $3 WHERE council_id = $1`,
      [id, addDays(last, -2), last],
    );
    expect(saidOn((await council.get(dates('finance'))).text)).toContain(asks);
    expect(saidOn((await council.get(dates('governance'))).text)).not.toContain('The last');
    const check = { council: id, kind: 'finance', otherDay: '8/6/2027', step: 'check' };
    expect(saidOn((await council.post('/challenges/new', check)).text)).toContain(asks);
    await service.source.query(`UPDATE challenges SET state = 'closed' WHERE council_id = $1`, [id]);
    expect(saidOn((await council.get(dates('finance'))).text)).toContain(asks);
    await service.source.query(
      `UPDATE challenges SET state = 'scoped', first_day = NULL, last_day = NULL WHERE council_id = $1`,
      [id],
    );
    expect(saidOn((await council.get(dates('finance'))).text)).toContain(
      'A finance peer review is booked here already (scoped, its dates are not agreed yet).',
    );
    await service.source.query(`UPDATE challenges SET state = 'cancelled' WHERE council_id = $1`, [id]);
    expect(saidOn((await council.get(dates('finance'))).text)).not.toContain('Book another only if');
  });

  it('lead to a page to check that is no answer to a form: it can be read again, and is nobody else’s', async () => {
    const form = { council: id, kind: 'governance', otherDay: '15/6/2027', focus: 'Ours alone' };
    const checked = await council.post('/challenges/new', { ...form, step: 'check' });
    const { method, url } = (checked as unknown as { request: { method: string; url: string } }).request;
    const { pathname, search } = new URL(url);
    expect([method, pathname]).toEqual(['GET', '/challenges/new']);
    const onceOn = (text: string): string => /name="once" value="([^"]+)"/.exec(text)?.[1] ?? 'none';
    const again = await council.get(pathname + search);
    expect(saidOn(again.text)).toContain('Ours alone');
    // Pressed on either of them, it is booked once.
    expect(onceOn(again.text)).toMatch(/^[0-9a-f-]{36}$/);
    expect(onceOn(again.text)).toBe(onceOn(checked.text));
    const other = await signedIn(service, 'council', { councilId: id });
    const others = await other.get(pathname + search);
    expect([others.status, saidOn(others.text).includes('Ours alone')]).toEqual([410, false]);
    // What is changed once more is shown filled in, and has a page of its own, too.
    const changing = await council.post('/challenges/new', { ...form, step: 'change' });
    expect(changing.text).toContain('Ours alone');
    expect((changing as unknown as { request: { method: string } }).request.method).toBe('GET');
    // Six more, and the first is forgotten.
    for (let more = 0; more < 5; more++) await council.post('/challenges/new', { ...form, step: 'check' });
    expect((await council.get(pathname + search)).status).toBe(410);
    // What is sent is no draft any more, in whatever tab it was.
    const last = await council.post('/challenges/new', { ...form, step: 'check' });
    const { url: lastUrl } = (last as unknown as { request: { url: string } }).request;
    const once = onceOn(last.text);
    expect((await council.post('/challenges/new', { ...form, once, step: 'book' })).status).toBe(303);
    const gone = await council.get(new URL(lastUrl).pathname + new URL(lastUrl).search);
    expect([gone.status, saidOn(gone.text).includes('Look whether it has arrived')]).toEqual([410, true]);
  });

  it.each([
    ['12/6/2027', 'Saturday 12 June 2027 is at a weekend'],
    ['31/5/2027', 'is a bank holiday'],
    ['8/6/2026', 'Monday 8 June 2026 has gone by'],
  ])(
    'say at the day what the calendar refuses, before there is anything to check: %s',
    async (otherDay, why) => {
      const refused = await council.post('/challenges/new', {
        ...{ council: id, kind: 'finance', otherDay, step: 'check' },
      });
      expect([refused.status, saidOn(refused.text).includes('Dates, focus and contacts')]).toEqual([
        400,
        true,
      ]);
      expect(saidOn(refused.text)).toContain(why);
      expect(refused.text).toContain('href="#otherDay"');
      expect(refused.text).not.toMatch(/>[^<]*\b20\d\d-\d\d-\d\d\b[^<]*</);
    },
  );
});
