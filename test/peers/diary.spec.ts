import { addDays, londonDate, weekday, type CivilDate } from '../../src/calendar/dates.js';
import { mondayOf, sayDay, sayPlainDay } from '../../src/calendar/phrases.js';
import { busyRanges, stateOn } from '../../src/peers/availability.js';
import { CalendarSubscriptions } from '../../src/peers/calendar/subscriptions.service.js';
import { calendarAddress, fetchCalendar, isOutside } from '../../src/peers/calendar/fetch.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let id: string;
let peer: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  ({ id } = await new Given(service).peer({ class: 'officer', positions: ['s151'] }));
  peer = await signedIn(service, 'peer', { peerId: id });
}, 60_000);
afterAll(() => service.stop());

const said = async (): Promise<Peer['availability']> =>
  (await service.source.manager.findOneByOrFail(Peer, { id })).availability;
const page = (what = ''): string => `/peers/${id}/availability${what}`;
const nextMonday = (): CivilDate => {
  const today = londonDate(new Date());
  return addDays(today, 8 - weekday(today) || 7);
};

describe('what a peer says of a whole month', () => {
  it('is said of all its days, also of the last month that is offered', async () => {
    const { text } = await peer.get(page());
    const month = [...text.matchAll(/name="month\[(\d{4}-\d{2})\]"/g)].at(-1)?.[1] ?? '';
    expect((await peer.post(page(), { [`month[${month}]`]: 'busy' })).status).toBe(303);
    const days = Array.from({ length: 31 }, (_, n) => addDays(`${month}-01`, n)).filter((day) =>
      day.startsWith(month),
    );
    const held = await said();
    expect(days.filter((day) => stateOn(held, day) !== 'busy')).toEqual([]);
    expect(stateOn(held, addDays(days.at(-1) ?? '', 1))).toBe('free');
    await peer.post(page(), { [`month[${month}]`]: 'free' });
    expect(stateOn(await said(), `${month}-15`)).toBe('free');
  });

  it('counts but for the weeks of it that were changed beside it, which is one save', async () => {
    const monday = mondayOf(addDays(londonDate(new Date()), 120));
    const month = monday.slice(0, 7);
    const saved = await peer.post(page(), {
      [`month[${month}]`]: 'busy',
      [`week[${monday}]`]: 'ask',
      [`was[${monday}]`]: 'free',
      [`week[${addDays(monday, 35)}]`]: 'free',
      [`was[${addDays(monday, 35)}]`]: 'free',
    });
    expect(saved.headers.location).toMatch(/saved=\d\d&in=\d{4}-\d{2}/);
    const held = await said();
    expect([0, 4, 5, 7].map((n) => stateOn(held, addDays(monday, n)))).toEqual(
      [0, 4, 5, 7].map((n) => (n < 5 ? 'ask' : addDays(monday, n).startsWith(month) ? 'busy' : 'free')),
    );
    expect((await peer.get(saved.headers.location ?? '')).text).toMatch(
      /Saved: \d\d days of [A-Z][a-z]+ 20\d\d/,
    );
    expect((await peer.get(page())).text).not.toContain('Saved:');
    await peer.post(page(), { [`month[${month}]`]: 'free' });
  });

  it('is told in a line, so that a year fits on a phone', async () => {
    const { text } = await peer.get(page());
    expect(text.match(/<details class="cf-month"/g)).toHaveLength(
      new Set([...text.matchAll(/name="week\[(\d{4}-\d{2})/g)].map(([, month]) => month)).size,
    );
    expect(text.match(/<details class="cf-month" open/g)).toHaveLength(1);
  });

  it.each(['month[2027-13]', 'month[soon]'])('is refused for %s', async (name) => {
    const before = await said();
    expect((await peer.post(page(), { [name]: 'busy' })).status).toBe(400);
    expect(await said()).toEqual(before);
  });
});

describe('what a peer says of every so many weeks', () => {
  it('is kept beside what was said before, and taken away by its place', async () => {
    const from = nextMonday();
    await peer.post(page('/patterns'), { weekday: '2', everyWeeks: '1', from });
    await peer.post(page('/patterns'), { weekday: '4', everyWeeks: '2', from });
    expect((await said()).patterns).toEqual([
      { weekdays: [2], everyWeeks: 1, from, to: null, state: 'busy' },
      { weekdays: [4], everyWeeks: 2, from, to: null, state: 'busy' },
    ]);
    expect((await peer.get(page())).text).toMatch(/Every Tuesday: busy[\s\S]*Every second Thursday: busy/);
    const removed = await peer.post(page('/patterns/remove'), { at: '0' });
    expect((await peer.get(removed.headers.location ?? '')).text).toContain('Saved.');
    expect((await peer.get(page('/patterns'))).text).not.toContain('Saved.');
    expect((await said()).patterns.map(({ weekdays }) => weekdays)).toEqual([[4]]);
    await peer.post(page('/patterns/remove'), { at: '0' });
  });

  it('counts from the first such weekday, and its days are shown before it is kept', async () => {
    await service.source.query(
      `UPDATE peers SET availability = availability || '{"ranges": []}' WHERE id = $1`,
      [id],
    );
    const wednesday = addDays(nextMonday(), 2);
    const looked = await peer.get(
      page(`/patterns/look?weekday=2&everyWeeks=2&from=${encodeURIComponent(sayPlainDay(wednesday))}`),
    );
    expect(looked.status).toBe(200);
    const shown = [...looked.text.matchAll(/<li>(.*?)<\/li>/g)].map(([, day]) => day);
    const tuesdays = Array.from({ length: 8 }, (_, n) => addDays(wednesday, 6 + 14 * n));
    expect(shown).toEqual(tuesdays.map(sayDay));
    expect((await said()).patterns).toEqual([]);
    await peer.post(page('/patterns'), { weekday: '2', everyWeeks: '2', from: wednesday });
    const held = await said();
    expect(tuesdays.map((day) => stateOn(held, day))).toEqual(tuesdays.map(() => 'busy'));
    expect(stateOn(held, addDays(wednesday, 13))).toBe('free');
    // The engine is given ranges made of the same rule.
    const ranges = busyRanges(held, { from: wednesday, to: addDays(wednesday, 8 * 14) });
    for (const day of tuesdays) expect(ranges).toContainEqual([day, day]);
    await peer.post(page('/patterns/remove'), { at: '0' });
  });

  it('says which of its days stay as they were said by hand, and begins no earlier than today', async () => {
    const tuesday = addDays(nextMonday(), 1);
    await peer.post(page(), {
      [`week[${addDays(tuesday, -1)}]`]: 'ask',
      [`was[${addDays(tuesday, -1)}]`]: 'free',
    });
    const { text } = await peer.get(page('/patterns/look?weekday=2&everyWeeks=1&from=2020-01-07'));
    expect(saidOn(text)).toContain(`${sayDay(tuesday)}: stays to be asked about, as you said of that day`);
    expect(saidOn(text)).not.toContain('January 2020:');
    expect(text.match(/<li>\w+ \d+ \w+ 20\d\d/g)).toHaveLength(8);
    expect(text).not.toMatch(/<li>\w+ \d+ \w+ 2020/);
  });

  it('is refused for a Sunday, and nothing is lost', async () => {
    const before = await said();
    for (const refused of [
      await peer.post(page('/patterns'), { weekday: '7', everyWeeks: '1', from: nextMonday() }),
      await peer.get(page(`/patterns/look?weekday=7&everyWeeks=3&from=${nextMonday()}`)),
    ]) {
      expect(refused.status).toBe(400);
      expect(refused.text).toContain('Choose the weekday');
    }
    expect(await said()).toEqual(before);
  });
});

describe('what a peer says of single days', () => {
  it('is said of those that were changed, and of no week but those of the coming year', async () => {
    const monday = addDays(nextMonday(), 63);
    const [wednesday, friday] = [addDays(monday, 2), addDays(monday, 4)];
    const saved = await peer.post(page(`/week/${monday}`), {
      ...{ [`day[${wednesday}]`]: 'busy', [`was[${wednesday}]`]: 'free' },
      ...{ [`day[${friday}]`]: 'free', [`was[${friday}]`]: 'free' },
    });
    expect(saved.headers.location).toContain('saved=1&');
    const ranges = (await said()).ranges.filter(({ from }) => from >= monday && from <= friday);
    expect(ranges).toEqual([{ from: wednesday, to: wednesday, state: 'busy' }]);
    for (const other of ['2020-01-06', addDays(monday, 1), addDays(monday, 7 * 60), 'soon'])
      expect([other, (await peer.get(page(`/week/${other}`))).status]).toEqual([other, 303]);
  });
});

describe('the same as last time', () => {
  it('changes nothing but the day on which it was said', async () => {
    await service.source.query(
      `UPDATE peers SET availability = availability || '{"confirmedOn": "2026-01-05"}' WHERE id = $1`,
      [id],
    );
    const before = await said();
    expect((await peer.post(page('/same'), {})).status).toBe(303);
    expect(await said()).toEqual({ ...before, confirmedOn: londonDate(new Date()) });
  });
});

describe('what is said by hand', () => {
  const kept = (days: string): Promise<{ status: number }> => peer.post(page('/calendar/keep'), { days });
  const week = (monday: CivilDate, state: string, was?: string): Promise<{ status: number }> =>
    peer.post(page(), { [`week[${monday}]`]: state, ...(was ? { [`was[${monday}]`]: was } : {}) });
  const stateOfDay = async (day: CivilDate): Promise<string> => stateOn(await said(), day);

  it('stays when a calendar that said the same says it no more, and takes nothing of it', async () => {
    const [first, second, other] = [
      addDays(nextMonday(), 70),
      addDays(nextMonday(), 77),
      addDays(nextMonday(), 140),
    ];
    await week(first, 'busy');
    await kept(`${first} ${addDays(second, 6)} busy`);
    await week(other, 'busy');
    await kept('');
    expect([await stateOfDay(first), await stateOfDay(addDays(first, 4))]).toEqual(['busy', 'busy']);
    expect([await stateOfDay(addDays(first, 5)), await stateOfDay(second)]).toEqual(['free', 'free']);
    expect(await stateOfDay(other)).toBe('busy');
  });

  it('is what was changed on the page, not what an old page still shows', async () => {
    const monday = addDays(nextMonday(), 210);
    await kept(`${monday} ${addDays(monday, 4)} busy`);
    await week(monday, 'free', 'free');
    expect(await stateOfDay(monday)).toBe('busy');
    await week(monday, 'free', 'busy');
    expect(await stateOfDay(monday)).toBe('free');
  });

  it('and what a file said stay where there is no address to end', async () => {
    const monday = addDays(nextMonday(), 280);
    await kept(`${monday} ${monday} busy`);
    await peer.post(page('/subscription'), { url: '' });
    expect(await stateOfDay(monday)).toBe('busy');
    await service.source.query(`UPDATE peers SET availability = availability - 'calendar' WHERE id = $1`, [
      id,
    ]);
  });
});

describe('a calendar', () => {
  const day = nextMonday();
  const file = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//a calendar of somebody//EN',
    'BEGIN:VEVENT',
    'UID:1@calendar.example',
    'DTSTAMP:20260101T000000Z',
    `DTSTART;VALUE=DATE:${day.replaceAll('-', '')}`,
    `DTEND;VALUE=DATE:${addDays(day, 2).replaceAll('-', '')}`,
    'SUMMARY:Something private at the dentist',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

  /** What the form of the page carries from looking at a file to keeping its days. */
  const carried = (text: string): string => /name="days" value="([^"]*)"/.exec(text)?.[1] ?? '';

  it('that is uploaded is looked at first; kept are its days, and nothing else', async () => {
    const looked = await peer.upload(page('/calendar'), {}, file);
    expect(looked.status).toBe(200);
    expect(looked.text).toContain('Nothing is kept yet.');
    expect((await said()).calendar).toBeUndefined();
    expect((await peer.post(page('/calendar/keep'), { days: carried(looked.text) })).status).toBe(303);
    expect((await said()).calendar).toEqual([{ from: day, to: addDays(day, 1), state: 'busy' }]);
    expect((await said()).confirmedOn).toBe(londonDate(new Date()));
    const [row] = await service.source.query<{ all: string }[]>(
      'SELECT p::text AS all FROM peers p WHERE id = $1',
      [id],
    );
    expect(row?.all).not.toContain('dentist');
    expect((await peer.get(page('/calendar'))).text).toMatch(
      /From a calendar: 2 days busy, 0 days to be asked\s+about\./,
    );
  });

  it('that is no calendar is refused, and what was read before stays', async () => {
    const refused = await peer.upload(page('/calendar'), {}, 'a letter');
    expect(refused.status).toBe(400);
    expect((await peer.post(page('/calendar/keep'), { days: 'every day' })).status).toBe(400);
    expect((await said()).calendar).toEqual([{ from: day, to: addDays(day, 1), state: 'busy' }]);
  });

  describe('that is followed', () => {
    const url = 'https://calendar.example/mine.ics';
    const days = [{ from: day, to: day, state: 'ask' as const }];
    const subscriptions = (): CalendarSubscriptions => service.app.get(CalendarSubscriptions);
    const told = (): Promise<{ body: string }[]> =>
      service.source.query(`SELECT body FROM messages WHERE template = 'calendar-unread'`);
    const failures = async (): Promise<number> =>
      (await service.source.manager.findOneByOrFail(Peer, { id })).calendarFailures;

    beforeAll(async () => {
      await service.source.manager.update(Peer, { id }, { email: 'owner@calendar.example' });
      await peer.post(page('/subscription'), { url: 'webcal://calendar.example/mine.ics' });
    });

    it('is read by itself, which does not say that the peer has looked at it', async () => {
      await service.source.query(
        `UPDATE peers SET availability = availability || '{"confirmedOn": "2026-01-05"}' WHERE id = $1`,
        [id],
      );
      await subscriptions().keep(id, url, { days, left: {}, guessedZones: 0 });
      const { availability, calendarUrl, calendarReadAt } = await service.source.manager.findOneByOrFail(
        Peer,
        {
          id,
        },
      );
      expect([calendarUrl, availability.calendar, availability.confirmedOn]).toEqual([
        url,
        days,
        '2026-01-05',
      ]);
      expect(calendarReadAt).not.toBeNull();
      await subscriptions().keep(id, 'https://calendar.example/other.ics', {
        days: [],
        left: {},
        guessedZones: 0,
      });
      expect((await said()).calendar).toEqual(days);
    });

    it('and cannot be read three times in a row is told to its owner once; what it said stays', async () => {
      for (let time = 1; time <= 4; time++) {
        // There is no such server.
        await subscriptions().read(id);
        expect([await failures(), (await told()).length]).toEqual([time, time >= 3 ? 1 : 0]);
      }
      expect((await told())[0]?.body).toContain('The last 3 attempts failed.');
      expect((await said()).calendar).toEqual(days);
      expect((await peer.get(page('/calendar'))).text).toContain('could not be read the last 4 times');
      await subscriptions().keep(id, url, { days, left: {}, guessedZones: 0 });
      expect(await failures()).toBe(0);
    });

    it('and is ended forgets what it said', async () => {
      await peer.post(page('/subscription'), { url: '' });
      const ended = await service.source.manager.findOneByOrFail(Peer, { id });
      expect([ended.calendarUrl, ended.availability.calendar]).toEqual([null, []]);
      await subscriptions().read(id);
      expect((await said()).calendar).toEqual([]);
    });
  });

  it.each([
    'http://calendar.example/mine.ics',
    'https://user:secret@calendar.example/mine.ics',
    'https://localhost/mine.ics',
    'https://127.0.0.1/mine.ics',
    'https://[::1]/mine.ics',
    'https://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'mine.ics',
  ])('is not followed at %s', (address) => {
    expect(() => calendarAddress(address)).toThrow(
      expect.objectContaining({
        status: 400,
        errors: [expect.objectContaining({ pointer: '/url' })],
      }) as Error,
    );
  });

  it('is not fetched from the inside, whatever name leads there', async () => {
    expect(['10.0.0.1', '192.168.1.1', '::ffff:127.0.0.1', 'fd00::1', '203.0.113.9'].map(isOutside)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    await expect(fetchCalendar('https://localhost/mine.ics')).rejects.toThrow('world outside');
  });
});
