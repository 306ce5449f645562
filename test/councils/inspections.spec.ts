import type { Council } from '../../src/councils/council.entity.js';
import { datedInspection } from '../../src/councils/inspections/held-inspection.js';
import { planWords } from '../../src/councils/inspections/plan-reviews.js';
import { Inspection } from '../../src/councils/inspection.entity.js';
import type { Problem } from '../../src/web/problems.js';
import { FIRST_REFERENCE } from '../../src/reference/first-content.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

const { frameworks } = FIRST_REFERENCE;
const county = { name: 'Durham', type: 'unitary', body: 'council' } as const;
const district = { name: 'Chorley', type: 'district', body: 'council' } as const;

describe('what follows from an inspection', () => {
  it.each([
    ['fire', '2026-08-31', '2026-10-31', '2028-08-31'],
    ['fire', '2026-12-31', '2027-02-28', '2028-12-31'],
    ['childrens-services', '2026-10-31', '2027-02-28', '2029-10-31'],
    ['adult-care', '2026-02-28', null, '2028-02-28'],
    ['best-value', '2027-08-31', '2028-02-29', '2028-08-31'],
  ])('under %s, held on %s, is a plan by %s and another look by %s', (framework, on, plan, look) => {
    const { planDue, reviewDue } = datedInspection(
      frameworks,
      { framework, inspectedOn: on },
      { council: county, today: '2028-01-01' },
    );
    expect([planDue, reviewDue]).toEqual([plan, look]);
  });

  it('is nothing while it is only expected, and what somebody says where that is said', () => {
    expect(
      datedInspection(
        frameworks,
        { framework: 'fire', expectedBy: '2027-03-31' },
        { council: county, today: '2028-01-01' },
      ),
    ).toEqual({
      framework: 'fire',
      inspectedOn: null,
      judgement: null,
      expectedBy: '2027-03-31',
      planDue: null,
      planReceived: null,
      reviewDue: null,
    });
    const said = { framework: 'fire', inspectedOn: '2026-08-31', planDue: '2026-12-01' };
    expect(datedInspection(frameworks, said, { council: county, today: '2028-01-01' })).toMatchObject({
      planDue: '2026-12-01',
      reviewDue: '2028-08-31',
    });
  });

  it.each([
    ['2026-08-30', 'found 2026-08-30; allowed: 2026-08-31, the inspection, to 2026-12-01, today'],
    ['2026-12-02', 'found 2026-12-02; allowed: 2026-08-31, the inspection, to 2026-12-01, today'],
  ])('its plan did not arrive on %s', (planReceived, said) => {
    const held = { framework: 'best-value', inspectedOn: '2026-08-31', planReceived };
    expect(fault(() => datedInspection(frameworks, held, { council: county, today: '2026-12-01' }))).toEqual([
      '/planReceived',
      said,
    ]);
  });

  it.each(['2026-08-31', '2026-12-01'])(
    'its plan may have arrived on %s, and on no day before it was held',
    (planReceived) => {
      const facts = { framework: 'best-value', planReceived };
      const of = (said: typeof facts & { inspectedOn?: string }) =>
        datedInspection(frameworks, said, { council: county, today: '2026-12-01' });
      expect(of({ ...facts, inspectedOn: '2026-08-31' }).planReceived).toBe(planReceived);
      expect(fault(() => of(facts))).toEqual([
        '/planReceived',
        'there is no plan before the inspection was held; enter its day',
      ]);
    },
  );

  it.each([
    [null, null, null],
    ['2026-12-01', null, 'plan due on 1 Dec 2026'],
    ['2026-11-30', null, 'plan was due on 30 Nov 2026, and no arrival is recorded'],
    ['2026-11-30', '2026-11-30', 'plan arrived on 30 Nov 2026'],
    ['2026-11-29', '2026-11-30', 'plan arrived on 30 Nov 2026, due on 29 Nov 2026'],
    [null, '2026-11-30', 'plan arrived on 30 Nov 2026'],
  ])('a plan due on %s that came on %s is told as such', (planDue, planReceived, said) => {
    expect(planWords({ planDue, planReceived, reviews: [] }, '2026-12-01')).toBe(said);
  });

  it.each([
    ['2026-11-30', 'plan was due on 30 Nov 2026'],
    ['2026-12-01', 'plan due on 1 Dec 2026'],
  ])('a plan due on %s that was reviewed is not said to be missing', (planDue, said) => {
    expect(planWords({ planDue, planReceived: null, reviews: [{}] }, '2026-12-01')).toBe(said);
  });

  it('has no judgement before its day, and no framework that nobody knows', () => {
    const council = county;
    expect(() =>
      datedInspection(frameworks, { framework: 'fire', judgement: 'Good' }, { council, today: '2028-01-01' }),
    ).toThrow();
    expect(() =>
      datedInspection(frameworks, { framework: 'ofsted' }, { council, today: '2028-01-01' }),
    ).toThrow();
  });

  it('is judged as its framework judges, whatever the capitals, and in words where it has no list', () => {
    const of = (framework: string, judgement: string) =>
      datedInspection(
        frameworks,
        { framework, judgement, inspectedOn: '2026-05-05' },
        { council: county, today: '2028-01-01' },
      ).judgement;
    expect(of('childrens-services', 'requires Improvement to be good ')).toBe(
      'Requires improvement to be good',
    );
    expect(of('best-value', 'Commissioners were sent')).toBe('Commissioners were sent');
    expect(fault(() => of('childrens-services', 'Innadequate'))).toEqual([
      '/judgement',
      'found "Innadequate"; allowed for Children’s services (ILACS): Outstanding, Good, Requires improvement to be good, Inadequate',
    ]);
    expect(fault(() => of('childrens-services', 'C1'))[0]).toBe('/judgement');
  });

  it('is only of whom the framework inspects', () => {
    const of = (framework: string) =>
      datedInspection(frameworks, { framework }, { council: district, today: '2028-01-01' });
    expect(of('social-housing').framework).toBe('social-housing');
    expect(fault(() => of('childrens-services'))).toEqual([
      '/framework',
      'found Children’s services (ILACS), under which Chorley is not inspected; allowed: Best value, Social housing regulation',
    ]);
    const fireBody = { name: 'Avon', type: null, body: 'fire_authority' } as const;
    expect(
      datedInspection(frameworks, { framework: 'fire' }, { council: fireBody, today: '2028-01-01' })
        .framework,
    ).toBe('fire');
  });

  it('is of a day that has come, with a plan and a next look after it', () => {
    const of = (facts: object) =>
      datedInspection(
        frameworks,
        { framework: 'best-value', ...facts },
        { council: county, today: '2026-11-28' },
      );
    expect(of({ inspectedOn: '2026-11-28' }).inspectedOn).toBe('2026-11-28');
    expect(fault(() => of({ inspectedOn: '2026-11-29' }))).toEqual([
      '/inspectedOn',
      'found 2026-11-29; allowed: up to today, or a day by which it is expected',
    ]);
    for (const field of ['planDue', 'reviewDue'])
      expect(fault(() => of({ inspectedOn: '2026-05-05', [field]: '2026-05-04' }))[0]).toBe(`/${field}`);
  });

  it('takes the days that followed from its day along when that is put right, and no others', () => {
    const first = { framework: 'fire', inspectedOn: '2026-10-01' };
    const of = (facts: typeof first & { planDue?: string; reviewDue?: string }, known?: Inspection) =>
      datedInspection(frameworks, facts, { council: county, known, today: '2027-01-01' });
    const known = Object.assign(new Inspection(), of(first));
    const { planDue, reviewDue } = known as { planDue: string; reviewDue: string };
    // The form has what was reckoned before.
    const right = of({ ...first, inspectedOn: '2025-10-01', planDue, reviewDue }, known);
    expect([right.planDue, right.reviewDue]).toEqual(['2025-12-01', '2027-10-01']);
    const said = of({ ...first, inspectedOn: '2025-10-01', planDue: '2026-02-02', reviewDue }, known);
    expect([said.planDue, said.reviewDue]).toEqual(['2026-02-02', '2027-10-01']);
  });

  it('leaves what stood there before the lists changed', () => {
    const known = Object.assign(new Inspection(), { framework: 'childrens-services', judgement: 'Fair' });
    const facts = { framework: 'childrens-services', judgement: 'Fair', inspectedOn: '2009-05-05' };
    expect(
      datedInspection(frameworks, facts, { council: district, known, today: '2028-01-01' }).judgement,
    ).toBe('Fair');
  });
});

function fault(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    return (error as Problem).errors.flatMap(({ pointer, detail }) => [pointer, detail]);
  }
  return [];
}

describe('on its page', () => {
  let service: Service;
  let solihull: Council;
  let adviser: PageSession;

  beforeAll(async () => {
    service = await Service.start({ worker: false });
    solihull = await new Given(service).council('E08000029');
    adviser = await signedIn(service, 'adviser', { region: solihull.region });
  }, 60_000);
  afterAll(() => service.stop());

  const page = (end: string): string => `/councils/${solihull.id}${end}`;
  interface Row {
    id: string;
    version: number;
    [name: string]: unknown;
  }
  const rows = (what: 'inspections' | 'supports'): Promise<Row[]> =>
    service.done('adviser', 'get', `/api/${what}?council=${solihull.id}`);

  it('an inspection that was expected is held by changing it, and gets its dates', async () => {
    const expected = { framework: 'childrens-services', expectedBy: '2027-03-31' };
    expect((await adviser.post(page('/inspections/new'), expected)).status).toBe(303);
    const [{ id }] = (await rows('inspections')) as [Row];
    const shown = (await adviser.get(`/inspections/${id}/change`)).text;
    expect(shown).toContain('value="31 March 2027"');
    const held = {
      framework: 'childrens-services',
      inspectedOn: '2026-11-03',
      judgement: 'Requires improvement to be good',
    };
    const sent = await adviser.post(`/inspections/${id}/change`, { version: versionOn(shown), ...held });
    expect(sent.headers.location).toBe(`/inspections/${id}`);
    expect(await rows('inspections')).toMatchObject([
      { inspectedOn: '2026-11-03', planDue: '2027-03-03', reviewDue: '2029-11-03', expectedBy: null },
    ]);
    expect(saidOn((await adviser.get(page(''))).text)).toContain('Requires improvement');
  });

  it('it is recorded once for a framework and a day, and not changed into another', async () => {
    const first = { framework: 'adult-care', inspectedOn: '2026-05-05' };
    const second = { framework: 'adult-care', inspectedOn: '2026-06-02' };
    for (const one of [first, second])
      expect((await adviser.post(page('/inspections/new'), one)).status).toBe(303);
    const twice = await adviser.post(page('/inspections/new'), first);
    expect([twice.status, saidOn(twice.text).includes('is recorded already; change that one')]).toEqual([
      400,
      true,
    ]);
    const { id, version } = (await rows('inspections')).find(
      ({ inspectedOn }) => inspectedOn === '2026-06-02',
    ) as Row;
    expect((await adviser.post(`/inspections/${id}/change`, { version, ...first })).status).toBe(400);
    // Saving it as it is stays possible.
    expect((await adviser.post(`/inspections/${id}/change`, { version, ...second })).status).toBe(303);
  });

  it('it is not changed from a page that is older than the last change', async () => {
    const [{ id, version, framework }] = (await rows('inspections')) as [Row];
    const facts = { framework, inspectedOn: '2026-09-01' };
    expect((await adviser.post(`/inspections/${id}/change`, { version, ...facts })).status).toBe(303);
    expect((await adviser.post(`/inspections/${id}/change`, { version, ...facts })).status).toBe(412);
  });

  it('it is taken back where it was recorded wrongly, but for one whose plan was reviewed', async () => {
    const add = async (inspectedOn: string): Promise<string> => {
      await adviser.post(page('/inspections/new'), { framework: 'best-value', inspectedOn });
      const [row] = await service.source.query<{ id: string }[]>(
        'SELECT id FROM inspections WHERE inspected_on = $1',
        [inspectedOn],
      );
      return row?.id ?? '';
    };
    const [wrong, reviewed] = [await add('2025-03-03'), await add('2025-03-04')];
    const left = async (id: string): Promise<number> =>
      (await service.source.query<unknown[]>('SELECT FROM inspections WHERE id = $1', [id])).length;
    expect((await adviser.post(`/inspections/${wrong}/wrong`, {})).status).toBe(400);
    expect(await left(wrong)).toBe(1);
    expect((await adviser.post(`/inspections/${wrong}/wrong`, { wrong: 'yes' })).status).toBe(303);
    expect(await left(wrong)).toBe(0);
    await service.source.query(
      `INSERT INTO plan_reviews (inspection_id, reviewed_on, finding, note, actor, ends) VALUES ($1, '2025-09-01', 'on-course', '', 'a test', false)`,
      [reviewed],
    );
    const refused = await adviser.post(`/inspections/${reviewed}/wrong`, { wrong: 'yes' });
    expect([refused.status, saidOn(refused.text)]).toEqual([
      409,
      expect.stringContaining('Reviews of its plan are recorded. Take these back first.'),
    ]);
    expect(await left(reviewed)).toBe(1);
    await service.source.query('DELETE FROM plan_reviews WHERE inspection_id = $1', [reviewed]);
    expect((await adviser.post(`/inspections/${reviewed}/wrong`, { wrong: 'yes' })).status).toBe(303);
  });

  it('those that are waited for and those with something due are found apart', async () => {
    await adviser.post(page('/inspections/new'), { framework: 'best-value', expectedBy: '2027-05-01' });
    const held = { framework: 'social-housing', inspectedOn: '2020-02-04' };
    await adviser.post(page('/inspections/new'), held);
    const list = async (show: string): Promise<string> => {
      const { text } = await adviser.get(`/inspections?show=${show}`);
      return saidOn(text.slice(text.indexOf('<table')));
    };
    const has = (text: string): boolean[] => [text.includes('Best value'), text.includes('Social housing')];
    expect(has(await list(''))).toEqual([true, true]);
    expect(has(await list('waiting'))).toEqual([true, false]);
    service.clock.set(new Date('2024-02-04T12:00:00Z'));
    expect(has(await list('due'))).toEqual([false, true]);
    service.clock.set(new Date('2024-02-05T12:00:00Z'));
    expect(has(await list('due'))).toEqual([false, false]);
    service.clock.set(null);
  });

  it('a plan that was due is listed until it is said to have arrived', async () => {
    const held = { framework: 'send-area', inspectedOn: '2026-01-05', planDue: '2026-04-05' };
    const sent = await adviser.post(page('/inspections/new'), held);
    expect([sent.status, saidOn(sent.text).match(/Found [^.]*/)?.[0]]).toEqual([303, undefined]);
    const listed = async (): Promise<boolean> => {
      const { text } = await adviser.get('/inspections?show=plans');
      return saidOn(text).includes('plan was due on 5 Apr 2026, and no arrival is recorded');
    };
    expect(await listed()).toBe(true);
    const { id } = (await rows('inspections')).find((one) => one.framework === held.framework) as Row;
    const shown = (await adviser.get(`/inspections/${id}/change`)).text;
    const came = { version: versionOn(shown), ...held, planReceived: '2026-04-20' };
    expect((await adviser.post(`/inspections/${id}/change`, came)).status).toBe(303);
    expect(await listed()).toBe(false);
    for (const at of [`/inspections/${id}`, page('')])
      expect(saidOn((await adviser.get(at)).text)).toContain(
        'plan arrived on 20 Apr 2026, due on 5 Apr 2026',
      );
    const file = (await adviser.get('/inspections.csv')).text;
    expect(file.split('\n').find((line) => line.includes(held.framework))).toContain(
      '2026-04-05,2026-04-20,',
    );
  });

  it('is changed by programs from the version that they read, and read page by page', async () => {
    const one = (await rows('inspections')).find(({ framework }) => framework === 'send-area') as Row;
    const put = (facts: object, version: number) =>
      service.send('adviser', 'put', `/api/inspections/${one.id}`, facts, {
        'if-match': `"${String(version)}"`,
      });
    const facts = { framework: 'send-area', inspectedOn: '2026-01-05', planReceived: '2026-05-01' };
    expect((await put(facts, one.version - 1)).status).toBe(412);
    const changed = await put(facts, one.version);
    expect([changed.status, changed.body]).toEqual([
      200,
      expect.objectContaining({ planReceived: '2026-05-01' }),
    ]);
    const all = await rows('inspections');
    const read: string[] = [];
    for (let next: string | undefined = `/api/inspections?council=${solihull.id}&limit=2`; next;) {
      const answer = await service.send('adviser', 'get', next);
      const page = answer.body as Row[];
      expect(page.length).toBeLessThanOrEqual(2);
      read.push(...page.map(({ id }) => id));
      next = /<([^>]+)>; rel="next"/.exec((answer.headers as Record<string, string>).link ?? '')?.[1];
    }
    expect([all.length > 2, read]).toEqual([true, all.map(({ id }) => id)]);
  });

  it('notes on reviews of plans are for those who write them', async () => {
    const one = (await rows('inspections')).find(({ framework }) => framework === 'send-area') as Row;
    const review = { reviewedOn: '2026-07-01', finding: 'on-track', note: 'a word between us' };
    await service.done('adviser', 'post', `/api/inspections/${one.id}/plan-reviews`, review);
    const notes = async (role: 'adviser' | 'board'): Promise<string[]> =>
      (
        await service.done<{ planReviews: { note: string }[] }[]>(
          role,
          'get',
          `/api/inspections?council=${solihull.id}&limit=200`,
        )
      ).flatMap(({ planReviews }) => planReviews.map(({ note }) => note));
    expect([await notes('adviser'), await notes('board')]).toEqual([['a word between us'], ['']]);
  });

  it('a list that is narrowed is saved as it is shown', async () => {
    const lines = async (query: string): Promise<number> =>
      (await adviser.get(`/inspections.csv${query}`)).text.trim().split('\n').length - 1;
    const { text } = await adviser.get('/inspections?show=waiting');
    const [, address = ''] = /href="(\/inspections\.csv[^"]*)"/.exec(text) ?? [];
    expect(address).toContain('show=waiting');
    expect(await lines('?show=waiting')).toBe(1);
    expect(await lines('')).toBeGreaterThan(1);
  });

  describe('support', () => {
    const mentoring = { type: 'mentoring', firstDay: '2026-09-01', cause: 'a new leader' };

    it('goes on until it is ended, not before it began, and not from an old page', async () => {
      expect((await adviser.post(page('/support/new'), mentoring)).status).toBe(303);
      const [{ id, version }] = (await rows('supports')) as [Row];
      const early = await adviser.post(`/support/${id}`, { version, lastDay: '2026-08-31' });
      expect([
        early.status,
        saidOn(early.text).includes('allowed: Tuesday 1 September 2026 or later'),
      ]).toEqual([400, true]);
      expect((await adviser.post(`/support/${id}`, { version, lastDay: '2026-09-01' })).status).toBe(303);
      expect(await rows('supports')).toMatchObject([{ lastDay: '2026-09-01' }]);
      expect((await adviser.post(`/support/${id}`, { version, lastDay: '2026-10-01' })).status).toBe(412);
    });

    it.each([
      [
        'that ends before it begins',
        { firstDay: '2026-10-01', lastDay: '2026-09-30' },
        'Thursday 1 October 2026 or later',
      ],
      ['of no known type', { type: 'hugs' }, 'Found "hugs"; allowed: mentoring'],
      ['without what gave rise to it', { cause: '' }, 'Enter what gave rise to it'],
      ['that is recorded already', {}, 'support of this type from this day is recorded already'],
    ])('%s is refused', async (_, change, said) => {
      const before = await rows('supports');
      const refused = await adviser.post(page('/support/new'), { ...mentoring, ...change });
      expect(refused.status).toBe(400);
      expect(saidOn(refused.text).replaceAll('&quot;', '"').toLowerCase()).toContain(said.toLowerCase());
      expect(await rows('supports')).toEqual(before);
    });
  });

  describe('a priority', () => {
    it('holds to the end of its day, and can be ended before', async () => {
      const until = '2027-03-31';
      const sent = await adviser.post(page('/priority'), { reason: 'asked', until });
      expect(sent.status).toBe(303);
      const shown = async (): Promise<boolean> =>
        saidOn((await adviser.get(page(''))).text).includes('The council asks for one');
      service.clock.set(new Date('2027-03-31T20:00:00Z'));
      expect(await shown()).toBe(true);
      service.clock.set(new Date('2027-04-01T02:00:00Z'));
      expect(await shown()).toBe(false);
      service.clock.set(new Date('2027-03-01T12:00:00Z'));
      expect(await shown()).toBe(true);
      expect((await adviser.post(page('/priority/end'), { end: 'yes' })).status).toBe(303);
      expect(await shown()).toBe(false);
      service.clock.set(null);
    });
  });

  it('nobody records anything of a council of another region, by no way', async () => {
    const stranger = { token: await service.token('adviser', { region: 'London' }) };
    const own = { token: await service.token('adviser', { region: solihull.region ?? '' }) };
    const facts: Record<string, object> = {
      signals: { type: 'financial-difficulty', observedOn: '2026-10-01', source: 'hearsay' },
      inspections: { framework: 'send-area', expectedBy: '2027-09-01' },
      supports: { type: 'direct', firstDay: '2026-10-01', cause: 'asked' },
    };
    for (const [what, body] of Object.entries(facts)) {
      const sent = { councilId: solihull.id, ...body };
      const refused = await service.send(stranger, 'post', `/api/${what}`, sent);
      expect([what, refused.status]).toEqual([what, 404]);
      expect((await service.send(own, 'post', `/api/${what}`, sent)).status).toBe(201);
    }
  });
});
