import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { lineOf } from '../../src/overview/challenge-words.js';
import { ChallengeHistory } from '../../src/overview/challenge-history.service.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;
let challenge: string;
let names: Record<string, string>;
let adviser: PageSession;

/** What the history has from the states and steps of the challenge, with more words, or is nobody's business but the trail's. */
const ELSEWHERE = [
  'attendance.recorded',
  'bookings.released',
  'challenge.state',
  'circumstance.settled',
  'documents.added',
  'draft.answered',
  'feedback.given',
  'follow-up.opened',
  'good-practice.added',
  'peers.rated',
  'recommendation.added',
  'recommendation.changed',
  'recommendations.imported',
  'recommendations.sent',
  'step.chased',
  'step.done',
  'step.moved',
  'timetable.changed',
  'timetable.sent',
];

const at = (path: string): string => `/api/challenges/${challenge}${path}`;

/** A challenge with everything that can be said and decided on the way. */
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  const staff = await given.staff();
  adviser = await new PageSession(service.app).be(staff.adviser);
  await given.financePool(3);
  ({ id: challenge } = await given.scoped('E08000028', [
    { start: '2027-06-08', days: 3 },
    { start: '2027-06-15', days: 3 },
  ]));
  const { version } = await service.done<{ version: number }>(
    'adviser',
    'get',
    `/api/challenges/${challenge}`,
  );
  const windows = [
    { start: '2027-06-08', days: 3 },
    { start: '2027-06-22', days: 3 },
  ];
  await service.done(
    'adviser',
    'patch',
    `/api/challenges/${challenge}`,
    { windows },
    { 'If-Match': `"${String(version)}"` },
  );
  const [team] = (await given.proposals(challenge)).proposals;
  await service.done('adviser', 'post', `/api/proposals/${team?.id ?? ''}/agree`);
  names = Object.fromEntries(team?.seats.map(({ seat, peer }) => [seat, peer?.name ?? '']) ?? []);
  const council = {
    token: await service.token('council', { councilId: (await given.council('E08000028')).id }),
  };
  const shown = { proposalId: team?.id ?? '' };
  const { id: objection } = await service.done<{ id: string }>('adviser', 'post', at('/objections'), {
    ...shown,
    seat: 'finance-officer',
    reason: 'they audited us',
  });
  await service.done('adviser', 'post', `/api/objections/${objection}/answer`, {
    state: 'dismissed',
    answer: 'that was ten years ago',
  });
  await given.approve(challenge, council);
  const invited = await service.done<{ id: string; seat: string }[]>(
    'adviser',
    'post',
    at('/invitations'),
    shown,
  );
  const of = (seat: string): string => `/invitations/${invited.find((one) => one.seat === seat)?.id ?? ''}`;
  const said = { answer: 'yes', link: 'yes', linkType: 'review', reason: 'in 2019' };
  expect((await adviser.post(of('finance-officer'), said)).status).toBe(303);
  const decision = { decision: 'accepted', why: 'long ago' };
  expect((await adviser.post(`${of('finance-officer')}/link`, decision)).status).toBe(303);
  const lead = of('lead-member');
  await service.done('adviser', 'post', `/api${lead}/decline`, { reason: 'on holiday', otherDates: 'July' });
}, 60_000);
afterAll(() => service.stop());

describe('the history of a challenge', () => {
  it('tells staff of dates, teams, objections, consent and each answer, with who, how and why', async () => {
    const lines = await service.app.get(ChallengeHistory).of(challenge, 'adviser');
    const said = lines.map(({ what, reason }) => (reason ? `${what}: ${reason}` : what));
    const officer = names['finance-officer'] ?? '';
    const lead = names['lead-member'] ?? '';
    for (const expected of [
      'Changed: the dates offered: added Tuesday 22 to Thursday 24 June 2027; removed Tuesday 15 to Thursday 17 June 2027',
      'Teams were asked for',
      `Objection to ${officer}, finance officer: they audited us`,
      `The objection to ${officer}, finance officer was dismissed: that was ten years ago`,
      'The council approved the team',
      `${officer} said yes by telephone: declared a link: has reviewed the council before. in 2019`,
      `${officer} stays, after the link that they declared: long ago`,
      `${lead} said no by a program: on holiday; other dates: July`,
      'Who can take the free seats is looked for',
    ])
      expect(said).toContain(expected);
    expect(said.find((one) => one.startsWith('Invited: '))).toContain(lead);
    expect(said.find((one) => one.startsWith('A team was agreed for'))).toBeDefined();
    expect([...lines].sort((a, b) => a.at.getTime() - b.at.getTime())).toEqual(lines);
    const { text } = await adviser.get(`/challenges/${challenge}/history`);
    expect(text).toContain(`${lead} said no by a program`);
    expect(text).toContain('Ann Adviser');
  });

  it('tells the council what it consented to, and nothing of what peers answered; the board neither', async () => {
    const history = service.app.get(ChallengeHistory);
    const council = (await history.of(challenge, 'council')).map(({ what }) => what);
    expect(council).toContain('The council approved the team');
    expect(council.filter((what) => /said (yes|no)|Invited|circumstances/.test(what))).toEqual([]);
    const inviting = (await history.of(challenge, 'council')).filter(({ what }) => what === 'Inviting');
    expect(inviting.map(({ reason, who }) => [reason, who])).toEqual(inviting.map(() => ['', 'the service']));
    const board = (await history.of(challenge, 'board')).map(({ what }) => what);
    expect(board.filter((what) => /approved|Objection|said/.test(what))).toEqual([]);
  });

  it('has words for all that the trail says of challenges, but for what stands among states and steps', () => {
    const src = new URL('../../../src/', import.meta.url).pathname;
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const actions = files.flatMap((file) =>
      [...readFileSync(join(src, file), 'utf8').matchAll(/'([\w-]+\.[\w-]+)',\s*`challenge:\$/g)].map(
        ([, action = '']) => action,
      ),
    );
    expect(actions.length).toBeGreaterThan(30);
    const nobody = {
      askedAgain: new Map(),
      bodies: new Map(),
      peer: () => 'a peer',
      manager: () => 'nobody',
      message: () => 'a message',
    };
    const named = { ...nobody, invitations: new Map(), proposals: new Map(), objections: new Map() };
    const silent = actions.filter(
      (action) => lineOf({ action, details: { fields: ['focus'] } }, named) === null,
    );
    expect([...new Set(silent)].sort()).toEqual(ELSEWHERE);
  });
});
