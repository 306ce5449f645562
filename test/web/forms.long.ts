import { Account } from '../../src/people/account.entity.js';
import { ROLES, scopeOf, type Role } from '../../src/people/permissions.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { isApiPath } from '../../src/web/pages.js';
import { writeCsv } from '../../src/web/csv.js';
import { Message } from '../../src/messages/message.entity.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { pictureObjects } from '../support/pictures.js';
import { programmeObjects } from '../support/programme.js';
import { followUpObjects } from '../support/follow-up.js';
import { routesOf } from '../support/routes.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;
let staff: { adviser: string; council: string };
let adviser: PageSession;
let council: PageSession;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  staff = await given.staff();
  await given.financePool(4);
  adviser = await new PageSession(service.app).be(staff.adviser);
  council = await new PageSession(service.app).be(staff.council);
});
afterAll(() => service.stop());

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '{{ 7 * 7 }}',
  '{% include "/etc/passwd" %}',
  '${7*7}',
  '</textarea><script>alert(1)</script>',
  '</title><svg onload=alert(1)>',
  'javascript:alert(1)',
  '&lt;b&gt;',
  '=HYPERLINK("http://evil.example")',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\u202Egnp.exe',
  'Robert"); DROP TABLE peers;--',
  '\r\nBcc: all@example.com',
  'BEGIN:VEVENT\r\nSUMMARY:x',
];

/** What a page must never hold as it was typed. */
const LIVE = /<script>alert|<img src=x|<svg onload|\son\w+='alert|Bcc: all@example\.com\n|>49</;

describe('a form', () => {
  it('takes nothing that it does not ask for, on any page', async () => {
    const { challenge, proposal } = await given.approved('E08000028', [{ start: '2027-05-11', days: 3 }]);
    const invitations = await service.done<(Ided & { seat: string; peerId: string })[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge.id}/invitations`,
    );
    const invitation = invitations.find(({ seat }) => seat === 'lead-member');
    const host = await given.council('E08000028');
    const peer = await service.source.manager.findOneBy(Peer, { id: invitation?.peerId ?? '' });
    const afterwards = await followUpObjects(service.source, challenge.id, peer?.id ?? '');
    const about = { about: `challenge:${challenge.id}`, recipient: 'ann@forms.example', subject: 'x' };
    const message = await service.source.manager.save(Message, {
      ...about,
      cause: 'forms',
      template: 'confirmed',
      state: 'failed' as const,
    });
    const [chain] = await service.source.query<{ id: string }[]>(
      `INSERT INTO chains (challenge_id, state, links, asked_by, answer_by, version) VALUES ($1, 'asked', $2, 'x', now() + interval '9 days', 1) RETURNING id`,
      [
        challenge.id,
        JSON.stringify([
          {
            challengeId: challenge.id,
            proposalId: proposal.id,
            firstDay: '2027-06-08',
            lastDay: '2027-06-10',
            before: {},
            seats: { leader: null },
            approvals: [],
          },
        ]),
      ],
    );
    const ids: Record<string, string> = {
      ...afterwards,
      ...(await programmeObjects(service.source)),
      ...(await pictureObjects(service.source, host.id)),
      challenges: challenge.id,
      chains: chain?.id ?? '',
      proposals: proposal.id,
      invitations: invitation?.id ?? '',
      councils: host.id,
      bodies: host.id,
      peers: peer?.id ?? '',
      messages: message.id,
    };
    const people = new Map<Role, PageSession>();
    for (const role of ROLES) {
      const { id } = await service.source.manager.save(Account, {
        email: `${role}@forms.example`,
        name: role,
        role,
        region: host.region,
        councilId: host.id,
        peerId: peer?.id ?? null,
        party: 'Labour',
        example: true,
      });
      people.set(role, await new PageSession(service.app).be(id));
    }
    // These take no form at all: pressing the button is all there is to say.
    const bare = [
      '/challenges/:id/team-requests',
      '/team-requests/:id/cancel',
      '/chains/:id/drop',
      '/sign-out',
      '/example-users/:id',
      '/objections/:id',
      '/i/:token',
      '/s/:token',
      '/f/:token',
    ];
    const posts = routesOf(service.app).filter(
      ({ method, path }) => method === 'post' && !isApiPath(path) && !bare.includes(path),
    );
    expect(posts.length).toBeGreaterThan(50);
    const brought = await people
      .get('adviser')
      ?.upload('/imports', { what: 'supports' }, 'council\nE08000028\n');
    const [anAdviser] = await service.source.query<{ id: string }[]>(
      `SELECT id FROM accounts WHERE role = 'adviser'`,
    );
    for (const { path, rule } of posts) {
      const role = ROLES.find((one) => !rule || scopeOf(one, rule.action) !== undefined) ?? 'admin';
      const [, first = ''] = path.split('/');
      const at = path
        .replace(':id', ids[first] ?? 'x')
        .replace(':seat', 'finance-officer')
        .replace(':kind', 'finance')
        .replace(':monday', '2026-11-23')
        .replace(':account/deputy', `${anAdviser?.id ?? 'x'}/deputy`)
        .replace(':account', 'new')
        .replace(':step', 'report')
        .replace(':year', '2026')
        .replace(':list', 'signals')
        .replace(':region', 'west-midlands')
        .replace(':review', challenge.id)
        .replace(':day', challenge.id)
        .replace(':attempt', challenge.id)
        .replace(':import', brought?.headers.location?.split('/').at(-1) ?? '');
      const { status, text } = (await people
        .get(role)
        ?.post(at, { isAdmin: 'true', role: 'admin', councilId: host.id })) ?? {
        status: 0,
        text: '',
      };
      expect([path, role, status, /<title>Error: /.test(text)]).toEqual([path, role, 400, true]);
    }
  }, 60_000);

  it('keeps what was typed, tells each fault at its field and above, and names where one is', async () => {
    const { id } = await given.council('E08000028');
    const { text, status } = await council.post('/challenges/new', {
      council: id,
      kind: 'finance',
      otherDay: '31 February',
      focus: 'Is it <sound>?',
      leaderEmail: 'nobody',
      step: 'check',
    });
    expect(status).toBe(400);
    expect(text).toMatch(/<title>Error: Dates, focus and contacts – Critical Friend<\/title>/);
    expect(text).toContain('Is it &lt;sound&gt;?');
    expect(text).toContain('value="31 February"');
    for (const field of ['otherDay', 'leaderEmail']) {
      expect(text).toContain(`href="#${field}"`);
      expect(text).toContain(`id="${field}-error"`);
    }
  });

  it('shows whatever people type as text: on pages, in messages and in files', async () => {
    const { id: councilId } = await given.council('E08000028');
    for (const payload of PAYLOADS) {
      const typed = payload.replace(/[\r\n]+/g, ' ');
      const form = {
        council: councilId,
        kind: 'finance',
        weeks: '2027-06-08/3',
        focus: payload,
        leaderName: typed,
        leaderEmail: 'leader@example.org',
      };
      const checked = await council.post('/challenges/new', { ...form, step: 'check' });
      expect([payload, checked.status, LIVE.test(checked.text)]).toEqual([payload, 200, false]);
      const booked = await council.post('/challenges/new', { ...form, step: 'book' });
      const [, id = ''] = /challenges\/([0-9a-f-]{36})/.exec(String(booked.headers.location)) ?? [];
      for (const path of [`/challenges/${id}`, `/challenges/${id}/scope`, `/councils/${councilId}`]) {
        const { text, status } = await adviser.get(path);
        expect([payload, path, status, LIVE.test(text)]).toEqual([payload, path, 200, false]);
      }
      const reason = await adviser.post(`/challenges/${id}/scope`, { reason: payload });
      expect(reason.status).toBe(303);
      expect(LIVE.test((await adviser.get(`/challenges/${id}/history`)).text)).toBe(false);
      const cell = writeCsv(['a'], [{ a: payload }])
        .split('\n')
        .slice(1)
        .join('\n');
      expect([payload, /^"?[=+\-@]/.test(cell)]).toEqual([payload, false]);
    }
    const subjects = await service.source.query<{ subject: string; body: string }[]>(
      'SELECT subject, body FROM messages',
    );
    expect(subjects.filter(({ subject }) => /[\r\n]/.test(subject))).toEqual([]);
  }, 60_000);

  it('books once, however often the button is pressed', async () => {
    const { id: councilId } = await given.council('E08000028');
    const form = { council: councilId, kind: 'finance', weeks: '2027-09-07/3', focus: 'once' };
    const checked = await council.post('/challenges/new', { ...form, step: 'check' });
    const [, once = ''] = /name="once" value="([^"]+)"/.exec(checked.text) ?? [];
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => council.post('/challenges/new', { ...form, once, step: 'book' })),
    );
    expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(1);
    const [{ count, told }] = await service.source.query<[{ count: string; told: string }]>(
      `SELECT (SELECT count(*) FROM challenges WHERE focus = 'once') AS count, (SELECT max(n) FROM (SELECT count(*) AS n FROM messages WHERE about = $1 AND template = 'challenge-booked' GROUP BY recipient) x) AS told`,
      [`challenge:${once}`],
    );
    expect([count, told]).toEqual(['1', '1']);
  });

  it('that two people send at once agrees one team, and tells the council once', async () => {
    const challenge = await given.scoped('E08000028', [{ start: '2027-11-09', days: 3 }]);
    const { proposals } = await given.proposals(challenge.id);
    const agreed = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        adviser.post(`/proposals/${proposals[n % 2]?.id ?? ''}/agree`, {}),
      ),
    );
    expect(agreed.every(({ status }) => status === 303 || status === 409)).toBe(true);
    const [row] = await service.source.query<{ agreed: string }[]>(
      `SELECT count(*) AS agreed FROM proposals WHERE challenge_id = $1 AND state = 'agreed'`,
      [challenge.id],
    );
    expect(row).toEqual({ agreed: '1' });
  });
});
