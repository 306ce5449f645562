import { addMonths } from '../../src/calendar/dates.js';
import { nextReview } from '../../src/councils/inspections/plan-reviews.js';
import type { Council } from '../../src/councils/council.entity.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

describe('the next review of a plan', () => {
  const on = (reviewedOn: string, ends = false) => ({ reviewedOn, ends });

  it('is half a year after the plan was due, and then after each review', () => {
    expect(nextReview('2026-05-31', 6, [])).toBe('2026-11-30');
    expect(nextReview('2026-05-31', 6, [on('2026-12-08')])).toBe('2027-06-08');
    expect(nextReview('2026-05-31', 6, [on('2027-06-01'), on('2026-12-08')])).toBe('2027-12-01');
    // One before the plan was due does not bring the next before it.
    expect(nextReview('2026-05-31', 6, [on('2026-04-01')])).toBe('2026-11-30');
  });

  it('is not there without a plan, where the framework asks for none, and after the plan was carried out', () => {
    expect(nextReview(null, 6, [])).toBeNull();
    expect(nextReview('2026-05-31', null, [])).toBeNull();
    expect(nextReview('2026-05-31', 6, [on('2026-12-08', true)])).toBeNull();
  });
});

interface Seen {
  id: string;
  inspectedOn: string;
  nextPlanReview: string | null;
  planReviews: { id: string; finding: string; leadsTo: string | null; supportId: string | null }[];
}

describe('an inspection and the reviews of its plan', () => {
  let service: Service;
  let solihull: Council;
  let adviser: PageSession;
  let id: string;

  beforeAll(async () => {
    service = await Service.start({ worker: false });
    service.clock.set(new Date('2026-12-10T12:00:00Z'));
    solihull = await new Given(service).council('E08000029');
    adviser = await signedIn(service, 'adviser', { region: solihull.region });
    const facts = { framework: 'childrens-services', inspectedOn: '2026-02-10', judgement: 'Inadequate' };
    await adviser.post(`/councils/${solihull.id}/inspections/new`, facts);
    id = ((await seen()) as [Seen])[0].id;
  }, 60_000);
  afterAll(() => service.stop());

  const seen = (): Promise<Seen[]> =>
    service.done('adviser', 'get', `/api/inspections?council=${solihull.id}`);
  const review = (facts: object) => adviser.post(`/inspections/${id}/reviews`, facts);
  const listed = async (show: string): Promise<boolean> => {
    const { text } = await adviser.get(`/inspections?show=${show}`);
    return text.includes(`/inspections/${id}`);
  };

  it('says when the next is due, and lists it from two months before', async () => {
    expect((await seen())[0]).toMatchObject({ nextPlanReview: '2026-12-10', planReviews: [] });
    expect(saidOn((await adviser.get(`/inspections/${id}`)).text)).toContain(
      'The next is due on 10 Dec 2026.',
    );
    expect(await listed('reviews')).toBe(true);
    service.clock.set(new Date('2026-10-09T12:00:00Z'));
    expect(await listed('reviews')).toBe(false);
    service.clock.set(new Date('2026-12-11T12:00:00Z'));
    expect(saidOn((await adviser.get(`/inspections/${id}`)).text)).toContain('10 Dec 2026, so it is late.');
  });

  it('leads to support by what it finds, which is asked for until it is recorded', async () => {
    expect(
      (await review({ reviewedOn: '2026-12-10', finding: 'off-track', note: 'Two posts empty' })).status,
    ).toBe(303);
    expect(await listed('support')).toBe(true);
    const { text } = await adviser.get(`/inspections/${id}`);
    expect(saidOn(text)).toContain(
      '10 Dec 2026: Not on track Two posts empty This leads to support: direct support.',
    );
    const [, link = ''] = /href="(\/councils\/[^"]*support\/new[^"]*)"/.exec(text) ?? [];
    const form = (await adviser.get(link.replaceAll('&amp;', '&'))).text;
    expect(form).toContain('the review of its plan on 10 December 2026 found: not on track');
    const [, key = ''] = /name="review" value="([^"]*)"/.exec(form) ?? [];
    const given = { type: 'direct', firstDay: '2027-01-05', cause: 'the review', review: key };
    // Support from before the review did not follow from it.
    const old = { ...given, firstDay: '2026-12-09' };
    expect((await adviser.post(`/councils/${solihull.id}/support/new`, old)).status).toBe(400);
    expect(await listed('support')).toBe(true);
    expect((await adviser.post(`/councils/${solihull.id}/support/new`, given)).status).toBe(303);
    expect(await listed('support')).toBe(false);
    expect((await seen())[0]).toMatchObject({
      nextPlanReview: addMonths('2026-12-10', 6),
      planReviews: [{ finding: 'off-track', leadsTo: 'direct', supportId: expect.any(String) as string }],
    });
    // Once is enough: the same review asks for no second support.
    const twice = await adviser.post(`/councils/${solihull.id}/support/new`, {
      ...given,
      firstDay: '2027-02-05',
    });
    expect([twice.status, saidOn(twice.text).includes('asks for no support')]).toEqual([409, true]);
  });

  it('or until somebody says why none is needed', async () => {
    service.clock.set(new Date('2027-06-15T12:00:00Z'));
    await review({ reviewedOn: '2027-06-10', finding: 'slow' });
    expect(await listed('support')).toBe(true);
    const [{ planReviews }] = (await seen()) as [Seen];
    const none = (reason: string) =>
      adviser.post(`/inspections/${id}/reviews/${planReviews[0]?.id ?? ''}/none`, { reason });
    expect((await none('')).status).toBe(400);
    expect((await none('they have a mentor already')).status).toBe(303);
    expect(await listed('support')).toBe(false);
    expect(saidOn((await adviser.get(`/inspections/${id}`)).text)).toContain(
      'No support was needed: they have a mentor already',
    );
    expect((await none('again')).status).toBe(409);
  });

  it('refuses a day before the inspection, one to come, one twice and a finding that is not on the list', async () => {
    for (const [said, facts] of Object.entries({
      'Found Monday 9 February 2026; allowed: Tuesday 10 February 2026, the inspection, to Tuesday 15 June 2027, today':
        {
          reviewedOn: '2026-02-09',
        },
      'Found Wednesday 16 June 2027': { reviewedOn: '2027-06-16' },
      'A review of this day is recorded already': { reviewedOn: '2027-06-10' },
      'allowed: on-track, slow, off-track, done': { reviewedOn: '2027-06-11', finding: 'fine' },
    })) {
      const sent = await review({ finding: 'on-track', ...facts });
      expect([sent.status, saidOn(sent.text.replaceAll('&quot;', '"'))]).toEqual([
        400,
        expect.stringContaining(said),
      ]);
    }
  });

  it('keeps its framework and its day while its plan was reviewed, and lets a wrong review be taken back', async () => {
    const { text } = await adviser.get(`/inspections/${id}/change`);
    const change = (facts: object) =>
      adviser.post(`/inspections/${id}/change`, {
        ...{ version: versionOn(text), framework: 'childrens-services', inspectedOn: '2026-02-10' },
        ...facts,
      });
    expect(saidOn((await change({ framework: 'adult-care' })).text)).toContain('so that its framework stays');
    for (const inspectedOn of ['', '2026-12-11']) expect((await change({ inspectedOn })).status).toBe(400);
    await review({ reviewedOn: '2027-06-13', finding: 'on-track' });
    const [{ planReviews }] = (await seen()) as [Seen];
    const back = (one: { id: string } | undefined) =>
      adviser.post(`/inspections/${id}/reviews/${one?.id ?? ''}/wrong`, { wrong: 'yes' });
    expect((await back(planReviews[0])).status).toBe(303);
    expect((await seen())[0]?.planReviews).toHaveLength(planReviews.length - 1);
    // Support came of the oldest.
    expect((await back(planReviews.at(-1))).status).toBe(409);
  });

  it('ends when the plan is carried out, and when a newer inspection takes its place', async () => {
    await review({ reviewedOn: '2027-06-14', finding: 'done' });
    expect((await seen())[0]?.nextPlanReview).toBeNull();
    const newer = { framework: 'childrens-services', inspectedOn: '2027-06-01', judgement: 'Good' };
    await adviser.post(`/councils/${solihull.id}/inspections/new`, newer);
    expect((await seen()).map(({ nextPlanReview }) => nextPlanReview)).toEqual(['2028-04-01', null]);
  });

  it('lets the newest inspection of a council alone ask for reviews, also of those that followed it', async () => {
    const held = (council: string, inspectedOn: string) =>
      service.done<{ id: string }>('programme', 'post', '/api/inspections', {
        ...{ councilId: council, framework: 'best-value', inspectedOn },
      });
    const next = async (of: { id: string }): Promise<string | null | undefined> =>
      (await service.done<Seen[]>('programme', 'get', '/api/inspections')).find(
        ({ id: one }) => one === of.id,
      )?.nextPlanReview;
    const first = await held(solihull.id, '2026-01-15');
    expect(await next(first)).toBe('2027-01-15');
    const second = await held(solihull.id, '2026-05-15');
    expect([await next(first), await next(second)]).toEqual([null, '2027-05-15']);
    // Solihull becomes a part of Birmingham, which is inspected since.
    const birmingham = await new Given(service).council('E08000025');
    await service.source.query(
      `INSERT INTO successions (predecessor_id, successor_id, starts_on, applied_at) VALUES ($1, $2, '2026-09-01', now())`,
      [solihull.id, birmingham.id],
    );
    await service.source.query(`UPDATE councils SET valid_to = '2026-08-31' WHERE id = $1`, [solihull.id]);
    expect(await next(second)).toBe('2027-05-15');
    const third = await held(birmingham.id, '2026-12-01');
    expect([await next(second), await next(third)]).toEqual([null, '2027-12-01']);
    // And what the review of the one before leads to is given to the one that followed.
    await service.done('programme', 'post', `/api/inspections/${second.id}/plan-reviews`, {
      ...{ reviewedOn: '2027-05-20', finding: 'slow' },
    });
    const [owed] = await service.source.query<{ id: string }[]>(
      `SELECT id FROM plan_reviews WHERE inspection_id = $1`,
      [second.id],
    );
    const facts = {
      councilId: birmingham.id,
      type: 'mentoring',
      firstDay: '2027-06-01',
      cause: 'x',
      review: owed?.id,
    };
    expect((await service.send('programme', 'post', '/api/supports', facts)).status).toBe(201);
    await service.source.query(`UPDATE councils SET valid_to = NULL WHERE id = $1`, [solihull.id]);
    await service.source.query('DELETE FROM successions');
  });

  it('is of nobody else to write: another region, the board', async () => {
    const london = await signedIn(service, 'adviser', { region: 'London' });
    const board = await signedIn(service, 'board');
    expect((await london.post(`/inspections/${id}/reviews`, { finding: 'done' })).status).toBe(404);
    expect((await board.post(`/inspections/${id}/reviews`, { finding: 'done' })).status).toBe(403);
  });
});
