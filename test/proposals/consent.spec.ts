import type { EntityManager } from 'typeorm';
import { addDays } from '../../src/calendar/dates.js';
import { AgreementService } from '../../src/proposals/agreement.service.js';
import { Given } from '../support/given.js';
import { actWhileHeld } from '../support/held.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const CODE = 'E08000028';
const FINANCE = 'finance-officer';

let service: Service;
let given: Given;
let adviser: PageSession;
let council: PageSession;
let first = '2027-05-04';

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(5);
  const { id: councilId } = await given.council(CODE);
  adviser = await signedIn(service, 'adviser');
  council = await signedIn(service, 'council', { councilId });
}, 60_000);
afterEach(() => {
  service.clock.set(null);
});
afterAll(() => service.stop());

const agree = (proposal: string): ReturnType<Service['send']> =>
  service.send('adviser', 'post', `/api/proposals/${proposal}/agree`);

/** A challenge whose council has the page of one team open; another team was chosen since. */
async function overtaken(): Promise<{ id: string; shown: string; now: string; page: string }> {
  first = addDays(first, 14);
  const { id } = await given.scoped(CODE, [{ start: first, days: 3 }]);
  const [one, two] = (await given.proposals(id)).proposals;
  const [shown, now] = [one?.id ?? '', two?.id ?? ''];
  await agree(shown);
  const { text: page } = await council.get(`/challenges/${id}/approval`);
  await agree(now);
  return { id, shown, now, page };
}

const approvals = async (id: string): Promise<string[]> => {
  const path = `/api/challenges/${id}/team-approval`;
  const { approvals: all } = await service.done<{ approvals: { by: string }[] }>('adviser', 'get', path);
  return all.map(({ by }) => by);
};

describe('a council that answers about a team which was replaced since its page was opened', () => {
  it('approves nothing, hears what is different, and approves what it sees then', async () => {
    const { id, shown, now, page } = await overtaken();
    expect(page).toContain(`name="proposalId" value="${shown}"`);
    const late = await council.post(`/challenges/${id}/approval`, { answer: 'approve', proposalId: shown });
    expect([late.status, await approvals(id)]).toEqual([409, []]);
    expect(saidOn(late.text)).toMatch(
      /The team was changed since you were shown it, so nothing was sent\. .+ is Peer \d+\. Look at the team as it is now\./,
    );
    expect(late.text).toContain(`name="proposalId" value="${now}"`);
    // The answer was to another team.
    expect(late.text).not.toContain('checked');
    const sent = await council.post(`/challenges/${id}/approval`, { answer: 'approve', proposalId: now });
    expect([sent.status, await approvals(id)]).toEqual([303, ['council']]);
  });

  it('objects to nobody', async () => {
    const { id, shown } = await overtaken();
    const form = { seat: FINANCE, reason: 'a former colleague', proposalId: shown };
    const late = await council.post(`/challenges/${id}/objection`, form);
    expect([late.status, saidOn(late.text).includes('The team was changed since')]).toEqual([409, true]);
    expect(late.text).not.toContain('a former colleague');
    expect(await service.done('adviser', 'get', `/api/challenges/${id}/objections`)).toEqual([]);
  });

  it('is told the same by the API, which takes no answer that names no team, or one of another challenge', async () => {
    const [one, other] = [await overtaken(), await overtaken()];
    const path = `/api/challenges/${one.id}/team-approval`;
    const sent = [{ proposalId: one.shown }, {}, { proposalId: other.now }].map((body) =>
      service.send('adviser', 'post', path, body),
    );
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([409, 400, 400]);
    expect(await approvals(one.id)).toEqual([]);
  });

  it('hears of other days first', async () => {
    const windows = ['2028-06-06', '2028-06-13'].map((start) => ({ start, days: 3 }));
    const { id } = await given.scoped(CODE, windows);
    const { proposals } = await given.proposals(id);
    const [one] = proposals as unknown as { id: string; firstDay: string }[];
    await agree(one?.id ?? '');
    const moved = one?.firstDay === '2028-06-06' ? '2028-06-13' : '2028-06-06';
    await service.source.query(`UPDATE proposals SET state = 'superseded' WHERE id = $1`, [one?.id]);
    await service.source.query(
      `UPDATE proposals SET state = 'agreed', first_day = $2 WHERE challenge_id = $1 AND rank = 2`,
      [id, moved],
    );
    const answer = { answer: 'approve', proposalId: one?.id };
    const said = saidOn((await council.post(`/challenges/${id}/approval`, answer)).text);
    expect(said).toMatch(
      moved === '2028-06-13' ? /The days are Tuesday 13 to Thursday 15 June/ : /The days are Tuesday 6 to/,
    );
  });
});

it('an adviser who has the page of one team open does not invite another', async () => {
  const { id, shown, now } = await overtaken();
  await given.approve(id);
  const late = await adviser.post(`/challenges/${id}/invitations`, { proposalId: shown });
  expect([late.status, saidOn(late.text).includes('The team was changed since')]).toEqual([409, true]);
  expect(await service.done('adviser', 'get', `/api/challenges/${id}/invitations`)).toEqual([]);
  const sent = await adviser.post(`/challenges/${id}/invitations`, { proposalId: now });
  expect(sent.headers.location).toBe(`/challenges/${id}/done?step=invited`);
});

describe('a challenge whose scope is agreed anew', () => {
  const backToScope = (id: string): Promise<unknown> =>
    service.done('adviser', 'post', `/api/challenges/${id}/scope`, {
      reason: 'the leader wants more on debt',
    });

  it('has no agreed team and no days any more; the council is told, and need not answer', async () => {
    const { id, now } = await overtaken();
    await backToScope(id);
    expect(await service.done('adviser', 'get', `/api/proposals/${now}`)).toMatchObject({
      state: 'superseded',
    });
    expect(await service.done('adviser', 'get', `/api/challenges/${id}`)).toMatchObject({
      firstDay: null,
      lastDay: null,
    });
    const { status, text } = await council.get(`/challenges/${id}/approval`);
    expect([status, saidOn(text).includes('nothing is asked of you')]).toEqual([200, true]);
    const late = await council.post(`/challenges/${id}/approval`, { answer: 'approve', proposalId: now });
    expect(late.status).toBe(409);
    const told = await service.source.query<{ template: string; body: string }[]>(
      `SELECT template, body FROM messages WHERE about = $1 AND template = 'team-set-aside'`,
      [`challenge:${id}`],
    );
    expect(told.map(({ body }) => body)).toEqual([
      expect.stringContaining(
        'the team that you were shown has been set aside, because the scope is being agreed again',
      ),
    ]);
  });

  it('is not approved by silence', async () => {
    const { id, now } = await overtaken();
    await backToScope(id);
    await service.app.get(AgreementService).acceptSilence(new Date('2031-01-01'));
    const rows = await service.source.query<object[]>('SELECT approvals FROM proposals WHERE id = $1', [now]);
    expect(rows).toEqual([{ approvals: [] }]);
  });
});

describe('silence', () => {
  it.each([
    [
      'another team is chosen',
      (tx: EntityManager, shown: string, now: string) =>
        tx
          .query(`UPDATE proposals SET state = 'superseded' WHERE id = $1`, [now])
          .then(() =>
            tx.query(
              `UPDATE proposals SET state = 'agreed', objection_deadline = '2032-01-01' WHERE id = $1`,
              [shown],
            ),
          ),
    ],
    [
      'the challenge leaves its way',
      (tx: EntityManager, _: string, now: string) =>
        tx.query(
          `UPDATE challenges SET state = 'postponed' WHERE id = (SELECT challenge_id FROM proposals WHERE id = $1)`,
          [now],
        ),
    ],
  ])('approves only what stands when it is taken, not what was found before: %s', async (_, change) => {
    const { id, shown, now } = await overtaken();
    await actWhileHeld(
      service,
      async (tx) => {
        await tx.query('SELECT FROM challenges WHERE id = $1 FOR UPDATE', [id]);
        await change(tx, shown, now);
      },
      () => service.app.get(AgreementService).acceptSilence(new Date('2031-01-01')),
    );
    const rows = await service.source.query<object[]>(
      'SELECT id FROM proposals WHERE challenge_id = $1 AND jsonb_array_length(approvals) > 0',
      [id],
    );
    expect(rows).toEqual([]);
  });
});

describe('a proposal for what is no longer asked', () => {
  it.each([
    ['other days', { windows: [{ start: '2028-02-08', days: 3 }] }, 'these days are no longer offered'],
    [
      'other seats',
      { seats: [{ id: 'leader', positions: ['leader'], party: 'any', skills: {} }] },
      'The seats were changed since this team was proposed',
    ],
  ])('is not agreed: %s', async (_, change, said) => {
    first = addDays(first, 14);
    const { id } = await given.scoped(CODE, [{ start: first, days: 3 }]);
    const [best] = (await given.proposals(id)).proposals;
    const { headers } = await service.send('adviser', 'get', `/api/challenges/${id}`);
    await service.done('adviser', 'patch', `/api/challenges/${id}`, change, {
      'If-Match': String(headers.etag),
    });
    const refused = await agree(best?.id ?? '');
    expect([refused.status, (refused.body as { detail: string }).detail]).toEqual([
      409,
      expect.stringContaining(said) as unknown,
    ]);
  });
});

describe('before a team is agreed', () => {
  const page = async (start: string): Promise<string> => {
    const { id } = await given.scoped(CODE, [{ start, days: 3 }]);
    const [proposal] = (await given.proposals(id)).proposals;
    return saidOn((await adviser.get(`/proposals/${proposal?.id ?? ''}/agree`)).text);
  };

  it('what the calendar says of its days is told, also where it refuses nothing', async () => {
    expect(await page('2027-04-13')).toMatch(
      /About these days: the pre-election period runs from \w+ \d+ \w+ 2027 to/,
    );
    expect(await page('2027-06-22')).not.toContain('About these days');
  });
});
