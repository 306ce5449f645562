import { once } from 'node:events';
import { get } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { readDays } from '../../src/peers/calendar/busy-days.js';
import { calendarFrom, isOutside } from '../../src/peers/calendar/fetch.js';
import { readCalendar } from '../../src/peers/calendar/thread.js';
import type { Problem } from '../../src/web/problems.js';

const SPAN = { from: '2026-11-02', to: '2027-12-07' };
const event = (...lines: string[]): string =>
  ['BEGIN:VEVENT', 'UID:1@calendar.example', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join('\r\n');
const calendar = (...events: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//somebody//EN', ...events, 'END:VCALENDAR', ''].join('\r\n');
const day = (date: string): string => `DTSTART;VALUE=DATE:${date}`;

const read = (file: string): ReturnType<typeof readCalendar> => readCalendar(Buffer.from(file), SPAN);

/** What is said of a file that is refused. */
async function saidOf(file: string): Promise<string> {
  const [error] = await read(file).then(
    () => [],
    (problem: unknown) => [problem as Problem],
  );
  if (!error) throw new Error('the calendar was taken');
  expect(error.status).toBe(400);
  return error.errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join();
}

describe('a calendar', () => {
  it('is read on a thread as it is read here', async () => {
    const file = calendar(
      event(day('20261109'), 'RRULE:FREQ=WEEKLY;COUNT=2'),
      event('DTSTART:20261201T093000Z', 'DTEND:20261201T103000Z'),
      event('DTSTART:20261202T093000Z', 'DTEND:20261202T113000Z'),
    );
    const ranges = [
      { from: '2026-11-09', to: '2026-11-09', state: 'busy' },
      { from: '2026-11-16', to: '2026-11-16', state: 'busy' },
      { from: '2026-12-01', to: '2026-12-01', state: 'ask' },
      { from: '2026-12-02', to: '2026-12-02', state: 'busy' },
    ];
    expect(readDays(Buffer.from(file), SPAN).days).toEqual(ranges);
    expect((await read(file)).days).toEqual(ranges);
  });

  it('may repeat every week without an end, as most do', async () => {
    const { days: ranges } = await read(calendar(event(day('20100104'), 'RRULE:FREQ=WEEKLY')));
    expect([ranges.length, ranges[0]?.from, ranges.at(-1)?.from]).toEqual([58, '2026-11-02', '2027-12-06']);
  });

  it('with a rule that never comes true is given up within its time, and everybody else goes on meanwhile', async () => {
    const never = calendar(event(day('20260101'), 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'));
    let turns = 0;
    const turning = setInterval(() => turns++, 20);
    const started = Date.now();
    const said = await saidOf(never).finally(() => {
      clearInterval(turning);
    });
    expect(said).toContain('takes too long to read');
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(turns).toBeGreaterThan(20);
  });

  // Read here, without the bound of two seconds, so that no machine is too slow for it.
  it.each(['SECONDLY', 'MINUTELY'])(
    'that repeats %s for ever is refused with the limit, never cut short',
    (often) => {
      const file = Buffer.from(calendar(event('DTSTART:20261201T093000Z', `RRULE:FREQ=${often}`)));
      const faults = [
        expect.objectContaining({
          detail: expect.stringContaining(
            'found entries that repeat more than 50,000 times in all',
          ) as string,
        }),
      ];
      expect(() => readDays(file, SPAN)).toThrow(
        expect.objectContaining({ status: 400, errors: faults }) as Error,
      );
    },
  );

  it('of more entries than a person has is refused with the limit', async () => {
    const many = Array.from({ length: 20_001 }, () => 'BEGIN:VEVENT\r\nEND:VEVENT');
    expect(await saidOf(calendar(...many))).toContain('found more than 20,000 entries');
    expect((await read(calendar(...many.slice(1)))).left).toEqual({ undated: 20_000 });
  });

  it.each([
    ['an end before every calendar', event('DTSTART:99990101T000000Z', 'DTEND:00010101T000000Z')],
    ['a day before every calendar', event(day('00010101'))],
    ['a length of nonsense', event('DTSTART:20261201T093000Z', 'DURATION:P1X')],
    ['a rule of nonsense', event(day('20261201'), 'RRULE:FREQ=SOMETIMES')],
    ['a day of nonsense', event(day('20261345'))],
  ])('with %s is bad input, or its day is none: never a fault of ours', async (_, odd) => {
    const told = await read(calendar(odd)).catch((problem: unknown) => problem as Problem);
    expect('days' in told || told.status === 400).toBe(true);
  });

  it.each([
    ['a letter', 'Dear peer'],
    ['nothing', ''],
    ['a contact', 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann\r\nEND:VCARD\r\n'],
  ])('that is %s is told what is allowed', async (_, file) => {
    expect(await saidOf(file)).toContain('/file found something other than a calendar file');
  });

  it('that is cut off is told so, since nobody knows what is missing', async () => {
    expect(await saidOf(calendar(event(day('20261201'))).slice(0, 120))).toContain('cut off before its end');
  });

  it('of more than its memory is refused, and the next one is read', async () => {
    const huge = calendar(
      ...Array.from({ length: 4000 }, (_, n) =>
        event(day('20100101'), 'RRULE:FREQ=DAILY', `SUMMARY:${'x'.repeat(300)}${String(n)}`),
      ),
    );
    expect(await saidOf(huge)).toMatch(/takes too long to read|repeat more than 50,000 times/);
    expect((await read(calendar(event(day('20261201'))))).days).toHaveLength(1);
  });
});

describe('a server of calendars', () => {
  let server: Server | null = null;
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    server?.close();
    server = null;
  });

  /** Asks a server that answers as told, for half a second at most. */
  async function asked(answer: (socket: Socket) => void): Promise<string> {
    server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.once('data', () => {
        answer(socket);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return (
      await calendarFrom(get({ port, host: '127.0.0.1', signal: AbortSignal.timeout(500) }))
    ).toString();
  }
  const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n';

  it('that answers is read whole', async () => {
    const text = await asked((socket) => socket.end(`${HEAD}Content-Length: 5\r\n\r\nhello`));
    expect(text).toBe('hello');
  });

  it.each<[string, (socket: Socket) => void]>([
    [
      'hangs up in the middle of its answer',
      (socket) => socket.end(`${HEAD}Content-Length: 1000\r\n\r\nBEGIN`),
    ],
    [
      'breaks off',
      (socket) => {
        socket.write(`${HEAD}Content-Length: 1000\r\n\r\nBEGIN`, () => socket.destroy());
      },
    ],
    ['hangs up before it answers', (socket) => socket.end()],
    ['says nothing', () => undefined],
    ['says a head and then nothing', (socket) => socket.write(HEAD)],
    [
      'drips',
      (socket) => {
        socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
        const drip = setInterval(() => socket.write('1\r\nB\r\n'), 50);
        socket.on('close', () => {
          clearInterval(drip);
        });
      },
    ],
    ['is not well', (socket) => socket.end('HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n')],
    [
      'sends elsewhere',
      (socket) =>
        socket.end('HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n'),
    ],
    ['sends more than a calendar has', (socket) => socket.write(`${HEAD}\r\n${'x'.repeat(2_100_000)}`)],
  ])('that %s is given up in time', async (_, answer) => {
    await expect(asked(answer)).rejects.toThrow();
  });
});

describe('an address', () => {
  it.each([
    ['2002:7f00:1::', false],
    ['2001:0:7f00:1::', false],
    ['::ffff:10.0.0.1', false],
    ['64:ff9b::7f00:1', false],
    ['fe80::1', false],
    ['2a00:1450::1', true],
    ['203.0.113.9', true],
    ['100.64.0.1', false],
    ['not an address', false],
  ])('%s is outside: %s', (address, outside) => {
    expect(isOutside(address)).toBe(outside);
  });
});
