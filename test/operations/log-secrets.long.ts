import { Account } from '../../src/people/account.entity.js';
import { createDatabase } from '../support/database.js';
import { figure } from '../support/figure.js';
import { Given } from '../support/given.js';
import { MailServer } from '../support/mail-server.js';
import { PageSession } from '../support/page-session.js';
import { Processes } from '../support/processes.js';
import { eventually, Service } from '../support/service.js';

/** What no line of a log may hold, by what it is; more is added as people are sent more. */
const secrets: Record<string, string> = {
  name: 'Zebedee Quince',
  address: 'zebedee.quince@council.example',
  'address that takes no mail': 'gone.away@council.example',
  'address of nobody': 'stranger@nowhere.example',
  telephone: '07700 900461',
  party: 'Plaid Cymru',
  'text of an adviser': 'their section 151 officer has left',
  'wrong token': 'cf_wrong_token_that_somebody_typed',
  'wrong link': 'Zm9yIG5vYm9keSBhdCBhbGwsIG5vdCBldmVuIGZvciB1cw',
};

let mail: MailServer;
let service: Service;
let processes: Processes;

beforeAll(async () => {
  mail = new MailServer();
  await mail.start();
  const url = await createDatabase();
  service = await Service.start({ worker: false, environment: { DATABASE_URL: url } });
  processes = await Processes.start(url, {
    LOG_LEVEL: 'debug',
    SMTP_URL: `smtp://127.0.0.1:${String(mail.port)}`,
    MAIL_FROM: 'service@cf.example',
  });
}, 60_000);
afterAll(async () => {
  await processes.stop();
  await service.stop();
  await mail.stop();
});

/** The newest letter to somebody that says something. */
const found = (to: string, pattern: RegExp): Promise<string> =>
  eventually(
    async () => {
      const texts = mail.letters.filter((letter) => letter.to === to).map(({ text }) => plain(text));
      return Promise.resolve(texts.map((text) => pattern.exec(text)?.[1]).find((one) => one !== undefined));
    },
    `a letter with ${String(pattern)}`,
  );

/** As a reader sees it: lines that were broken for the way are whole again. */
const plain = (text: string): string =>
  text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

it('no line of the logs names anybody, or holds what opens something', async () => {
  const given = new Given(service);
  await given.financePool(3);
  await given.staff();
  const { id } = await given.council('E08000028');
  // People, and mail that arrives or does not.
  const peer = await processes.done<{ id: string }>('programme', 'POST', '/api/peers', {
    ...{ name: secrets.name, email: secrets.address, phone: secrets.telephone },
    ...{ class: 'member', positions: ['leader'], party: secrets.party },
  });
  const accounts = [
    secrets.address ?? '',
    secrets['address that takes no mail'] ?? '',
    'adviser@staff.example',
  ];
  for (const email of accounts.slice(0, 2))
    await service.source.manager.save(Account, { email, name: secrets.name, role: 'peer', peerId: peer.id });
  const person = new PageSession(processes.address);
  for (const email of [secrets['address of nobody'], ...accounts.slice(1)])
    await person.post('/sign-in', { email });
  const { headers } = await person.post('/sign-in', { email: secrets.address });
  const attempt = headers.location ?? '';
  secrets['code to sign in'] = await found(secrets.address ?? '', /\b(\d{6})\b/);
  await person.post(attempt, { code: '000000' });
  await person.post(attempt, { code: secrets['code to sign in'] });
  // What is typed into addresses, headers and bodies that cannot be used.
  const search = `q=${encodeURIComponent(secrets.name ?? '')}&email=${secrets.address ?? ''}`;
  for (const path of [`/peers?${search}`, `/i/${secrets['wrong link'] ?? ''}`, `/api/peers?${search}`])
    await person.get(path);
  await processes.ask('programme', 'GET', `/api/peers?q=${encodeURIComponent(secrets.name ?? '')}`);
  const wrong = { Authorization: `Bearer ${secrets['wrong token'] ?? ''}` };
  await processes.ask('programme', 'GET', '/api/peers', undefined, wrong);
  await processes.ask('programme', 'POST', '/api/peers', { name: secrets.name, email: [secrets.address] });
  await fetch(`${processes.address}/api/peers`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${await processes.token('programme')}`,
    },
    body: `{"email": "${secrets.address ?? ''}`,
  });
  // A team, its invitations by mail, an answer by link.
  const { challenge } = await (async () => {
    const one = await given.scoped('E08000028');
    await service.source.query('UPDATE challenges SET focus = $2 WHERE id = $1', [
      one.id,
      secrets['text of an adviser'],
    ]);
    const [proposal] = (await given.proposals(one.id)).proposals;
    await service.source.query(
      `UPDATE peers SET email = 'team' || left(id::text, 8) || '@peers.example' WHERE email IS NULL`,
    );
    await service.done('adviser', 'post', `/api/proposals/${proposal?.id ?? ''}/agree`);
    await given.approve(one.id);
    await processes.done('adviser', 'POST', `/api/challenges/${one.id}/invitations`);
    return { challenge: one };
  })();
  const [invited] = await service.source.query<{ email: string }[]>(
    'SELECT p.email FROM invitations i JOIN peers p ON p.id = i.peer_id WHERE i.challenge_id = $1',
    [challenge.id],
  );
  secrets['address of a peer'] = invited?.email ?? '';
  secrets['link of an invitation'] = await found(invited?.email ?? '', /\/i\/([A-Za-z0-9_-]{43})/);
  const link = `/i/${secrets['link of an invitation']}`;
  await person.get(link);
  await person.post(link, { link: 'no', days: 'yes', step: 'send' });
  // Tokens and cookies.
  secrets.token = await processes.token('programme');
  secrets.cookie = person.cookie('session') ?? '';
  expect(id).not.toBe('');
  const lines = processes.log;
  const told = Object.entries(secrets).flatMap(([what, secret]) =>
    lines
      .filter((line) => line.includes(secret) || line.includes(encodeURIComponent(secret)))
      .map((line) => `${what}: ${line.slice(0, 300)}`),
  );
  figure(
    28,
    `${String(lines.length)} lines of web and worker, ${String(Object.keys(secrets).length)} secrets looked for, ${String(told.length)} found`,
  );
  expect(told).toEqual([]);
  // That there is something to look through: the requests, and the mail that did not arrive.
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => /"responseCode":550.*a message could not be sent/.test(line))).toHaveLength(
    1,
  );
}, 90_000);
