import { calendarText, readCalendar } from '../../src/reference/calendar-lines.js';
import { FIRST_REFERENCE } from '../../src/reference/first-content.js';
import type { Problem } from '../../src/web/problems.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

describe('the calendar in lines', () => {
  it('is read back as it is written', () => {
    const rules = {
      ...FIRST_REFERENCE.calendar,
      avoid: [{ name: 'leap: week', from: '02-22', to: '02-29' }],
      addedBankHolidays: [{ date: '2023-05-08', name: 'Coronation' }],
    };
    expect(calendarText(rules)).toMatchObject({
      never: 'Christmas and New Year: 20 December to 3 January',
      addedBankHolidays: 'Coronation: 8 May 2023',
    });
    // A name may hold no colon: it would be read as its end.
    const plain = { ...rules, avoid: [{ name: 'leap week', from: '02-22', to: '02-29' }] };
    expect(readCalendar(calendarText(plain))).toEqual(plain);
  });

  it('takes days as people write them, and names each line that it cannot read', () => {
    const read = readCalendar({
      never: ' August : 1/8 to 31 Aug \n\n',
      avoid: '',
      addedBankHolidays: 'Jubilee: Thursday 2nd June 2022',
      generalElections: '30/5/2024 to 4 July 2024',
    });
    expect(read).toEqual({
      never: [{ name: 'August', from: '08-01', to: '08-31' }],
      avoid: [],
      addedBankHolidays: [{ date: '2022-06-02', name: 'Jubilee' }],
      generalElections: [{ dissolved: '2024-05-30', poll: '2024-07-04' }],
    });
    const wrong = {
      never: 'August: 1 August to 31 August\nEaster',
      avoid: 'x: 31 June to 1 July',
      addedBankHolidays: 'Jubilee: soon',
      generalElections: '4 July 2024 to 30 May 2024',
    };
    try {
      readCalendar(wrong);
      throw new Error('was read');
    } catch (error) {
      expect((error as Problem).errors.map(({ pointer, detail }) => [pointer, detail.slice(0, 22)])).toEqual([
        ['/never', 'line 2: found "Easter"'],
        ['/avoid', 'line 1: found "x: 31 J'.slice(0, 22)],
        ['/addedBankHolidays', 'line 1: found "Jubilee'.slice(0, 22)],
        ['/generalElections', 'line 1: found "4 July '.slice(0, 22)],
      ]);
    }
  });
});

describe('on its page', () => {
  let service: Service;
  let office: PageSession;

  beforeAll(async () => {
    service = await Service.start({ worker: false });
    service.clock.set(new Date('2026-11-28T12:00:00Z'));
    office = await signedIn(service, 'programme');
    const solihull = await new Given(service).council('E08000029');
    await service.source.query(
      `INSERT INTO challenges (council_id, kind, state, windows, seats, coverage, first_day, last_day, version)
       VALUES ($1, 'finance', 'confirmed', '[]', '[]', '[]', '2027-06-08', '2027-06-10', 1)`,
      [solihull.id],
    );
  }, 60_000);
  afterAll(() => service.stop());

  const form = async (changed: object): Promise<Record<string, string>> => {
    const { text } = await office.get('/rules/calendar');
    const lines: Record<string, string> = {};
    for (const [, name = '', value = ''] of text.matchAll(/<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</g))
      lines[name] = value;
    return { version: versionOn(text), ...lines, reason: 'a new week', step: 'save', ...changed };
  };
  const policy = async (): Promise<object> =>
    (await service.done<{ content: object }>('programme', 'get', '/api/policies/calendar')).content;

  it('says which visits to come a change meets, and saves nothing by that', async () => {
    const before = await policy();
    const closed = 'Christmas and New Year: 20 December to 3 January\nWhit week: 7 June to 9 June';
    const shown = await office.post('/rules/calendar', await form({ never: closed, step: 'preview' }));
    expect(saidOn(shown.text)).toMatch(
      /Solihull Metropolitan Borough Council , Tuesday 8 to Thursday 10 June 2027: its days stay, though .*closed to visits: Whit week/,
    );
    expect(await policy()).toEqual(before);
    expect((await office.post('/rules/calendar', await form({ never: closed }))).status).toBe(303);
    expect(await policy()).toMatchObject({ never: [{}, { name: 'Whit week', from: '06-07', to: '06-09' }] });
    const gone = await office.post('/rules/calendar', await form({ never: '', step: 'preview' }));
    expect(saidOn(gone.text)).toContain('no longer:');
    expect(saidOn((await office.get('/rules/calendar')).text)).toContain('a new week');
  });

  it('says which days that are only offered a change meets', async () => {
    await new Given(service).scoped('E08000003', [{ start: '2027-05-11', days: 3 }]);
    const shown = await office.post(
      '/rules/calendar',
      await form({ never: 'Spring weeks: 10 May to 14 May', step: 'preview' }),
    );
    expect(saidOn(shown.text)).toMatch(
      /Manchester City Council , Tuesday 11 to Thursday 13 May 2027: offered, though .*closed to visits: Spring weeks/,
    );
  });

  it('is saved as it was found without a change, and not over what somebody saved meanwhile', async () => {
    const before = await policy();
    const seen = await form({});
    expect((await office.post('/rules/calendar', seen)).status).toBe(303);
    expect(await policy()).toEqual(before);
    expect((await office.post('/rules/calendar', { ...seen, avoid: '' })).status).toBe(303);
    expect((await office.post('/rules/calendar', seen)).status).toBe(412);
  });

  it('keeps a position that kinds or peers name, and says how often each is in use', async () => {
    const list = await office.get('/rules/positions');
    const [, entries = ''] = /<textarea[^>]*name="entries"[^>]*>([^<]*)</.exec(list.text) ?? [];
    expect(entries).toContain('s151: ');
    expect(saidOn(list.text)).toMatch(/Section 151 officer[^:]*: \d+ records/);
    const save = (lines: string) =>
      office.post('/rules/positions', { version: versionOn(list.text), entries: lines, reason: 'x' });
    const without = entries
      .split('\n')
      .filter((line) => !line.startsWith('s151:'))
      .join('\n');
    const refused = await save(without);
    expect([refused.status, saidOn(refused.text.replaceAll('&quot;', '"'))]).toEqual([
      400,
      expect.stringContaining('"s151" is missing, which '),
    ]);
    expect(saidOn((await save(`${entries}\nnew: New`)).text)).toContain('and then one of');
    const moved = await save(entries.replace(/(s151: [^;]+); officer/, '$1; member'));
    expect(saidOn(moved.text.replaceAll('&quot;', '"'))).toContain(
      '"s151" is of "member"; people hold it as "officer", so that this stays',
    );
    expect((await save(`${entries}\nwarden: Warden; other`)).status).toBe(303);
  });

  it('keeps support that a finding leads to, and judgements that inspections hold', async () => {
    const solihull = await new Given(service).council('E08000029');
    await service.done('programme', 'post', '/api/inspections', {
      ...{
        councilId: solihull.id,
        framework: 'childrens-services',
        inspectedOn: '2026-05-05',
        judgement: 'Good',
      },
    });
    const save = async (list: string, change: (lines: string) => string) => {
      const { text } = await office.get(`/rules/${list}`);
      const [, entries = ''] = /<textarea[^>]*name="entries"[^>]*>([^<]*)</.exec(text) ?? [];
      const sent = { version: versionOn(text), entries: change(entries), reason: 'x' };
      const { status, text: shown } = await office.post(`/rules/${list}`, sent);
      return [status, saidOn(shown.replaceAll('&quot;', '"'))] as const;
    };
    const line = (id: string) => (lines: string) =>
      lines
        .split('\n')
        .filter((one) => !one.startsWith(`${id}:`))
        .join('\n');
    expect((await save('supports', line('direct')))[1]).toContain(
      '"direct" is missing, which 1 record names',
    );
    expect((await save('findings', (lines) => `${lines}\nlost: Lost; support nothing`))[1]).toContain(
      '"lost" leads to "nothing"; allowed: mentoring',
    );
    expect((await save('frameworks', line('childrens-services')))[0]).toBe(400);
    expect((await save('frameworks', (lines) => lines.replace('| Good |', '|')))[1]).toContain(
      '"Good" is missing from "childrens-services", as which 1 inspection is judged',
    );
    expect((await save('frameworks', (lines) => lines.replace('of county', 'of burgh')))[1]).toContain(
      'Line 1: found',
    );
    // A comma parts judgements too.
    expect((await save('frameworks', (lines) => lines.replace(/C1 \| C2/, 'C1, C2')))[0]).toBe(303);
    expect((await office.get('/rules/frameworks')).text).toContain('judged C1 | C2 | C3 | C4');
  });
});
