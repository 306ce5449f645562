import { londonDate } from '../../src/calendar/dates.js';
import { programmeYear } from '../../src/calendar/programme-year.js';
import { Account } from '../../src/people/account.entity.js';
import { ReferenceItem } from '../../src/reference/reference-item.entity.js';
import { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const year = programmeYear(londonDate(new Date()));

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ example: true, worker: false });
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

describe('the rules of reports', () => {
  it('name a line of the budget that is amber among what needs attention', async () => {
    const { text } = await office.get(`/programme/${String(year)}`);
    const from = text.indexOf('What needs attention');
    expect(saidOn(text.slice(from, text.indexOf('</ul>', from)))).toMatch(
      /Amber Budget in £ thousand, Travel and nights: amber, because/,
    );
  });

  it('are changed by the office, with why, and colour by them from then on', async () => {
    const rules = {
      amberFromPercent: '99',
      lineAmberPercent: '60',
      budgetGreenPercent: '5',
      budgetAmberPercent: '10',
      confirmedPercent: '95',
      discussionPercent: '60',
    };
    const wrong = await office.post('/rules', {
      ...rules,
      version: '1',
      seasonalProfile: '8, 17',
      reason: 'x',
    });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('Enter four whole numbers')]);
    expect(
      (
        await office.post('/rules', {
          ...rules,
          version: '1',
          seasonalProfile: '8, 17, 24, 25',
          reason: 'the board asks for more',
        })
      ).status,
    ).toBe(303);
    expect((await office.get('/programme/2015')).text).not.toContain('they reach 99% of it; else red');
    expect((await office.get(`/programme/${String(year)}`)).text).toContain('they reach 99% of it; else red');
    expect(
      (
        await office.post('/rules', {
          ...rules,
          version: '1',
          seasonalProfile: '8, 17, 24, 25',
          reason: 'again',
        })
      ).status,
    ).toBe(412);
  });

  it('have lists to choose from, one entry a line', async () => {
    const save = (entries: string) =>
      office.post('/rules/priorities', { version: '1', entries, reason: 'one more' });
    // The example has councils named first for reasons of the list.
    expect((await save('inspection: An inspection')).status).toBe(400);
    const { text } = await office.get('/rules/priorities');
    const [, known = ''] = /<textarea[^>]*name="entries"[^>]*>([^<]*)</.exec(text) ?? [];
    expect((await save(`${known}\nnew-reason: Something new`)).status).toBe(303);
    expect((await office.get('/rules/priorities')).text).toContain('new-reason: Something new');
    const wrong = await office.post('/rules/priorities', {
      version: '2',
      entries: 'No colon here',
      reason: 'x',
    });
    expect([wrong.status, wrong.text]).toEqual([
      400,
      expect.stringContaining('Line 1: found &quot;No colon here&quot;'),
    ]);
    const frameworks =
      /<textarea[^>]*name="entries"[^>]*>([^<]*)</.exec((await office.get('/rules/frameworks')).text)?.[1] ??
      '';
    expect(frameworks).toContain('fire: Fire and rescue; plan 2; review 24');
    const dated = await office.post('/rules/frameworks', {
      version: '1',
      entries: `${frameworks}\nnew-one: New; review 12`,
      reason: 'a new one',
    });
    expect(dated.status).toBe(303);
    expect(
      (await service.source.manager.findOneByOrFail(ReferenceItem, { id: 'frameworks' })).content,
    ).toContainEqual({
      ...{ id: 'new-one', name: 'New', planMonths: null, reviewMonths: 12, lookMonths: null },
      ...{ judgements: [], of: [] },
    });
    expect((await office.get('/rules/nothing')).status).toBe(404);
  });
});

describe('the board', () => {
  it('begins with the report, and reads of nobody whom a council has named', async () => {
    const { id } = await service.source.manager.findOneByOrFail(Account, { role: 'board', example: true });
    const board = await new PageSession(service.app).be(id);
    expect((await board.get('/')).headers.location).toBe('/programme');
    const [open] = await service.source.query<[{ id: string; council: string }]>(
      `SELECT id, council_id AS council FROM challenges WHERE state = 'scoped' AND jsonb_array_length(contacts) > 0 ORDER BY id LIMIT 1`,
    );
    for (const [who, sees] of [
      [board, false],
      [office, true],
    ] as const)
      expect([(await who.get(`/councils/${open.council}`)).text.includes('@councils.example'), sees]).toEqual(
        [sees, sees],
      );
    expect((await board.get(`/challenges/${open.id}`)).text).not.toContain('@councils.example');
    const api = async (who: 'board' | 'programme'): Promise<number> =>
      (await service.done<{ contacts: object[] }>(who, 'get', `/api/challenges/${open.id}`)).contacts.length;
    expect([await api('board'), await api('programme')]).toEqual([0, 1]);
  });
});
