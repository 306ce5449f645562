import { Controller, Get, Param, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isDelivered, nextStates, STATE_NAMES, type ChallengeState } from '../challenges/states.js';
import { MessagesService } from '../messages/messages.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf, seesContacts } from '../people/policy-table.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { CircumstancesService } from '../visits/circumstances.service.js';
import { ClockService } from '../visits/clock.service.js';
import { Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { actorNames } from '../people/actor-names.js';
import { challengeFacts } from './challenge-facts.js';
import { afterTasks } from './after-tasks.js';
import { clockLines } from './clock-lines.js';
import { followUpFacts } from './follow-up-facts.js';
import { tasksOf } from './tasks.js';

/** What a step that was just taken says, and what follows from it. */
const DONE: Record<string, { title: string; next: string }> = {
  booked: {
    title: 'The challenge is booked',
    next: 'Your principal adviser agrees the scope with the leader and the chief executive, and then asks for a team. You see the team before anybody is invited.',
  },
  agreed: {
    title: 'The team is agreed',
    next: 'The council has been told. It may approve the team, object to a member, or say nothing; then you invite.',
  },
  approved: {
    title: 'You have approved the team',
    next: 'Your principal adviser invites its members now. You hear when everybody has said yes.',
  },
  objected: { title: 'Your objection is sent', next: 'Your principal adviser answers it, and may propose a changed team.' },
  timetable: {
    title: 'The timetable is sent',
    next: 'The team and the council have been told where it is. Send it again when it has changed.',
  },
  draft: { title: 'The draft is with the council', next: 'It has been asked to check the facts. You hear when it answers.' },
  document: {
    title: 'It is written down',
    next: 'The clock shows it as done. Of a published report or plan, everybody who served has been told.',
  },
  'draft-answered': { title: 'Your answer is sent', next: 'The challenge manager sees to it, and the final report follows.' },
  recommendations: { title: 'The recommendations are with the council', next: 'It has been asked to answer each of them.' },
  closed: { title: 'The challenge is closed', next: 'Thank you. What was found, answered and done stays to be read.' },
  invited: {
    title: 'The invitations are sent',
    next: 'Each peer answers from the link in the message. You hear of every no, and a replacement is looked for at once.',
  },
};

/** What of the history its council may read too: not what staff say of peers, or have not sent yet. */
const FOR_ALL = /^(step:|document:|follow-up:|timetable$|recommendations$)/;

/** One challenge at a glance: for staff what is to be done, for its council what happens next and what it must do. */
@Controller('challenges')
export class ChallengePages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
    private readonly messages: MessagesService,
    private readonly clock: ClockService,
    private readonly circumstances: CircumstancesService,
    private readonly source: DataSource,
  ) {}

  @Get(':id')
  @Allow('challenges.read', 'challenge')
  async one(@Granted() access: Access, @Param('id') id: string): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const words = await wordsOf(this.policy);
    const facts = await challengeFacts(this.source, id);
    const { role } = access.actor;
    const manages = scopeOf(role, 'challenges.manage') !== undefined;
    const steps = await this.clock.of(id, londonDate(new Date()));
    const clock = clockLines(id, steps, manages ? 'staff' : role === 'council' ? 'council' : 'other');
    const after = await followUpFacts(this.source, id);
    const shared = { challenge, kind: words.kind(challenge.kind), state: STATE_NAMES[challenge.state], facts, clock, after };
    const title = `${words.kind(challenge.kind)}: ${challenge.council?.name ?? ''}`;
    if (!manages)
      return new Page('overview/views/council-challenge.njk', {
        title,
        ...shared,
        mayApprove: scopeOf(role, 'team.approve') !== undefined,
        mayAnswer: scopeOf(role, 'recommendations.answer') !== undefined,
        seesTeam: scopeOf(role, 'team.read') !== undefined,
        contacts: seesContacts(role) ? challenge.contacts : [],
        yours: role === 'board' ? [] : clock.filter(({ owner, state }) => owner === 'council' && (state === 'late' || state === 'now')),
        followUps: after.followUps.map((one) => ({ ...one, kind: words.kind(one.kind), state: STATE_NAMES[one.state as ChallengeState] })),
      });
    const sent = await this.messages.about(`challenge:${id}`);
    const tasks = [...(isDelivered(challenge.state) ? [] : tasksOf(challenge, facts)), ...afterTasks(challenge, after, steps)];
    const changed = (await this.circumstances.list(access)).filter(({ challengeId }) => challengeId === id);
    return new Page('overview/views/staff-challenge.njk', {
      title,
      ...shared,
      tasks,
      sent,
      changed,
      followUps: after.followUps.map((one) => ({ ...one, kind: words.kind(one.kind), state: STATE_NAMES[one.state as ChallengeState] })),
      delivered: isDelivered(challenge.state),
      mayClose: nextStates(challenge.state).includes('closed'),
      mayLeave: nextStates(challenge.state).some((state) => state === 'postponed' || state === 'cancelled'),
      warnings: await this.challenges.warnings(challenge),
    });
  }

  @Get(':id/history')
  @Allow('challenges.read', 'challenge')
  async history(@Granted() { actor }: Access, @Param('id') id: string): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const states = (await this.challenges.history(id)).map(({ to, at, reason, actor }) => ({ what: STATE_NAMES[to], at, reason, actor }));
    const isStaff = scopeOf(actor.role, 'challenges.manage') !== undefined;
    const after = (await this.clock.history(id)).filter(({ subject }) => isStaff || FOR_ALL.test(subject));
    const changes = [...states, ...after].sort((a, b) => a.at.getTime() - b.at.getTime());
    const names = await actorNames(
      this.source,
      changes.map(({ actor }) => actor),
    );
    return new Page('overview/views/history.njk', {
      title: 'History',
      challenge,
      changes: changes.map((change) => ({ ...change, who: names.get(change.actor) ?? 'somebody' })),
    });
  }

  /** The confirmation of a step, on a page of its own. */
  @Get(':id/done')
  @Allow('challenges.read', 'challenge')
  async done(@Param('id') id: string, @Query('step') step: unknown): Promise<Page | Redirect> {
    const words = DONE[String(step)];
    if (!words) return new Redirect(paths.challenge(id));
    const challenge = await this.challenges.get(id);
    return new Page('overview/views/done.njk', {
      ...words,
      challenge,
      links: [{ href: paths.challenge(id), text: 'Go to the challenge' }],
    });
  }
}
