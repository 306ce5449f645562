import fc from 'fast-check';
import { Challenge } from '../../src/challenges/challenge.entity.js';
import { CHALLENGE_STATES, isDelivered, isOpen, type ChallengeState } from '../../src/challenges/states.js';
import { afterTasks } from '../../src/overview/after-tasks.js';
import type { ChallengeFacts } from '../../src/overview/challenge-facts.js';
import type { FollowUpFacts } from '../../src/overview/follow-up-facts.js';
import { tasksOf } from '../../src/overview/tasks.js';
import type { ClockStep } from '../../src/visits/clock.js';
import type { StepId } from '../../src/visits/steps.js';

const FACTS: ChallengeFacts = {
  id: 'c',
  requestId: null,
  requestState: null,
  proposals: 0,
  proposalId: null,
  score: null,
  approved: false,
  consents: [],
  deadline: null,
  openObjection: null,
  upheldSeat: null,
  refusedSeat: null,
  linkTold: null,
  linksTold: 0,
  invited: 0,
  accepted: 0,
  seats: 0,
  allSeats: 4,
  repairId: null,
  chain: null,
  change: null,
  reviewAbout: null,
  ...{ openDraft: null, sentUnanswered: 0 },
  oldestAsk: null,
};
/** A team of four was agreed. */
const AGREED = { requestId: 'r', requestState: 'done', proposalId: 'p', seats: 4 };
const WINDOW = { id: 'w', start: '2027-06-08', days: 4, penalty: 0 };
const challengeIn = (state: ChallengeState, windows = [WINDOW]): Challenge =>
  Object.assign(new Challenge(), { id: 'c', state, windows });

/** What an adviser has to do, each as "title: hint", and what waits for others. */
function shown(state: ChallengeState, facts: Partial<ChallengeFacts> = {}): Record<string, string[]> {
  const tasks = tasksOf(challengeIn(state), { ...FACTS, ...facts });
  const of = (wanted: string): string[] =>
    tasks.filter((task) => task.state === wanted).map(({ title, hint }) => `${title}: ${hint}`);
  return { now: of('now'), waiting: of('waiting') };
}

describe('what an adviser does with a challenge, up to the visit', () => {
  it.each<[string, ChallengeState, Partial<ChallengeFacts>, string[], string[]]>([
    ['an enquiry', 'enquiry', {}, ['Agree the scope: with the leader and the chief executive'], []],
    [
      'a scope without a team',
      'scoped',
      {},
      ['Ask for a team: the scope is agreed, and no team asked for yet'],
      [],
    ],
    [
      'a search at work',
      'scoped',
      { requestId: 'r', requestState: 'running' },
      [],
      ['Choose a team: teams are being looked for'],
    ],
    [
      'a search without a team',
      'scoped',
      { requestId: 'r', requestState: 'done' },
      ['Ask for a team: no team was possible; change what is asked'],
      [],
    ],
    [
      'three teams',
      'team_proposed',
      { requestId: 'r', requestState: 'done', proposals: 3 },
      ['Choose a team: 3 proposed, best first'],
      [],
    ],
    [
      'a team before its council',
      'team_agreed',
      AGREED,
      [],
      ['The council approves the team: silence is consent'],
    ],
    [
      'an objection',
      'team_agreed',
      { ...AGREED, openObjection: 'o' },
      ['Answer the objection: the council objects to a member'],
      [],
    ],
    [
      'an objection that was upheld',
      'team_agreed',
      { ...AGREED, upheldSeat: 'lead-member' },
      ['Choose somebody else: an objection was upheld'],
      [],
    ],
    [
      'an approved team',
      'team_agreed',
      { ...AGREED, approved: true },
      ['Invite the team: all at once, dates held'],
      [],
    ],
    [
      'a team that is invited',
      'inviting',
      { ...AGREED, approved: true, invited: 4, accepted: 1 },
      [],
      ['Answers of the peers: 1 of 4 have said yes'],
    ],
    [
      'a seat that nobody was asked for yet',
      'inviting',
      { ...AGREED, approved: true, invited: 3, accepted: 3 },
      ['Invite the team: 3 of 4 have said yes'],
      [],
    ],
    [
      'somebody who cannot come',
      'inviting',
      { ...AGREED, approved: true, invited: 3, accepted: 3, refusedSeat: 'lead-member' },
      ['Choose a replacement: somebody cannot come; those who said yes stay'],
      [],
    ],
  ])('with %s', (_, state, facts, now, waiting) => {
    expect(shown(state, facts)).toEqual({ now, waiting });
  });

  it('is to add dates where none are offered, since a team is looked for on dates', () => {
    const [, task] = tasksOf(challengeIn('scoped', []), FACTS);
    expect(task).toMatchObject({ title: 'Add dates', href: '/challenges/c/scope/windows', state: 'now' });
    expect(tasksOf(challengeIn('scoped'), FACTS)[1]?.title).toBe('Ask for a team');
    expect(tasksOf(challengeIn('scoped', []), { ...FACTS, ...AGREED })[1]?.title).toBe('Choose a team');
  });

  it('is nothing with a challenge that was cancelled', () => {
    expect(tasksOf(challengeIn('cancelled'), { ...FACTS, ...AGREED, approved: true })).toEqual([]);
  });

  it('counts in words: one other team, two seats that stay empty', () => {
    const hints = (facts: Partial<ChallengeFacts>): string[] =>
      tasksOf(challengeIn('confirmed'), { ...FACTS, ...AGREED, approved: true, ...facts }).map(
        ({ hint }) => hint,
      );
    expect(hints({ proposals: 1 })[1]).toBe('a team is agreed, 1 other is proposed beside it');
    expect(hints({ proposals: 2 })[1]).toBe('a team is agreed, 2 others are proposed beside it');
    expect(hints({ seats: 4 })[3]).toBe('everybody has said yes');
    expect(hints({ seats: 3 })[3]).toBe('everybody has said yes; 1 seat stays empty');
    expect(hints({ seats: 2 })[3]).toBe('everybody has said yes; 2 seats stay empty');
  });

  it('is at most one thing at a time before anybody is invited, and nothing once the team is certain', () => {
    const facts = fc.record({
      requestId: fc.constantFrom(null, 'r'),
      requestState: fc.constantFrom(null, 'queued', 'running', 'done', 'failed'),
      proposals: fc.nat(3),
      proposalId: fc.constantFrom(null, 'p'),
      approved: fc.boolean(),
      invited: fc.nat(4),
      accepted: fc.nat(4),
      seats: fc.nat(4),
    });
    fc.assert(
      fc.property(fc.constantFrom(...CHALLENGE_STATES), facts, (state, some) => {
        // No team is agreed before the scope is.
        fc.pre(state !== 'enquiry' || some.proposalId === null);
        const { now } = shown(state, some);
        const certain = ['confirmed', 'on_site'].includes(state) || isDelivered(state);
        if (certain) expect(now).toEqual([]);
        else if (isOpen(state)) expect(now?.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

const AFTER: FollowUpFacts = {
  sessions: 0,
  team: 4,
  onSite: 4,
  written: 0,
  drafts: 0,
  openDraft: null,
  recommendations: 0,
  unanswered: 0,
  sent: 0,
  sentUnanswered: 0,
  rated: 0,
  forms: 5,
  answered: 0,
  followUps: [],
  follows: null,
  manager: null,
};
const step = (id: StepId, state: ClockStep['state']): ClockStep => ({
  id,
  title: id,
  owner: 'council',
  due: null,
  rule: null,
  about: null,
  moved: null,
  state,
  waitsFor: null,
  doneOn: null,
  link: null,
  election: null,
});
const CLOCK = (['draft', 'report', 'plan', 'review'] as const).map((id) => step(id, 'next'));
const done = (...ids: StepId[]): ClockStep[] =>
  CLOCK.map((one) => (ids.includes(one.id) ? step(one.id, 'done') : one));

/** The tasks after a team is certain, by title. */
const after = (
  state: ChallengeState,
  facts: Partial<FollowUpFacts> = {},
  clock = CLOCK,
): Record<string, string> =>
  Object.fromEntries(
    afterTasks(challengeIn(state), { ...AFTER, ...facts }, clock).map((task) => [
      task.title,
      `${task.state}: ${task.hint}`,
    ]),
  );

describe('what is done from confirmed to closed', () => {
  it('is nothing before, nor for what does not go on', () => {
    for (const state of ['inviting', 'postponed', 'cancelled', 'stood_down'] as const)
      expect(after(state)).toEqual({});
  });

  it('begins with the timetable', () => {
    expect(after('confirmed')).toEqual({
      'Make the timetable': 'now: sessions, rooms, and who goes where',
    });
    expect(after('confirmed', { sessions: 5 })).toEqual({ 'Make the timetable': 'done: 5 sessions' });
  });

  it('goes on with who was there, the report and the recommendations', () => {
    expect(after('on_site', { sessions: 5 })).toEqual({
      'Make the timetable': 'done: 5 sessions',
      'Write down who was there': 'now: 0 of 4',
      'Reports and documents': 'later: no draft yet',
      Recommendations: 'now: none worded yet',
    });
    expect(after('reporting', { written: 4 })).toMatchObject({
      'Write down who was there': 'done: 4 of 4',
      'Reports and documents': 'now: no draft yet',
      'Rate the peers, read the feedback': 'now: 0 of 4 rated, 0 of 5 forms answered',
      'Arrange the progress review': 'later: with the first team, all or some of it',
    });
  });

  it.each<[string, Partial<FollowUpFacts>, ClockStep[], string]>([
    [
      'a draft',
      { drafts: 1, openDraft: 'd' },
      CLOCK,
      'waiting: the draft waits for the council’s answer on its facts',
    ],
    ['an answered draft', { drafts: 1 }, CLOCK, 'now: not published yet'],
    ['no draft that is wanted', {}, CLOCK.filter(({ id }) => id !== 'draft'), 'now: not published yet'],
    ['a report', { drafts: 1 }, done('report'), 'now: the report is published, the action plan is not'],
    ['a report and a plan', { drafts: 1 }, done('report', 'plan'), 'done: published'],
    [
      'a report without a plan that is wanted',
      { drafts: 1 },
      done('report').filter(({ id }) => id !== 'plan'),
      'done: published',
    ],
  ])('says how far the report is: %s', (_, facts, clock, said) => {
    expect(after('reporting', facts, clock)['Reports and documents']).toBe(said);
  });

  it('waits for the council’s answers to recommendations, and is done with them', () => {
    const recommendations = (facts: Partial<FollowUpFacts>): string | undefined =>
      after('reporting', facts).Recommendations;
    expect(recommendations({ recommendations: 6, unanswered: 6 })).toBe(
      'waiting: 0 of 6 answered by the council',
    );
    expect(recommendations({ recommendations: 6, unanswered: 0 })).toBe(
      'done: 6 of 6 answered by the council',
    );
  });

  it('arranges the review once the plan is published, and has it arranged once', () => {
    const review = (state: ChallengeState, facts: Partial<FollowUpFacts>, clock: ClockStep[]) =>
      after(state, facts, clock)['Arrange the progress review'];
    expect(review('report_published', {}, done('report'))).toMatch(/^later/);
    expect(review('action_plan_published', {}, done('report', 'plan'))).toMatch(/^now/);
    expect(review('review_due', {}, CLOCK)).toMatch(/^now/);
    const followUps = [{ id: 'f', kind: 'review', state: 'scoped', firstDay: null, lastDay: null }];
    expect(review('review_due', { followUps }, CLOCK)).toBe('done: arranged, see below');
    expect(
      review(
        'review_due',
        {},
        CLOCK.filter(({ id }) => id !== 'review'),
      ),
    ).toBeUndefined();
  });

  it('asks for nothing any more once the challenge is closed', () => {
    const states = Object.values(after('closed')).map((task) => task.split(':')[0]);
    expect(states).not.toContain('now');
  });
});
