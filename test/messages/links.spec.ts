import { randomBytes, randomUUID } from 'node:crypto';
import request, { type Response } from 'supertest';
import { makeLink, openLink, revokeLinks } from '../../src/messages/links.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { eventually, Service } from '../support/service.js';
import { snapshot } from '../support/snapshot.js';

let service: Service;
let given: Given;
/** The tokens of the peers of one challenge, as they stand in their messages. */
let tokens: string[];

beforeAll(async () => {
  service = await Service.start({ environment: { TRUSTED_PROXIES: '1' } });
  given = new Given(service);
  await given.financePool(4);
  await given.staff();
  await service.source.query(`UPDATE peers SET email = 'p' || left(id::text, 8) || '@peers.example'`);
  const { challenge } = await given.approved('E08000028');
  await service.done('adviser', 'post', `/api/challenges/${challenge.id}/invitations`);
  tokens = await eventually(async () => {
    const rows = await service.source.query<{ body: string }[]>(
      `SELECT body FROM messages WHERE template = 'invitation' AND state = 'sent' ORDER BY recipient`,
    );
    return rows.length === 4 && rows.map(({ body }) => /\/i\/(\S+)/.exec(body)?.[1] ?? '');
  }, 'four invitations');
});
afterAll(() => service.stop());

/** From another address each time, so that misses are not counted together. */
let from = 0;
const open = (path: string): Promise<Response> =>
  request(service.app.getHttpServer())
    .get(path)
    .set('X-Forwarded-For', `10.0.${String(++from >> 8)}.${String(from & 255)}`);
const YES = { link: 'no', days: 'yes' };

describe('a peer’s link', () => {
  it('shows one invitation: council, dates, seat, what the others are; no names of theirs, no score, no party', async () => {
    const { text, headers } = await open(`/i/${tokens[0] ?? ''}`);
    expect(text).toContain('You are asked to join a peer team');
    const names = await service.source.query<{ name: string }[]>('SELECT name FROM peers');
    expect(names.filter(({ name }) => text.includes(name))).toEqual([]);
    expect(text).not.toMatch(/Labour|score|rating/i);
    expect([
      headers['referrer-policy'],
      headers['cache-control'],
      headers['set-cookie']?.toString().includes('session'),
    ]).toEqual(['no-referrer', 'no-store', false]);
  });

  it('is stored as a hash only', async () => {
    const rows = await service.source.query<{ hash: string }[]>('SELECT hash FROM links');
    expect(rows.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash) && !tokens.includes(hash))).toBe(true);
  });

  it('asks with no default, tells an untouched form what is missing, and changes nothing by it', async () => {
    const before = await snapshot(service.source);
    const peer = new PageSession(service.app);
    const path = `/i/${tokens[0] ?? ''}`;
    expect((await peer.get(path)).text).not.toMatch(/ checked/);
    const untouched = await peer.post(path, { step: 'check' });
    expect([
      untouched.status,
      untouched.text.includes('Choose whether you have any link with this council'),
      /<title>Error: /.test(untouched.text),
    ]).toEqual([400, true, true]);
    const checked = await peer.post(path, { ...YES, step: 'check' });
    expect(checked.text).toContain('Check your answers');
    // What is on its way to one page is not on its way to another.
    const { search } = new URL((checked as unknown as { request: { url: string } }).request.url);
    expect((await peer.get(`/i/${tokens[1] ?? ''}${search}`)).text).not.toContain('Check your answers');
    // What waits to be checked is kept with the browser; the secret of the link is not.
    const kept = await service.source.query<{ sess: string }[]>('SELECT sess::text AS sess FROM sessions');
    expect(kept.some(({ sess }) => sess.includes('"step":"check"'))).toBe(true);
    expect(kept.some(({ sess }) => sess.includes(tokens[0] ?? ''))).toBe(false);
    // But for the session that keeps it, nothing is there that was not.
    const after = await snapshot(service.source);
    expect({ ...after, sessions: '' }).toEqual({ ...before, sessions: '' });
  });

  it('takes one answer, however often it is sent', async () => {
    const peer = new PageSession(service.app);
    const path = `/i/${tokens[0] ?? ''}`;
    await peer.token();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => peer.post(path, { ...YES, step: 'send' })),
    );
    expect([
      ...new Set(answers.map(({ status, headers }) => `${String(status)} ${headers.location ?? ''}`)),
    ]).toEqual([`303 ${path}/sent`]);
    const [row] = await service.source.query<{ accepted: string; told: string }[]>(
      `SELECT (SELECT count(*) FROM invitations WHERE state = 'accepted') AS accepted, (SELECT count(*) FROM messages WHERE template = 'answer-received') AS told`,
    );
    expect(row).toEqual({ accepted: '1', told: '1' });
    expect((await open(`${path}/sent`)).text).toContain('Your answer is yes');
    expect((await open(`${path}/visit.ics`)).text).toMatch(/^BEGIN:VCALENDAR/);
  });

  it('that is used, past its end, revoked, for something else or guessed looks the same', async () => {
    const peer = new PageSession(service.app);
    const [, used = '', revoked = '', other = ''] = tokens;
    const declined = await peer.post(`/i/${used}`, { link: 'no', days: 'no', step: 'send' });
    expect(declined.headers.location).toBe('/thank-you');
    // Whom to ring is told to the browser that said no, and to no other.
    expect((await peer.get('/thank-you')).text).toContain('If you think again');
    expect((await open('/thank-you')).text).not.toContain('If you think again');
    const subjectOf = async (token: string): Promise<string> => {
      const [link] = await service.source.query<{ subject: string }[]>(
        `SELECT subject FROM links WHERE hash = encode(sha256($1::bytea), 'hex')`,
        [token],
      );
      return link?.subject ?? '';
    };
    const invitation = { subject: await subjectOf(revoked) };
    const made = (ms: number, subject: string): Promise<string> =>
      makeLink(service.source.manager, 'invitation', subject, new Date(Date.now() + ms));
    // Another invitation, whose links are not revoked: only their time is over, or not.
    const [late, soon] = [
      await made(-1000, await subjectOf(other)),
      await made(60_000, await subjectOf(other)),
    ];
    expect((await open(`/i/${soon}`)).status).toBe(200);
    const feed = await makeLink(service.source.manager, 'feed', invitation.subject, null);
    await revokeLinks(service.source.manager, 'invitation', invitation.subject, new Date());
    const shown = await Promise.all(
      [used, revoked, late, feed, randomBytes(32).toString('base64url'), 'x'].map((token) =>
        open(`/i/${token}`),
      ),
    );
    const pages = shown.map(
      ({ status, text }) => `${String(status)} ${text.replace(/name="_csrf" value="[^"]*"/g, '')}`,
    );
    expect(pages[0]).toMatch(/^404 [^]*This link does not work/);
    expect(new Set(pages).size).toBe(1);
    const posted = await Promise.all(
      [used, revoked, late].map((token) => peer.post(`/i/${token}`, { ...YES, step: 'send' })),
    );
    expect(posted.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it('cannot be guessed: 10,000 tries find nothing, and an address that keeps missing is stopped', async () => {
    let found = 0;
    for (let n = 0; n < 100; n++) {
      const tries = Array.from({ length: 100 }, () =>
        openLink(service.source.manager, 'invitation', randomBytes(32).toString('base64url'), new Date()),
      );
      found += (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled').length;
    }
    expect(found).toBe(0);
    const statuses: number[] = [];
    for (let n = 0; n < 25; n++)
      statuses.push(
        (
          await request(service.app.getHttpServer())
            .get(`/i/${randomUUID()}`)
            .set('X-Forwarded-For', '192.0.2.7')
        ).status,
      );
    expect([statuses.filter((status) => status === 404).length, statuses.at(-1)]).toEqual([20, 429]);
  });
});
