import { Controller, Get, Param, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { nextStates, STATE_NAMES } from '../challenges/states.js';
import { MessagesService } from '../messages/messages.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/policy-table.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { actorNames } from './actor-names.js';
import { challengeFacts } from './challenge-facts.js';
import { clockOf } from './clock.js';
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
  invited: {
    title: 'The invitations are sent',
    next: 'Each peer answers from the link in the message. You hear of every no, and a replacement is looked for at once.',
  },
};

/** One challenge at a glance: for staff what is to be done, for its council what happens next and what it must do. */
@Controller('challenges')
export class ChallengePages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
    private readonly messages: MessagesService,
    private readonly source: DataSource,
  ) {}

  @Get(':id')
  @Allow('challenges.read', 'challenge')
  async one(@Granted() access: Access, @Param('id') id: string): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const words = await wordsOf(this.policy);
    const kind = await this.policy.kind(challenge.kind);
    const facts = await challengeFacts(this.source, id);
    const { role } = access.actor;
    const manages = scopeOf(role, 'challenges.manage') !== undefined;
    const clock = clockOf({ challenge, kind, facts, today: londonDate(new Date()) });
    const shared = { challenge, kind: words.kind(challenge.kind), state: STATE_NAMES[challenge.state], facts, clock };
    const title = `${words.kind(challenge.kind)}: ${challenge.council?.name ?? ''}`;
    if (!manages)
      return new Page('overview/views/council-challenge.njk', {
        title,
        ...shared,
        mayApprove: scopeOf(role, 'team.approve') !== undefined,
      });
    const sent = await this.messages.about(`challenge:${id}`);
    const tasks = tasksOf(challenge, facts);
    const leave = nextStates(challenge.state).some((state) => state === 'postponed' || state === 'cancelled');
    return new Page('overview/views/staff-challenge.njk', {
      title,
      ...shared,
      tasks,
      sent,
      mayLeave: leave,
      warnings: await this.challenges.warnings(challenge),
    });
  }

  @Get(':id/history')
  @Allow('challenges.read', 'challenge')
  async history(@Param('id') id: string): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const changes = await this.challenges.history(id);
    const names = await actorNames(
      this.source,
      changes.map(({ actor }) => actor),
    );
    return new Page('overview/views/history.njk', {
      title: 'History',
      challenge,
      changes: changes.map((change) => ({ ...change, who: names.get(change.actor) ?? 'somebody' })),
      names: STATE_NAMES,
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
