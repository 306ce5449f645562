import { Account } from '../../src/people/account.entity.js';
import type { Message } from '../../src/messages/message.entity.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { saidOn } from '../support/people.js';
import { eventually, Service } from '../support/service.js';

let service: Service;
let given: Given;
let council: PageSession;
let adviser: PageSession;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  const staff = await given.staff();
  council = await new PageSession(service.app).be(staff.council);
  adviser = await new PageSession(service.app).be(staff.adviser);
  await given.financePool(6);
  await service.source.query(`UPDATE peers SET email = 'p' || left(id::text, 8) || '@peers.example'`);
}, 60_000);
afterAll(() => service.stop());

type Sent = Pick<Message, 'recipient' | 'subject' | 'body'>;
const COUNCIL = 'council-e08000028@staff.example';
const ADVISER = 'adviser@staff.example';
const sent = (challenge: string, template: string): Promise<Sent[]> =>
  service.source.query(
    'SELECT recipient, subject, body FROM messages WHERE about = $1 AND template = $2 ORDER BY created_at, recipient',
    [`challenge:${challenge}`, template],
  );
const invite = (id: string): Promise<(Ided & { peerId: string })[]> =>
  service.done('adviser', 'post', `/api/challenges/${id}/invitations`);
/** The link in the letter to a peer, once it went out. */
const linkOf = (challenge: string, peerId = ''): Promise<string> =>
  eventually(async () => {
    const mine = (await sent(challenge, 'invitation')).find(
      ({ recipient }) => recipient === `p${peerId.slice(0, 8)}@peers.example`,
    );
    return /\/i\/[\w-]{20,}/.exec(mine?.body ?? '')?.[0];
  }, 'the letter with its link');
const accept = (id: string): Promise<unknown> =>
  service.done('adviser', 'post', `/api/invitations/${id}/accept`);

/** The best of the teams that were found anew. */
const found = (challenge: string): Promise<string> =>
  eventually(async () => {
    const [row] = await service.source.query<Ided[]>(
      `SELECT id FROM proposals WHERE challenge_id = $1 AND state = 'proposed'
         AND created_at > (SELECT max(agreed_at) FROM proposals WHERE challenge_id = $1) ORDER BY rank LIMIT 1`,
      [challenge],
    );
    return row?.id;
  }, 'the next team');

describe('of a team that was complete', () => {
  it('those who stay hear that somebody cannot come, and that their own days are as they were', async () => {
    const { id, invitations } = await given.confirmed('E08000028', [{ start: '2027-05-11', days: 3 }]);
    const [leaver, stayer] = invitations;
    await service.done('adviser', 'post', `/api/invitations/${leaver?.id ?? ''}/decline`, {
      reason: 'on leave',
    });
    const letters = await sent(id, 'team-short');
    expect(letters.map(({ recipient }) => recipient).sort()).toEqual(
      invitations
        .slice(1)
        .map(({ peerId }) => `p${peerId.slice(0, 8)}@peers.example`)
        .sort(),
    );
    expect(letters[0]?.subject).toContain('Your part stays as it is');
    expect(letters[0]?.body).toMatch(
      /Tuesday 11 to Thursday 13 May 2027: the .+ of the team does not come after all\. You are still on the team, on the same days/,
    );
    expect(letters[0]?.body).not.toContain('on leave');
    // What stands in their calendar as certain does not become doubtful by the file of the page.
    const link = await linkOf(id, stayer?.peerId);
    const file = (await new PageSession(service.app).bytes(`${link}/visit.ics`)).body.toString();
    expect(/SUMMARY:.*finance[^]*?STATUS:(\w+)/i.exec(file)?.[1]).toBe('CONFIRMED');
    // Whoever leaves next tells the same people, and is told so before.
    const peer = new PageSession(service.app);
    await peer.get(link);
    const no = { link: 'no', days: 'no', reason: 'a funeral', step: 'check' };
    expect(saidOn((await peer.post(link, no)).text)).toContain(
      'Who will be told: the principal adviser, and, since the team was complete, the council and the rest of the team.',
    );
    await peer.post(link, { ...no, step: 'send' });
    expect(await sent(id, 'team-short')).toHaveLength(5);
    expect(await sent(id, 'team-incomplete')).toHaveLength(2);
  });

  it('also once another team is agreed in its place, and not of one that was put off since', async () => {
    const { id, invitations } = await given.confirmed('E08000028', [{ start: '2027-05-25', days: 3 }]);
    const [first, second, third] = invitations;
    await service.done('adviser', 'post', `/api/invitations/${first?.id ?? ''}/decline`, { reason: 'ill' });
    await service.done('adviser', 'post', `/api/proposals/${await found(id)}/agree`);
    await service.done('adviser', 'post', `/api/invitations/${second?.id ?? ''}/decline`, { reason: 'ill' });
    expect(await sent(id, 'team-incomplete')).toHaveLength(2);
    expect(await sent(id, 'team-short')).toHaveLength(5);
    await service.done('adviser', 'post', `/api/challenges/${id}/postpone`, {
      reason: 'a strike',
      windows: [{ start: '2027-06-22', days: 3 }],
    });
    await service.done('adviser', 'post', `/api/proposals/${await found(id)}/agree`);
    await given.approve(id);
    const [asked] = (await invite(id)).filter(({ state }) => state === 'pending');
    await service.done('adviser', 'post', `/api/invitations/${asked?.id ?? ''}/decline`, { reason: 'ill' });
    expect(third).toBeDefined();
    expect(await sent(id, 'team-incomplete')).toHaveLength(2);
  });

  it('the adviser hears of each link that still waits for a decision, and the council of none', async () => {
    const { challenge } = await given.approved('E08000028', [{ start: '2027-06-08', days: 3 }]);
    const asked = await invite(challenge.id);
    for (const [index, { id }] of asked.entries())
      if (index < 2)
        await adviser.post(`/invitations/${id}`, {
          ...{ link: 'yes', linkType: 'other', reason: 'their auditor is my sister', answer: 'yes' },
        });
      else await accept(id);
    const letters = new Map((await sent(challenge.id, 'confirmed')).map((one) => [one.recipient, one.body]));
    expect([...letters.keys()].sort()).toEqual([ADVISER, COUNCIL]);
    expect(letters.get(COUNCIL)).not.toMatch(/link|told/);
    const waiting = await sent(challenge.id, 'links-waiting');
    expect(waiting.map(({ recipient }) => recipient)).toEqual([ADVISER]);
    expect(waiting[0]?.body).toContain('2 members of the team told of a link with the council.');
    expect(saidOn((await adviser.get(`/challenges/${challenge.id}`)).text)).toContain(
      'the first of 2 that were told with a yes',
    );
  });
});

describe('a council', () => {
  it('hears that its approval was recorded for it, once, and the history does not say that it spoke itself', async () => {
    const challenge = await given.scoped('E08000028', [{ start: '2027-07-06', days: 3 }]);
    const [proposal] = (await given.proposals(challenge.id)).proposals;
    await service.done('adviser', 'post', `/api/proposals/${proposal?.id ?? ''}/agree`);
    for (let i = 0; i < 2; i++)
      await adviser.post(`/challenges/${challenge.id}/approval`, {
        answer: 'approve',
        proposalId: proposal?.id,
      });
    const letters = await sent(challenge.id, 'approval-recorded');
    expect(letters.map(({ recipient }) => recipient)).toEqual([COUNCIL]);
    expect(letters[0]?.body).toContain('it was recorded for you that the council approves the team');
    expect(saidOn((await council.get(`/challenges/${challenge.id}/history`)).text)).toMatch(
      /That (the council|Sandwell[^.]*) approves the team was recorded/,
    );
  });

  it('with a second approval tells its approver nothing of the kind, whose word is still waited for', async () => {
    const second = (is: boolean): Promise<void> =>
      service.asOwner(
        `UPDATE policies SET content = jsonb_set(content, '{secondApproval}', '${String(is)}') WHERE id = 'kind:finance'`,
      );
    const { id: councilId } = await given.council('E08000028');
    await service.source.manager.save(Account, {
      ...{ email: 'second@council.example', name: 'Sue Second', role: 'approver', councilId, example: true },
    });
    await second(true);
    const challenge = await given.scoped('E08000028', [{ start: '2027-11-16', days: 3 }]);
    const [proposal] = (await given.proposals(challenge.id)).proposals;
    await service.done('adviser', 'post', `/api/proposals/${proposal?.id ?? ''}/agree`);
    await given.approve(challenge.id);
    const to = async (template: string): Promise<string[]> =>
      (await sent(challenge.id, template)).map(({ recipient }) => recipient);
    expect(await to('team-for-approval')).toContain('second@council.example');
    expect(await to('approval-recorded')).toEqual([COUNCIL]);
    await second(false);
  });

  it('that approves by itself gets no such letter', async () => {
    const challenge = await given.scoped('E08000028', [{ start: '2027-07-20', days: 3 }]);
    const [proposal] = (await given.proposals(challenge.id)).proposals;
    await service.done('adviser', 'post', `/api/proposals/${proposal?.id ?? ''}/agree`);
    await council.post(`/challenges/${challenge.id}/approval`, {
      answer: 'approve',
      proposalId: proposal?.id,
    });
    expect(await sent(challenge.id, 'approval-recorded')).toEqual([]);
    expect((await sent(challenge.id, 'team-approved')).length).toBe(1);
  });

  it('is told that the days of a team are new where those of before were given up', async () => {
    const { id } = await given.confirmed('E08000028', [{ start: '2027-09-07', days: 3 }]);
    const windows = [{ start: '2027-11-02', days: 3 }];
    await service.done('adviser', 'post', `/api/challenges/${id}/postpone`, { reason: 'a strike', windows });
    const next = await found(id);
    await service.done('adviser', 'post', `/api/proposals/${next}/agree`);
    const letters = await sent(id, 'team-for-approval');
    expect(letters[0]?.body).not.toContain('The days are new');
    expect(letters.at(-1)?.body).toContain(
      'The days are new: before, it was to be Tuesday 7 to Thursday 9 September 2027.',
    );
  });
});

describe('a peer', () => {
  it('is shown whom they would serve with as the team is by now', async () => {
    const { challenge, proposal } = await given.approved('E08000028', [{ start: '2027-10-05', days: 3 }]);
    const asked = await invite(challenge.id);
    const inSeat = (position: string): (typeof asked)[number] | undefined => {
      const seat = proposal.seats.find((one) => one.seat.includes(position));
      return asked.find(({ peerId }) => peerId === seat?.peer?.id);
    };
    const [leaver, stayer] = [inSeat('member'), asked.find((one) => one !== inSeat('member'))];
    const link = await linkOf(challenge.id, stayer?.peerId);
    const rest = async (): Promise<string> =>
      /The rest of the team ([^]*?)Papers/.exec(
        saidOn((await new PageSession(service.app).get(link)).text),
      )?.[1] ?? '';
    expect(await rest()).toContain('Leader');
    await service.done('adviser', 'post', `/api/invitations/${leaver?.id ?? ''}/decline`, { reason: 'ill' });
    expect(await rest()).not.toContain('Leader');
    const edited = await service.done<Ided>(
      'adviser',
      'post',
      `/api/proposals/${await found(challenge.id)}/edit`,
      {
        seats: { [proposal.seats.find(({ peer }) => peer?.id === leaver?.peerId)?.seat ?? '']: null },
      },
    );
    await service.done('adviser', 'post', `/api/proposals/${edited.id}/agree`);
    expect(await rest()).toMatch(/Head of service|Chief executive/);
    expect(await rest()).not.toContain('Leader');
  });
});
