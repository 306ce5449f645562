import { addDays, londonDate } from '../../src/calendar/dates.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { FeedbackService } from '../../src/outcomes/feedback.service.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { eventually, Service } from '../support/service.js';

const SANDWELL = 'E08000028';
const today = londonDate(new Date());
const yesterday = addDays(today, -1);
const DRAFT = 'https://council.example/draft';

let service: Service;
let given: Given;
let council: { token: string };
let adviser: string;
/** Weeks of 2027, one for each challenge. */
let week = 0;
/** Visits end on days of their own, so that nobody is in two places. */
let daysAgo = 2;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(6);
  ({ adviser } = await given.staff());
  council = { token: await service.token('council', { councilId: (await given.council(SANDWELL)).id }) };
});
afterAll(() => service.stop());

const window = (): object[] => [{ start: addDays('2027-06-08', 7 * week++), days: 3 }];
const delivered = (): ReturnType<Given['delivered']> => given.delivered(SANDWELL, window(), (daysAgo += 4));
const stateOf = async (id: string): Promise<string> =>
  (await service.done<Ided>('adviser', 'get', `/api/challenges/${id}`)).state;

interface Step {
  id: string;
  state: string;
  doneOn: string | null;
  link: string | null;
}
const stepOf = async (id: string, step: string): Promise<Step | undefined> =>
  (await service.done<Step[]>('adviser', 'get', `/api/challenges/${id}/clock`)).find(
    (one) => one.id === step,
  );

const told = async (id: string, template: string): Promise<string[]> =>
  (
    await service.source.query<{ recipient: string }[]>(
      `SELECT recipient FROM messages WHERE about = $1 AND template = $2 ORDER BY created_at, recipient`,
      [`challenge:${id}`, template],
    )
  ).map(({ recipient }) => recipient);

describe('reports', () => {
  it('go from a draft, answered by the council, to publication, report and plan together', async () => {
    const { id } = await delivered();
    const [draft] = await service.done<Ided[]>('adviser', 'post', `/api/challenges/${id}/documents`, {
      type: 'draft_report',
      link: DRAFT,
      dated: yesterday,
    });
    expect(await stepOf(id, 'draft')).toMatchObject({ state: 'done', doneOn: yesterday, link: DRAFT });
    const answer = (body: object) =>
      service.send(council, 'post', `/api/documents/${draft?.id ?? ''}/answer`, body);
    expect((await answer({ answer: 'corrections' })).status).toBe(400);
    expect((await answer({ answer: 'corrections', text: 'the population is 344,000' })).status).toBe(200);
    expect((await answer({ answer: 'accurate' })).body).toMatchObject({
      answer: 'accurate',
      answeredOn: today,
    });
    expect(await stepOf(id, 'accuracy')).toMatchObject({ state: 'done', doneOn: today });
    for (const type of ['report', 'action_plan'])
      await service.done(council, 'post', `/api/challenges/${id}/documents`, {
        type,
        link: 'https://council.example/report',
        dated: today,
      });
    expect(await stateOf(id)).toBe('action_plan_published');
  });

  it('may be published apart, the plan before the report too; a newer version keeps the earlier', async () => {
    const { id } = await delivered();
    const publish = (type: string, link: string) =>
      service.done<{ version: number }[]>('adviser', 'post', `/api/challenges/${id}/documents`, {
        type,
        link,
        dated: today,
      });
    await publish('action_plan', 'https://council.example/plan');
    expect(await stateOf(id)).toBe('reporting');
    await publish('report', 'https://council.example/report');
    expect(await stateOf(id)).toBe('action_plan_published');
    expect(await publish('report', 'https://council.example/report-2')).toMatchObject([{ version: 2 }]);
    expect(await service.done<object[]>('adviser', 'get', `/api/challenges/${id}/documents`)).toHaveLength(3);
  });

  it('refuse a draft by the council, a day to come, and anything before the visit has ended', async () => {
    const { id } = await delivered();
    const add = async (who: typeof council | 'adviser', challenge: string, body: object) =>
      (
        await service.send(who, 'post', `/api/challenges/${challenge}/documents`, {
          link: DRAFT,
          dated: today,
          ...body,
        })
      ).status;
    expect(await add(council, id, { type: 'draft_report' })).toBe(403);
    expect(await add('adviser', id, { type: 'report', dated: addDays(today, 1) })).toBe(400);
    expect(await add('adviser', id, { type: 'report', link: 'javascript:alert(1)' })).toBe(400);
    const { id: coming } = await given.confirmed(SANDWELL, window());
    expect(await add('adviser', coming, { type: 'report' })).toBe(409);
    expect(await add('adviser', coming, { type: 'papers' })).toBe(201);
    expect(await stepOf(coming, 'papers')).toMatchObject({ state: 'done', doneOn: today });
  });

  it('are moved with a reason by staff, never by the council', async () => {
    const { id } = await delivered();
    const body = { step: 'report', to: addDays(today, 200), reason: 'a new chief executive' };
    expect((await service.send(council, 'post', `/api/challenges/${id}/clock/move`, body)).status).toBe(403);
    await service.done('adviser', 'post', `/api/challenges/${id}/clock/move`, body);
    expect(await stepOf(id, 'report')).toMatchObject({ due: body.to, moved: { reason: body.reason } });
    expect(
      (
        await service.send(council, 'post', `/api/challenges/${id}/clock/done`, {
          step: 'call',
          doneOn: today,
        })
      ).status,
    ).toBe(403);
    expect(
      (
        await service.send('adviser', 'post', `/api/challenges/${id}/clock/done`, {
          step: 'report',
          doneOn: today,
        })
      ).status,
    ).toBe(400);
  });
});

describe('recommendations', () => {
  const answer = async (who: typeof council | 'adviser', id: string, version: number, body: object) =>
    service.send(who, 'patch', `/api/recommendations/${id}`, body, { 'If-Match': `"${String(version)}"` });

  it('are worded by the office, answered by the council, and looked at by the reviewers, with their history', async () => {
    const { id, visit } = await delivered();
    const one = await service.done<Ided>('adviser', 'post', `/api/visits/${visit}/recommendations`, {
      text: 'Agree three priorities.',
    });
    // Before it is sent, the council neither sees nor answers it.
    expect(await service.done<object[]>(council, 'get', `/api/visits/${visit}/recommendations`)).toEqual([]);
    expect((await answer(council, one.id, 1, { answer: 'accepted' })).status).toBe(404);
    expect(await service.done('adviser', 'post', `/api/visits/${visit}/recommendations/send`)).toEqual({
      count: 1,
    });
    expect((await service.send('adviser', 'post', `/api/visits/${visit}/recommendations/send`)).status).toBe(
      409,
    );
    expect((await answer(council, one.id, 2, { text: 'Agree nothing.' })).status).toBe(403);
    expect((await answer(council, one.id, 2, { reviewState: 'done' })).status).toBe(403);
    expect((await answer(council, one.id, 2, { answer: 'rejected' })).status).toBe(400);
    const said = {
      answer: 'accepted',
      owner: 'chief executive',
      due: '2027-03-31',
      councilState: 'under_way',
    };
    expect((await answer(council, one.id, 2, said)).body).toMatchObject({ ...said, version: 3 });
    expect((await answer(council, one.id, 2, { councilState: 'done' })).status).toBe(412);
    expect((await answer('adviser', one.id, 3, { reviewState: 'done' })).status).toBe(200);
    const page = await new PageSession(service.app).be(adviser);
    const { text } = await page.get(`/recommendations/${one.id}`);
    expect(text).toContain('answer: none → accepted');
    expect((await page.get(`/challenges/${id}/history`)).text).toContain('Recommendation 1');
  });

  it('are numbered from 1 to 40, each once', async () => {
    const { visit } = await delivered();
    const add = async (number: number) =>
      (await service.send('adviser', 'post', `/api/visits/${visit}/recommendations`, { text: 'x', number }))
        .status;
    expect([await add(40), await add(40), await add(41), await add(0)]).toEqual([201, 409, 400, 400]);
    expect(
      (await service.send('adviser', 'post', `/api/visits/${visit}/recommendations`, { text: 'x' })).status,
    ).toBe(400);
  });

  it('come from a file, whole or not at all, and go back into one', async () => {
    const { visit } = await delivered();
    const path = `/api/visits/${visit}/recommendations`;
    const bad = await service.send(
      'adviser',
      'post',
      `${path}/import`,
      'number,text,answer\n1,Do it,accepted\n41,Too many,\n1,Twice,perhaps\n',
    );
    expect(bad.status).toBe(400);
    expect(
      (bad.body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).sort(),
    ).toEqual(['row 3, number', 'row 4, answer', 'row 4, number']);
    expect(await service.done<object[]>('adviser', 'get', path)).toEqual([]);
    const rows = Array.from(
      { length: 10 },
      (_, n) => `${String(n + 1)},"Recommendation ${String(n + 1)}, in words"`,
    ).join('\n');
    expect(
      await service.done('adviser', 'post', `${path}/import?dryRun=true`, `number,text\n${rows}\n`),
    ).toMatchObject({
      added: 10,
      dryRun: true,
    });
    expect(await service.done('adviser', 'post', `${path}/import`, `number,text\n${rows}\n`)).toMatchObject({
      added: 10,
      changed: 0,
    });
    const file = (await service.send('adviser', 'get', `${path}/export`)).text;
    expect(await service.done('adviser', 'post', `${path}/import`, file)).toMatchObject({
      added: 0,
      changed: 0,
    });
    expect(
      await service.done('adviser', 'post', `${path}/import`, file.replace('Recommendation 7', 'Number 7')),
    ).toMatchObject({
      changed: 1,
    });
    expect(await service.done('adviser', 'post', `${path}/import`, file)).toMatchObject({
      added: 0,
      changed: 1,
    });
    await service.done('adviser', 'post', `${path}/send`);
    expect(await service.done<object[]>(council, 'get', path)).toHaveLength(10);
  });
});

describe('feedback', () => {
  it('is asked once after the visit, of the council and of each peer, and months later once what has changed', async () => {
    const { id } = await delivered();
    const feedback = service.app.get(FeedbackService);
    await feedback.askAll(new Date());
    await feedback.askAll(new Date());
    const forms = async () =>
      service.source.query<{ form: string; n: string }[]>(
        `SELECT form, count(*) AS n FROM feedback WHERE challenge_id = $1 GROUP BY 1 ORDER BY 1`,
        [id],
      );
    expect(await forms()).toEqual([
      { form: 'council', n: '1' },
      { form: 'peer', n: '4' },
    ]);
    for (let day = 100; day < 230; day += 5) await feedback.askAll(new Date(Date.now() + day * 86_400_000));
    expect((await forms()).find(({ form }) => form === 'impact')).toEqual({ form: 'impact', n: '1' });
  });

  it('is answered once from a link that needs no account, each question from 1 to 4', async () => {
    const { id, team } = await delivered();
    await service.source.query(`UPDATE peers SET email = id || '@peers.example' WHERE id = $1`, [
      team[0]?.peerId,
    ]);
    await service.app.get(FeedbackService).askAll(new Date());
    const link = await eventually(async () => {
      const [row] = await service.source.query<{ body: string }[]>(
        `SELECT body FROM messages WHERE about = $1 AND template = 'feedback' AND recipient = $2 AND state = 'sent'`,
        [`challenge:${id}`, `${team[0]?.peerId ?? ''}@peers.example`],
      );
      return /\/f\/\S+/.exec(row?.body ?? '')?.[0];
    }, 'the link');
    const peer = new PageSession(service.app);
    expect((await peer.get(link)).text).toContain('How well were you prepared?');
    const untouched = await peer.post(link, { step: 'send' });
    expect([untouched.status, untouched.text.match(/choose an answer from 1/gi)?.length]).toEqual([400, 6]);
    expect(
      (
        await peer.post(link, {
          step: 'send',
          'scores[prepared]': '5',
          'scores[used]': '1',
          'scores[team]': '1',
        })
      ).status,
    ).toBe(400);
    expect(
      (
        await peer.post(link, {
          step: 'send',
          'scores[prepared]': '4',
          'scores[used]': '3',
          'scores[team]': '4',
        })
      ).text,
    ).toContain('Thank you');
    expect((await peer.get(link)).status).toBe(404);
    const summary = await service.done<{ form: string; answered: number }[]>(
      'adviser',
      'get',
      `/api/challenges/${id}/feedback`,
    );
    expect(summary.find(({ form }) => form === 'peer')).toMatchObject({ answered: 1 });
  });

  it('by managers makes the rating of a peer, from three answers on, and nobody outside sees it', async () => {
    const scores = [4, 4, 1];
    const ratings: number[] = [];
    let peerId = '';
    for (const score of scores) {
      const { id, team } = await delivered();
      peerId ||= team[0]?.peerId ?? '';
      if (!team.some((one) => one.peerId === peerId))
        await service.source.query('UPDATE bookings SET peer_id = $1 WHERE challenge_id = $2 AND seat = $3', [
          peerId,
          id,
          team[0]?.seat,
        ]);
      await service.done('adviser', 'put', `/api/challenges/${id}/ratings`, { scores: { [peerId]: score } });
      ratings.push((await service.source.manager.findOneByOrFail(Peer, { id: peerId })).rating);
      expect((await service.send(council, 'get', `/api/challenges/${id}/feedback`)).status).toBe(403);
      expect(
        (await service.send('adviser', 'put', `/api/challenges/${id}/ratings`, { scores: { [id]: 4 } }))
          .status,
      ).toBe(400);
    }
    expect(ratings).toEqual([5, 5, 7]);
  });
});

describe('good practice', () => {
  it('is found by everybody once the council consents, and by staff of the region before', async () => {
    const { id } = await delivered();
    const add = (body: object) =>
      service.done('adviser', 'post', `/api/challenges/${id}/good-practice`, body);
    await add({ title: 'A front door for families', what: 'one team', consentBy: 'chief executive' });
    await add({ title: 'Something not agreed yet', what: 'to be asked' });
    const stranger = {
      token: await service.token('council', { councilId: (await given.council('E08000001')).id }),
    };
    const other = { token: await service.token('adviser', { region: 'South West' }) };
    const own = { token: await service.token('adviser', { region: 'West Midlands' }) };
    const titles = async (who: typeof stranger) =>
      (await service.done<{ title: string }[]>(who, 'get', '/api/good-practice'))
        .map(({ title }) => title)
        .sort();
    expect(await titles(stranger)).toEqual(['A front door for families']);
    expect(await titles(other)).toEqual(['A front door for families']);
    expect(await titles(own)).toEqual(['A front door for families', 'Something not agreed yet']);
    expect(await service.done<object[]>(stranger, 'get', '/api/good-practice?text=nothing%25')).toEqual([]);
  });
});

describe('closing', () => {
  it('needs nothing outstanding, or a reason; what was not done stays visible', async () => {
    const { id } = await delivered();
    const refused = await service.send('adviser', 'post', `/api/challenges/${id}/close`, {});
    expect(refused.status).toBe(409);
    expect(JSON.stringify(refused.body)).toContain('Report published');
    expect(
      await service.done('adviser', 'post', `/api/challenges/${id}/close`, {
        reason: 'the council is abolished',
      }),
    ).toMatchObject({
      state: 'closed',
    });
    expect(await stepOf(id, 'report')).toMatchObject({ state: 'missed' });
    const history = await service.done<{ to: string; reason: string }[]>(
      'adviser',
      'get',
      `/api/challenges/${id}/history`,
    );
    expect(history.at(-1)?.reason).toMatch(/^the council is abolished; outstanding: .*Report published/);
  });

  it('tells everybody who served what was published', async () => {
    const { id, team } = await delivered();
    for (const { peerId } of team)
      await service.source.query(`UPDATE peers SET email = id || '@peers.example' WHERE id = $1`, [peerId]);
    await service.done('adviser', 'post', `/api/challenges/${id}/documents`, {
      type: 'report',
      link: DRAFT,
      dated: today,
    });
    expect((await told(id, 'published')).sort()).toEqual(
      team.map(({ peerId }) => `${peerId}@peers.example`).sort(),
    );
  });
});
