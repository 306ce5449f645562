import { Controller, Get, Param } from '@nestjs/common';
import { isDelivered, nextStates } from '../challenges/states.js';
import { isUndelivered } from '../messages/message.entity.js';
import { MessagesService } from '../messages/messages.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { CHOOSING } from '../proposals/requests.service.js';
import { scopeOf, seesContacts } from '../people/permissions.js';
import { CircumstancesService } from '../visits/circumstances.service.js';
import { Page } from '../web/pages.js';
import { afterTasks } from './after-tasks.js';
import { tasksOf } from './tasks.js';
import { WindowsService } from '../challenges/windows.service.js';
import { shownContacts } from '../challenges/contacts.js';
import type { ClockLine } from './clock-lines.js';
import { GlanceService, type Glance } from './glance.service.js';

/** One challenge at a glance: for staff what is to be done, for its council what happens next and what it must do. */
@Controller('challenges')
export class ChallengePages {
  constructor(
    private readonly glance: GlanceService,
    private readonly messages: MessagesService,
    private readonly circumstances: CircumstancesService,
    private readonly windows: WindowsService,
  ) {}

  @Get(':id')
  @Allow('challenges.read', 'challenge')
  async one(@Granted() access: Access, @Param('id') id: string): Promise<Page> {
    const { role } = access.actor;
    const shared = await this.glance.of(id, role);
    if (shared.manages) return this.forStaff(access, shared);
    const { challenge, clock } = shared;
    return new Page('overview/views/council-challenge.njk', {
      ...shared,
      mayApprove: scopeOf(role, 'team.approve') !== undefined,
      mayAnswer: scopeOf(role, 'recommendations.answer') !== undefined,
      seesTeam: scopeOf(role, 'team.read') !== undefined,
      contacts: seesContacts(role) ? shownContacts(challenge.contacts) : [],
      yours: role === 'board' ? [] : clock.filter(isCouncils),
    });
  }

  private async forStaff(access: Access, shared: Glance): Promise<Page> {
    const { challenge, facts, after, steps } = shared;
    const { id, state } = challenge;
    const next = nextStates(state);
    const sent = await this.messages.about(`challenge:${id}`);
    const before = isDelivered(state) ? [] : tasksOf(challenge, facts);
    return new Page('overview/views/staff-challenge.njk', {
      ...shared,
      tasks: [...before, ...afterTasks(challenge, after, steps)],
      sent,
      undelivered: sent.filter(isUndelivered),
      changed: (await this.circumstances.list(access)).filter(({ challengeId }) => challengeId === id),
      delivered: isDelivered(state),
      mayAsk: CHOOSING.includes(state),
      mayClose: next.includes('closed'),
      mayLeave: next.some((one) => one === 'postponed' || one === 'cancelled'),
      warnings: await this.windows.warnings(challenge),
    });
  }
}

/** What the council is to do now, or should have done. */
const isCouncils = ({ owner, state }: ClockLine): boolean =>
  owner === 'council' && (state === 'late' || state === 'now');
