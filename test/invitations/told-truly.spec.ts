import { AnswersService } from '../../src/invitations/answers.service.js';
import { LINK_TYPES } from '../../src/invitations/answering.js';
import type { Message } from '../../src/messages/message.entity.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
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
      expect.stringContaining('Somebody of your peer team does not come after all'),
    ]);
    expect(told?.body).toContain('Those who have said yes stay, and so do the dates.');
    // Why is theirs to tell.
    expect(told?.body).not.toContain('ill.');
    const team = await seen(council, `/challenges/${id}/approval`);
    expect(team.match(/Has said yes/g)).toHaveLength(3);
    expect(team.match(/Cannot come; somebody else is looked for/g)).toHaveLength(1);
    expect(team).toContain(
      'Somebody of it does not come. You see the team with somebody else before they are asked.',
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

  it('hears of each who leaves, and of nobody while it was not complete', async () => {
    const { id, invitations } = await confirmed('2027-06-15');
    for (const one of invitations.slice(0, 2))
      await service.done('adviser', 'post', `/api/invitations/${one.id}/decline`, {});
    expect(await sent(id, 'team-incomplete')).toHaveLength(2);
    const { challenge } = await given.approved('E08000028', [{ start: '2027-06-22', days: 3 }]);
    const asked = await service.done<Ided[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge.id}/invitations`,
    );
    await service.done('adviser', 'post', `/api/invitations/${asked[0]?.id ?? ''}/decline`, {});
    await service.source.query('UPDATE invitations SET expires_at = created_at WHERE id = $1', [
      asked[1]?.id,
    ]);
    await service.app.get(AnswersService).expireAll(service.db.now());
    expect(await sent(challenge.id, 'team-incomplete')).toEqual([]);
    const team = await seen(council, `/challenges/${challenge.id}/approval`);
    expect(team.match(/Cannot come; somebody else/g)).toHaveLength(1);
    expect(team.match(/Did not answer; somebody else/g)).toHaveLength(1);
    expect(team.match(/Is asked/g)).toHaveLength(2);
    // A yes to other days is none to these.
    await service.source.query(
      `UPDATE invitations SET first_day = first_day - 7, last_day = last_day - 7, visit_first_day = visit_first_day - 7, visit_last_day = visit_last_day - 7
       WHERE challenge_id = $1`,
      [challenge.id],
    );
    expect(await seen(council, `/challenges/${challenge.id}/approval`)).not.toContain('Is asked');
  });

  it('is told nothing of where somebody stands to whom it objected itself', async () => {
    const challenge = await given.scoped('E08000028', [{ start: '2027-11-30', days: 3 }]);
    const [proposal] = (await given.proposals(challenge.id)).proposals;
    await service.done('adviser', 'post', `/api/proposals/${proposal?.id ?? ''}/agree`);
    const against = { proposalId: proposal?.id, seat: proposal?.seats[0]?.seat, reason: 'a neighbour' };
    expect((await council.post(`/challenges/${challenge.id}/objection`, against)).status).toBe(303);
    const [objection] = await service.source.query<Ided[]>(
      'SELECT id FROM objections WHERE challenge_id = $1',
      [challenge.id],
    );
    const upheld = { state: 'upheld', answer: 'we see it so too' };
    expect((await adviser.post(`/objections/${objection?.id ?? ''}`, upheld)).status).toBe(303);
    const team = await seen(council, `/challenges/${challenge.id}/approval`);
    expect(team).toContain('Your objection was upheld');
    expect(team).not.toContain('somebody else is looked for');
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

  it('goes on with the other days that were offered, in mail and on the page', async () => {
    const windows = [
      { start: '2027-05-25', days: 3 },
      { start: '2027-09-21', days: 3 },
    ];
    const { id } = await given.confirmed('E08000028', windows);
    const [agreed] = await service.source.query<{ firstDay: string }[]>(
      'SELECT first_day::text AS "firstDay" FROM challenges WHERE id = $1',
      [id],
    );
    await service.done('adviser', 'post', `/api/challenges/${id}/postpone`, { reason: 'a strike' });
    const [other] = windows.filter(({ start }) => start !== agreed?.firstDay);
    const said = other?.start === '2027-05-25' ? '25 to Thursday 27 May' : '21 to Thursday 23 September';
    expect((await sent(id, 'challenge-left'))[0]?.body).toContain(said);
    const page = await seen(council, `/challenges/${id}`);
    expect(page).toContain('Dates being considered');
    expect(page).toContain(said.split(' to ')[0] ?? '');
    expect(page).not.toContain(other?.start === '2027-05-25' ? '21 September' : '25 May');
    const board = await signedIn(service, 'board');
    expect(await seen(board, `/challenges/${id}`)).not.toContain('Your principal adviser agrees');
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
