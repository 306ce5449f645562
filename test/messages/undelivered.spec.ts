import { DeliveriesService } from '../../src/messages/deliveries.service.js';
import { Message } from '../../src/messages/message.entity.js';
import { Given, type Ided } from '../support/given.js';
import { MessagesService } from '../../src/messages/messages.service.js';
import { MailServer } from '../support/mail-server.js';
import { PageSession } from '../support/page-session.js';
import { Account } from '../../src/people/account.entity.js';
import { saidOn, signedIn } from '../support/people.js';
import { eventually, Service } from '../support/service.js';

let service: Service;
let mail: MailServer;
let adviser: PageSession;
let office: PageSession;
let challenge: Ided;
let invited: { id: string; peerId: string; peer: string }[];

const GONE = 'gone@peers.example';

beforeAll(async () => {
  mail = new MailServer();
  await mail.start();
  service = await Service.start({ environment: { SMTP_URL: `smtp://127.0.0.1:${String(mail.port)}` } });
  const given = new Given(service);
  const staff = await given.staff();
  adviser = await new PageSession(service.app).be(staff.adviser);
  const facts = {
    email: 'office@staff.example',
    name: 'Olu Office',
    role: 'programme' as const,
    example: true,
  };
  const programme = await service.source.getRepository(Account).save(facts);
  office = await new PageSession(service.app).be(programme.id);
  await given.financePool(2);
  await service.asOwner(`UPDATE peers SET email = 'peer-' || id || '@peers.example', phone = '01632 960123'`);
  const team = await given.approved('E08000028');
  challenge = team.challenge;
  const peer = team.proposal.seats[0]?.peer?.id ?? '';
  await service.asOwner(`UPDATE peers SET email = '${GONE}' WHERE id = '${peer}'`);
  invited = await service.done('adviser', 'post', `/api/challenges/${challenge.id}/invitations`, {});
}, 60_000);
afterAll(async () => {
  await service.stop();
  await mail.stop();
});

const lost = (): Promise<Message> =>
  eventually(
    () => service.source.manager.findOneBy(Message, { recipient: GONE, state: 'failed' }),
    'the refusal',
  );

describe('an invitation that the mail server of the peer refuses', () => {
  it('stands on the start page, on the page of the challenge and beside the invitation, with the address', async () => {
    const message = await lost();
    const path = `/messages/${message.id}`;
    for (const page of ['/', `/challenges/${challenge.id}`, `/challenges/${challenge.id}/invitations`]) {
      const { text } = await adviser.get(page);
      expect([page, text.includes(`did not arrive at ${GONE}`), text.includes(path)]).toEqual([
        page,
        true,
        true,
      ]);
    }
    const { text } = await adviser.get(path);
    expect(text).toContain('Telephone them on 01632 960123');
    expect(text).toContain('The programme office corrects an address that is wrong');
    expect(text).toContain(`Send it again to ${GONE}`);
  });

  it('is sent again to the address that the office has corrected; only the new link opens, and nothing is left to do', async () => {
    const message = await lost();
    const path = `/messages/${message.id}`;
    const { peerId = '' } = invited.find(({ id }) => message.concerns === `invitation:${id}`) ?? {};
    expect((await adviser.get(`/peers/${peerId}/contact`)).status).toBe(403);
    const form = (await office.get(`/peers/${peerId}/contact`)).text;
    const version = /name="version" value="(\d+)"/.exec(form)?.[1] ?? '';
    const corrected = { version, email: 'right@peers.example', phone: '01632 960123' };
    expect((await office.post(`/peers/${peerId}/contact`, corrected)).status).toBe(303);
    expect((await adviser.post(`${path}/again`, { to: 'else@where.example' })).status).toBe(400);
    const sent = await adviser.post(`${path}/again`, { to: 'right@peers.example' });
    expect([sent.status, sent.headers.location]).toEqual([303, `/challenges/${challenge.id}#messages`]);
    const letter = await eventually(
      () =>
        Promise.resolve(
          mail.letters.find(({ to, text }) => to === 'right@peers.example' && text.includes('/i/')),
        ),
      'the letter',
    );
    const link = /\/i\/[\w-]+/.exec(letter.text.replace(/=\r\n/g, ''))?.[0] ?? '';
    expect((await new PageSession(service.app).get(link)).text).toContain(
      'You are asked to join a peer team',
    );
    const open = await service.db.query<unknown[]>(
      `SELECT hash FROM links WHERE purpose = 'invitation' AND subject = $1 AND revoked_at IS NULL`,
      [message.concerns?.split(':')[1]],
    );
    expect(open).toHaveLength(1);
    expect((await adviser.get('/')).text).not.toContain('did not arrive');
    expect(await service.source.manager.findOneBy(Message, { id: message.id })).toMatchObject({ body: null });
    expect((await adviser.post(`${path}/again`, { to: 'right@peers.example' })).status).toBe(409);
  });
});

describe('what did not arrive, told to programs', () => {
  interface Lost {
    id: string;
    challengeId: string;
    subject: string;
    recipient: string;
  }
  const listed = (role: 'adviser' | 'programme'): Promise<Lost[]> =>
    service.done<Lost[]>(role, 'get', '/api/undelivered-messages');

  it('is listed with its address, sent again where it may go, and settled', async () => {
    const [[sent]] = await service.source.query<[[Lost], number]>(
      `UPDATE messages SET state = 'failed', settled_at = NULL, body = 'Dear you,'
       WHERE id = (SELECT id FROM messages WHERE template = 'invitation' AND recipient <> $1 AND recipient <> 'right@peers.example' LIMIT 1)
       RETURNING id, subject, recipient`,
      [GONE],
    );
    const { id, subject, recipient } = sent;
    expect(await listed('adviser')).toEqual([{ id, challengeId: challenge.id, subject, recipient }]);
    const elsewhere = { token: await service.token('adviser', { region: 'London' }) };
    expect((await service.send(elsewhere, 'get', '/api/undelivered-messages')).body).toEqual([]);
    const again = (to: string, who: Parameters<Service['send']>[0] = 'adviser') =>
      service.send(who, 'post', `/api/undelivered-messages/${id}/again`, { to });
    expect((await again(recipient, elsewhere)).status).toBe(404);
    expect((await again(recipient, 'board')).status).toBe(403);
    expect((await again('else@where.example')).status).toBe(400);
    expect((await again(recipient)).status).toBe(204);
    expect(await listed('adviser')).toEqual([]);
    await service.source.query(`UPDATE messages SET state = 'failed', settled_at = NULL WHERE id = $1`, [id]);
    expect(await listed('adviser')).toHaveLength(1);
    const settled = await service.send('adviser', 'post', `/api/undelivered-messages/${id}/settled`, {});
    expect(settled.status).toBe(204);
    expect(await listed('adviser')).toEqual([]);
  });
});

describe('a message that comes back later', () => {
  it('with a link is sent again with a new one, also where messages are kept to be read', async () => {
    const kept = await Service.start();
    const given = new Given(kept);
    await given.financePool(2);
    await kept.asOwner(`UPDATE peers SET email = 'peer-' || id || '@peers.example'`);
    const { challenge: other } = await given.approved('E08000028');
    const staff = await given.staff();
    await kept.done('adviser', 'post', `/api/challenges/${other.id}/invitations`, {});
    const linkOf = async (cause: string): Promise<string> => {
      const { body } = await eventually(async () => {
        const found = await kept.source.manager.find(Message, {
          where: { template: 'invitation', state: 'sent' },
        });
        return found.find((one) => one.cause.includes(cause) && one.body?.includes('/i/'));
      }, 'the invitation');
      return /\/i\/[\w-]+/.exec(body ?? '')?.[0] ?? '';
    };
    const before = await linkOf('invited-');
    const [message] = (await kept.source.manager.find(Message, { where: { template: 'invitation' } })).filter(
      ({ body }) => body?.includes(before),
    );
    await kept.app.get(DeliveriesService).cameBack(message?.id ?? '');
    const person = await new PageSession(kept.app).be(staff.adviser);
    const sent = await person.post(`/messages/${message?.id ?? ''}/again`, { to: message?.recipient ?? '' });
    expect(sent.status).toBe(303);
    const after = await linkOf(' again ');
    const visitor = new PageSession(kept.app);
    expect([(await visitor.get(before)).status, (await visitor.get(after)).status]).toEqual([404, 200]);
    await kept.stop();
  }, 60_000);

  it('is shown as not arrived; whoever told the person otherwise says so', async () => {
    const [message] = await service.source.manager.findBy(Message, { template: 'challenge-scoped' });
    if (!message) throw new Error('no message to the council');
    await eventually(
      () => service.source.manager.findOneBy(Message, { id: message.id, state: 'sent' }),
      'the letter',
    );
    await service.app.get(DeliveriesService).cameBack(message.id);
    const path = `/messages/${message.id}`;
    expect((await adviser.get('/')).text).toContain(`did not arrive at ${message.recipient}`);
    expect((await adviser.get(path)).text).toContain('its text is not kept once it was handed over');
    expect((await adviser.post(`${path}/settled`, {})).status).toBe(303);
    expect((await adviser.get('/')).text).not.toContain('did not arrive');
    expect((await adviser.get(`/challenges/${challenge.id}`)).text).toContain('did not arrive; put right');
  });

  it('is no line of an adviser elsewhere, nor may it go to somebody whom it is not for', async () => {
    const [message] = await service.source.manager.findBy(Message, { template: 'invitation' });
    if (!message) throw new Error('no invitation');
    // An informal question to a peer, whose link is theirs alone.
    const facts = {
      template: 'sounding',
      about: message.about,
      subject: 'Might you be free?',
      body: 'x',
      calendar: null,
    };
    const link = { purpose: 'sounding' as const, subject: message.id, expiresAt: null };
    const peer = { recipient: 'right@peers.example', concerns: null, cause: 'sounded', link };
    const { id } = await service.source.manager.save(Message, {
      ...facts,
      ...peer,
      state: 'parked' as const,
    });
    const elsewhere = await signedIn(service, 'adviser', { region: 'London' });
    expect((await elsewhere.get('/')).text).not.toContain('did not arrive');
    expect((await adviser.get('/')).text).toContain('did not arrive at right@peers.example');
    for (const to of ['adviser@staff.example', 'council-e08000028@staff.example'])
      expect([to, (await adviser.post(`/messages/${id}/again`, { to })).status]).toEqual([to, 400]);
    await service.source.manager.update(Message, { id }, { recipient: 'nobody@any.more' });
    expect((await adviser.post(`/messages/${id}/again`, { to: 'nobody@any.more' })).status).toBe(400);
    // Given up by that, it does not go out with those that wait for the mail server.
    expect((await adviser.post(`/messages/${id}/settled`, {})).status).toBe(303);
    expect((await adviser.post(`/messages/${id}/settled`, {})).status).toBe(303);
    const again = await service.source.transaction((tx) => service.app.get(MessagesService).retryParked(tx));
    expect(again).toBe(0);
    const trail = await service.db.query<unknown[]>(
      `SELECT 1 FROM (SELECT action, details FROM audit_entries UNION ALL SELECT action, details FROM audit_waiting) a
        WHERE action = 'message.settled' AND details->>'message' = $1`,
      [id],
    );
    expect(trail).toHaveLength(1);
  });

  it('is not sent twice while it is on its way', async () => {
    const [message] = await service.source.manager.findBy(Message, { template: 'challenge-scoped' });
    await service.source.manager.update(Message, { id: message?.id ?? '' }, { state: 'waiting', body: 'x' });
    const to = message?.recipient ?? '';
    const refused = await adviser.post(`/messages/${message?.id ?? ''}/again`, { to });
    expect([refused.status, saidOn(refused.text)]).toEqual([409, expect.stringContaining('on its way')]);
  });

  it('is done with once the peer has answered otherwise', async () => {
    const [, other] = invited;
    const message = await eventually(
      () =>
        service.source.manager.findOneBy(Message, {
          concerns: `invitation:${other?.id ?? ''}`,
          state: 'sent',
        }),
      'the invitation',
    );
    await service.app.get(DeliveriesService).cameBack(message.id);
    expect((await adviser.get('/')).text).toContain(`did not arrive at ${message.recipient}`);
    await service.done('adviser', 'post', `/api/invitations/${other?.id ?? ''}/accept`);
    expect((await adviser.get('/')).text).not.toContain('did not arrive');
    expect((await adviser.post(`/messages/${message.id}/again`, { to: message.recipient })).status).toBe(409);
  });

  it('about something else than a challenge, or that is none, is not found', async () => {
    const [message] = await service.source.manager.find(Message, { take: 1 });
    await service.source.manager.update(Message, { id: message?.id ?? '' }, { about: 'peer:1' });
    for (const id of [message?.id ?? '', 'made-up', '00000000-0000-4000-8000-000000000000'])
      expect((await adviser.get(`/messages/${id}`)).status).toBe(404);
  });
});
