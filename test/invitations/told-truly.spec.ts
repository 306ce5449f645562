import { LINK_TYPES } from '../../src/invitations/answering.js';
import type { Message } from '../../src/messages/message.entity.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { saidOn } from '../support/people.js';
import { eventually, Service } from '../support/service.js';

let service: Service;
let given: Given;
let adviser: PageSession;
let council: PageSession;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  const staff = await given.staff();
  adviser = await new PageSession(service.app).be(staff.adviser);
  council = await new PageSession(service.app).be(staff.council);
  await given.financePool(5);
  await service.source.query(`UPDATE peers SET email = 'p' || left(id::text, 8) || '@peers.example'`);
}, 60_000);
afterAll(() => service.stop());

type Sent = Pick<Message, 'template' | 'recipient' | 'subject' | 'body' | 'calendar'>;
const sent = (challenge: string, template: string): Promise<Sent[]> =>
  service.source.query(
    'SELECT template, recipient, subject, body, calendar FROM messages WHERE about = $1 AND template = $2 ORDER BY created_at, recipient',
    [`challenge:${challenge}`, template],
  );
/** The link in the last invitation to somebody, once it went out. */
const linkIn = (challenge: string, recipient: string): Promise<string> =>
  eventually(async () => {
    const letters = (await sent(challenge, 'invitation')).filter((one) => one.recipient === recipient);
    return /\/i\/[\w-]{20,}/.exec(letters.at(-1)?.body ?? '')?.[0];
  }, 'the letter with its link');
const seen = async (who: PageSession, path: string): Promise<string> => saidOn((await who.get(path)).text);
const taskOf = (page: string, title: string): string => page.slice(page.indexOf(title)).slice(0, 140);

async function confirmed(start: string): Promise<{ id: string; invitations: (Ided & { peerId: string })[] }> {
  return given.confirmed('E08000028', [{ start, days: 3 }]);
}

/** The team that was found, agreed and approved. */
async function agreeNext(id: string): Promise<void> {
  const proposal = await eventually(async () => {
    const [row] = await service.source.query<Ided[]>(
      `SELECT id FROM proposals WHERE challenge_id = $1 AND state = 'proposed' ORDER BY rank LIMIT 1`,
      [id],
    );
    return row?.id;
  }, 'the next team');
  await service.done('adviser', 'post', `/api/proposals/${proposal}/agree`);
  await given.approve(id);
}

describe('a council whose team was complete', () => {
  it('hears that somebody cannot come, sees who stays, who left and who is new, and when it is complete again', async () => {
    const { id, invitations } = await confirmed('2027-05-11');
    const [leaver] = invitations as [Ided & { peerId: string; seat?: string }];
    await service.done('adviser', 'post', `/api/invitations/${leaver.id}/decline`, { reason: 'ill' });
    const [told] = await sent(id, 'team-incomplete');
    expect([told?.recipient, told?.subject]).toEqual([
      'council-e08000028@staff.example',
      expect.stringContaining('Somebody of your peer team cannot come after all'),
    ]);
    expect(told?.body).toContain('Everybody else stays, and so do the dates.');
    // Why is theirs to tell.
    expect(told?.body).not.toContain('ill.');
    const team = await seen(council, `/challenges/${id}/approval`);
    expect(team.match(/Has said yes/g)).toHaveLength(3);
    expect(team.match(/Cannot come; somebody else is looked for/g)).toHaveLength(1);
    expect(team).toContain(
      'Somebody of it cannot come. You see the team with somebody else before they are asked.',
    );
    const page = await seen(council, `/challenges/${id}`);
    expect(taskOf(page, 'Everybody in the team has said yes')).toContain('principal adviser');
    await agreeNext(id);
    const anew = await seen(council, `/challenges/${id}/approval`);
    expect(anew.match(/New in the team/g)).toHaveLength(1);
    expect(anew).not.toContain('Cannot come');
    const again = await service.done<(Ided & { state: string })[]>(
      'adviser',
      'post',
      `/api/challenges/${id}/invitations`,
    );
    expect(taskOf(await seen(council, `/challenges/${id}`), 'Everybody in the team has said yes')).toContain(
      'the peers',
    );
    for (const one of again.filter(({ state }) => state === 'pending'))
      await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    const complete = await sent(id, 'confirmed-peer');
    expect(complete.filter(({ subject }) => subject.includes('is complete again'))).toHaveLength(3);
    expect(complete.filter(({ subject }) => subject.includes('is complete:'))).toHaveLength(5);
    const stayed = complete.find(({ subject }) => subject.includes('again'));
    expect(stayed?.body).toContain('Somebody else of the team has changed. Your own days are as they were.');
  });
});

describe('a challenge that is put off', () => {
  it('offers the days that were given up no more, says why and what comes, and asks anew whoever said yes', async () => {
    const { id } = await confirmed('2027-07-13');
    await service.done('adviser', 'post', `/api/challenges/${id}/postpone`, { reason: 'the leader is ill.' });
    for (const { body, calendar } of await sent(id, 'invitation-withdrawn'))
      expect([calendar?.includes('METHOD:CANCEL'), body]).toEqual([
        true,
        expect.stringContaining(
          'If you put the dates into your calendar, the attached file takes them out again.',
        ),
      ]);
    const page = await seen(council, `/challenges/${id}`);
    expect(page).toMatch(
      /It was postponed on .*: the leader is ill\. Your principal adviser agrees new dates/,
    );
    expect(page).not.toContain('13 July');
    expect(taskOf(page, 'Scope agreed')).toMatch(/done/i);
    expect(await seen(adviser, `/challenges/${id}`)).toContain('Add dates');
  });

  it('with new dates tells whoever is asked again that their yes was for the days before', async () => {
    const { id } = await confirmed('2027-09-07');
    await service.done('adviser', 'post', `/api/challenges/${id}/postpone`, {
      reason: 'an election',
      windows: [{ start: '2027-11-02', days: 3 }],
    });
    expect(await seen(council, `/challenges/${id}`)).toContain('Dates being considered');
    expect(await seen(adviser, `/challenges/${id}`)).not.toContain('no team was possible');
    await agreeNext(id);
    await service.done('adviser', 'post', `/api/challenges/${id}/invitations`);
    const letters = (await sent(id, 'invitation')).filter(({ body }) =>
      body?.includes('2 to Thursday 4 November'),
    );
    expect(letters).toHaveLength(4);
    const again = letters.filter(({ body }) =>
      body?.includes(
        'You said yes to this challenge for Tuesday 7 to Thursday 9 September 2027. The dates have changed since',
      ),
    );
    expect(again.length).toBeGreaterThan(0);
    expect(letters[0]?.body).toContain('The team meets on the evening before.');
    const link = await linkIn(id, again[0]?.recipient ?? '');
    expect(saidOn((await new PageSession(service.app).get(link)).text)).toContain(
      'You said yes before, for Tuesday 7 to Thursday 9 September 2027.',
    );
    expect(await seen(adviser, `/challenges/${id}/invitations`)).toContain(
      'was told that the days or the team had changed',
    );
  });
});

describe('a challenge that does not take place', () => {
  it('says so wherever its council looks, and takes no papers', async () => {
    const { id } = await confirmed('2027-10-05');
    await service.done('adviser', 'post', `/api/challenges/${id}/cancel`, { reason: 'the council merges.' });
    expect(await seen(council, `/challenges/${id}`)).toMatch(/It was cancelled on .*: the council merges\./);
    expect(await seen(council, `/challenges/${id}/approval`)).toContain('The challenge is cancelled');
    expect(await seen(council, `/challenges/${id}/documents`)).toContain('nothing is added here any more');
    const paper = { type: 'papers', link: 'https://council.example/p', dated: '2026-01-05' };
    expect((await council.post(`/challenges/${id}/documents`, paper)).status).toBe(409);
  });
});

describe('a peer', () => {
  it('who tells a link that bars is told what it means, before and where they check', async () => {
    const { challenge } = await given.approved('E08000028', [{ start: '2027-11-16', days: 3 }]);
    await service.done('adviser', 'post', `/api/challenges/${challenge.id}/invitations`);
    const [letter] = await sent(challenge.id, 'invitation');
    const link = await linkIn(challenge.id, letter?.recipient ?? '');
    const peer = new PageSession(service.app);
    expect(saidOn((await peer.get(link)).text)).toContain('With any other you cannot be on this team.');
    const answer = { link: 'yes', linkType: 'contract', days: 'yes', step: 'check' };
    const checked = saidOn((await peer.post(link, answer)).text);
    expect(checked).toContain('nobody can be on the team of this council, so your answer is sent as no');
    await peer.post(link, { ...answer, step: 'send' });
    const [refused] = await sent(challenge.id, 'invitation-refused');
    expect(refused?.body).toContain(`What they say: ${LINK_TYPES.contract}`);
  });
});
