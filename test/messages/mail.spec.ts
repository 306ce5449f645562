import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openQueues } from '../../src/jobs/queue.js';
import { makeMailer, reasonNotSent } from '../../src/messages/mailer.js';
import { readSettings } from '../../src/settings.js';
import { MessagesService } from '../../src/messages/messages.service.js';
import { Message } from '../../src/messages/message.entity.js';
import { MailServer } from '../support/mail-server.js';
import { saidOn, signedIn } from '../support/people.js';
import { eventually, Service } from '../support/service.js';

const RECEIPTS = 'what-notify-sends-with-receipts';

let service: Service | null = null;
let mail: MailServer | null = null;
let notify: Server | null = null;
afterEach(async () => {
  await service?.stop();
  await mail?.stop();
  notify?.closeAllConnections();
  notify?.close();
  [service, mail, notify] = [null, null, null];
});

async function post(to: string[], cause: string, calendar?: string): Promise<void> {
  const messages = service?.app.get(MessagesService);
  await service?.source.transaction(
    (tx) =>
      messages?.post(tx, {
        template: 'challenge-scoped',
        data: { council: 'Exeter', kind: 'Finance review', page: 'https://cf.example/x', windows: [] },
        to,
        cause,
        about: 'challenge:1',
        ...(calendar ? { calendar } : {}),
      }) ?? Promise.resolve(),
  );
}

/** What a mail program shows of an encoded header. */
const subjectOf = (mail: string): string =>
  (/^Subject: ([^]*?)\r\n(?! )/m.exec(mail)?.[1] ?? '').replace(
    /=\?UTF-8\?([BQ])\?(.*?)\?=\s*/gi,
    (_, how: string, text: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('utf8')
        : decodeURIComponent(text.replaceAll('_', ' ').replaceAll('%', '%25').replaceAll('=', '%')),
  );

const states = async (): Promise<string[]> =>
  (await service?.source.manager.find(Message, { order: { recipient: 'ASC' } }))?.map(
    ({ recipient, state, body }) => `${recipient} ${state} ${body === null ? 'forgotten' : 'kept'}`,
  ) ?? [];

describe('messages by a mail server', () => {
  it('go out once for each cause, with their calendar file, and their text is forgotten; that of an address that takes nothing is kept until it is put right', async () => {
    mail = new MailServer();
    await mail.start();
    service = await Service.start({
      environment: { SMTP_URL: `smtp://127.0.0.1:${String(mail.port)}`, REPLY_TO: 'office@cf.example' },
    });
    const receipts = `${service.settings.ADDRESS}/api/delivery-receipts`;
    const said = { method: 'POST', headers: { Authorization: 'Bearer undefined' } };
    // Nobody is listened to where no token is set.
    expect((await fetch(receipts, said)).status).toBe(404);
    for (let n = 0; n < 5; n++)
      await post(
        ['ann@example.org', 'gone@example.org'],
        'one cause',
        'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n',
      );
    await eventually(
      async () =>
        (await states()).every((state) => !state.includes('waiting')) && (await states()).length === 2,
      'both messages',
    );
    expect(await states()).toEqual(['ann@example.org sent forgotten', 'gone@example.org failed kept']);
    expect(mail.letters.map(({ to }) => to)).toEqual(['ann@example.org']);
    expect(subjectOf(mail.letters[0]?.text ?? '')).toBe(
      'Exeter – The scope of your finance review is agreed',
    );
    expect(mail.letters[0]?.text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(mail.letters[0]?.text).toMatch(/Content-Type: text\/html; charset=utf-8/i);
    expect(mail.letters[0]?.text).toMatch(/^Reply-To: office@cf\.example\r$/m);
    expect(mail.letters[0]?.text.replace(/=\r\n/g, '')).toContain('You can reply to this message');
    expect(mail.letters[0]?.text).toMatch(/Content-Type: text\/calendar; charset=utf-8; method=REQUEST/i);
    const [message] = (await service.source.manager.find(Message)) as [Message, Message];
    await service.app.get(MessagesService).send(message.id);
    expect(mail.letters).toHaveLength(1);
  });

  it('are in real use not handed to a server elsewhere that offers no encryption, and openly to one of this machine', async () => {
    const letter = {
      id: '1',
      to: 'ann@council.example',
      replyTo: null,
      subject: 'Hello',
      text: 'Hello',
      calendar: null,
    };
    const sentBy = async (MODE: 'live' | 'example', host: string): Promise<unknown> => {
      mail = new MailServer();
      await mail.start(host);
      const SMTP_URL = `smtp://${host}:${String(mail.port)}`;
      const settings = readSettings({ DATABASE_URL: 'postgres://x/y', MODE, SMTP_URL });
      const outcome = await makeMailer(settings)
        .send(letter)
        .then(
          () => 'sent',
          (error: unknown) => reasonNotSent(error),
        );
      expect(mail.letters).toHaveLength(outcome === 'sent' ? 1 : 0);
      await mail.stop();
      mail = null;
      return outcome;
    };
    expect(await sentBy('live', '127.0.0.2')).toMatchObject({ code: 'ETLS' });
    expect(await sentBy('live', '127.0.0.1')).toBe('sent');
    expect(await sentBy('example', '127.0.0.2')).toBe('sent');
  });

  it('wait while it is away, and go out once when it is back', async () => {
    mail = new MailServer();
    await mail.start();
    const { port } = mail;
    await mail.stop();
    service = await Service.start({
      worker: false,
      environment: { SMTP_URL: `smtp://127.0.0.1:${String(port)}` },
    });
    await post(['ann@example.org', 'bea@example.org'], 'while it was away');
    const messages = service.app.get(MessagesService);
    const all = await service.source.manager.find(Message);
    for (const { id } of all) await messages.send(id);
    expect((await states()).every((state) => state.endsWith('waiting kept'))).toBe(true);
    await mail.start();
    for (const { id } of [...all, ...all]) await messages.send(id);
    expect(mail.letters.map(({ to }) => to).sort()).toEqual(['ann@example.org', 'bea@example.org']);
  });

  it('are tried five times with growing pauses, then parked, and sent when the office says that they may be', async () => {
    mail = new MailServer();
    await mail.start();
    const { port } = mail;
    await mail.stop();
    service = await Service.start({
      worker: false,
      environment: { SMTP_URL: `smtp://127.0.0.1:${String(port)}` },
    });
    await post(['ann@example.org'], 'while it was away for long');
    const messages = service.app.get(MessagesService);
    const [{ id }] = (await service.source.manager.find(Message)) as [Message];
    const pauses: (number | null)[] = [];
    const at = new Date('2027-06-08T09:00:00Z');
    service.clock.set(at);
    for (let n = 0; n < 5; n++) {
      await messages.send(id);
      const { nextTryAt, state } = await service.source.manager.findOneByOrFail(Message, { id });
      pauses.push(state === 'waiting' && nextTryAt ? (nextTryAt.getTime() - at.getTime()) / 1000 : null);
    }
    service.clock.set(null);
    expect(pauses).toEqual([15, 120, 900, 7200, null]);
    await mail.start();
    await messages.send(id);
    expect([await states(), mail.letters]).toEqual([['ann@example.org parked kept'], []]);
    const office = await signedIn(service, 'programme');
    expect(saidOn((await office.get('/queue')).text)).toContain(
      '1 message waits for your word: not sent after several tries',
    );
    expect((await office.post('/queue/retry', { retry: 'messages' })).status).toBe(303);
    await messages.send(id);
    expect(mail.letters.map(({ to }) => to)).toEqual(['ann@example.org']);
    expect(saidOn((await office.get('/queue')).text)).not.toContain('could not be sent');
  });

  it('wait for their next try without a job a minute, and are found where that was lost', async () => {
    mail = new MailServer();
    await mail.start();
    const { port } = mail;
    await mail.stop();
    service = await Service.start({
      worker: false,
      environment: { SMTP_URL: `smtp://127.0.0.1:${String(port)}` },
    });
    await post(['ann@example.org'], 'looked after');
    const messages = service.app.get(MessagesService);
    const [{ id }] = (await service.source.manager.find(Message)) as [Message];
    await messages.send(id);
    const now = Date.now();
    service.clock.set(new Date(now + 40_000));
    expect(await messages.sweep(30)).toBe(0);
    service.clock.set(new Date(now + 60_000));
    const queue = openQueues(service.settings);
    const jobs = async (): Promise<number> =>
      (await queue.it.messages.getJobs()).filter((job) => job.id?.includes(id)).length;
    const before = await jobs();
    expect(await messages.sweep(30)).toBe(1);
    expect(await jobs()).toBe(before + 1);
    // Within ten minutes it gets one more at most, however often somebody looks.
    const stretch = 600_000;
    // After the one in which somebody looked just now.
    const begin = (Math.floor((now + 60_000) / stretch) + 1) * stretch;
    const added: number[] = [];
    for (const minute of [1, 3, 9, 11]) {
      service.clock.set(new Date(begin + minute * 60_000));
      const there = await jobs();
      await messages.sweep(30);
      added.push((await jobs()) - there);
    }
    expect(added).toEqual([1, 0, 0, 1]);
    await queue.close();
  });

  it('are in the hands of one sender, also where the server is slow and the sweeper looks again', async () => {
    mail = new MailServer();
    mail.slow = true;
    await mail.start();
    service = await Service.start({
      worker: false,
      environment: { SMTP_URL: `smtp://127.0.0.1:${String(mail.port)}` },
    });
    await post(['ann@example.org'], 'slowly');
    const messages = service.app.get(MessagesService);
    const [{ id }] = (await service.source.manager.find(Message)) as [Message];
    const first = messages.send(id);
    await eventually(
      async () => (await service?.source.manager.findOneByOrFail(Message, { id }))?.takenUntil,
    );
    await messages.send(id);
    service.clock.set(new Date(Date.now() + 14 * 60_000));
    await messages.send(id);
    expect(await messages.sweep(30)).toBe(0);
    mail.goOn();
    await first;
    service.clock.set(null);
    await messages.send(id);
    expect(mail.letters.map(({ to }) => to)).toEqual(['ann@example.org']);
    expect(await states()).toEqual(['ann@example.org sent forgotten']);
  });

  it('are sent by another where the first sender died with them', async () => {
    mail = new MailServer();
    await mail.start();
    service = await Service.start({
      worker: false,
      environment: { SMTP_URL: `smtp://127.0.0.1:${String(mail.port)}` },
    });
    await post(['ann@example.org'], 'left behind');
    const [{ id }] = (await service.source.manager.find(Message)) as [Message];
    await service.source.query(`UPDATE messages SET taken_until = now() + interval '15 minutes'`);
    const messages = service.app.get(MessagesService);
    await messages.send(id);
    expect(mail.letters).toEqual([]);
    service.clock.set(new Date(Date.now() + 16 * 60_000));
    expect(await messages.sweep(30)).toBe(1);
    await messages.send(id);
    service.clock.set(null);
    expect(mail.letters.map(({ to }) => to)).toEqual(['ann@example.org']);
  });
});

describe('messages by GOV.UK Notify', () => {
  it('carry subject and text, a reference of their own, and a token signed with the key; one that comes back is known', async () => {
    const asked: {
      body: { email_address: string; personalisation: { subject: string } };
      authorization: string;
    }[] = [];
    notify = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        asked.push({
          body: JSON.parse(Buffer.concat(parts).toString()) as never,
          authorization: request.headers.authorization ?? '',
        });
        response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"id": "x"}');
      });
    }).listen(0, '127.0.0.1');
    await once(notify, 'listening');
    const { port } = notify.address() as AddressInfo;
    const [serviceId, secret] = [
      '11111111-2222-4333-8444-555555555555',
      '66666666-7777-4888-8999-000000000000',
    ];
    service = await Service.start({
      environment: {
        NOTIFY_KEY: `team-${serviceId}-${secret}`,
        NOTIFY_CALLBACK_TOKEN: RECEIPTS,
        NOTIFY_TEMPLATE: '99999999-2222-4333-8444-555555555555',
        NOTIFY_URL: `http://127.0.0.1:${String(port)}`,
      },
    });
    await post(['ann@example.org'], 'by Notify');
    await eventually(async () => (await states())[0] === 'ann@example.org sent forgotten', 'the message');
    expect(asked.map(({ body }) => [body.email_address, body.personalisation.subject])).toEqual([
      ['ann@example.org', 'Exeter – The scope of your finance review is agreed'],
    ]);
    const { id = '' } = (await service.source.manager.findOneBy(Message, {})) ?? {};
    const receipt = (reference: string, status: string, token: string): Promise<Response> =>
      fetch(`${service?.settings.ADDRESS ?? ''}/api/delivery-receipts`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: JSON.stringify({ id: 'theirs', reference, to: 'ann@example.org', status }),
      });
    for (const [told, token, status, state] of [
      ['permanent-failure', 'somebody-else-altogether', 404, 'sent'],
      ['delivered', RECEIPTS, 204, 'sent'],
      ['permanent-failure', RECEIPTS, 204, 'failed'],
    ] as const) {
      expect([told, (await receipt(id, told, token)).status]).toEqual([told, status]);
      expect(await states()).toEqual([`ann@example.org ${state} forgotten`]);
    }
    for (const status of ['temporary-failure', 'technical-failure']) {
      await service.source.manager.update(Message, { id }, { state: 'sent' });
      expect([status, (await receipt(id, status, RECEIPTS)).status, await states()]).toEqual([
        status,
        204,
        ['ann@example.org failed forgotten'],
      ]);
    }
    expect((await receipt('not one of ours', 'permanent-failure', RECEIPTS)).status).toBe(204);
    const [, claims = ''] = asked[0]?.authorization.split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ iss: serviceId });
  });
});
