import { Injectable } from '@nestjs/common';
import { isConfirmed, isDelivered, nextStates } from '../challenges/states.js';
import { WindowsService } from '../challenges/windows.service.js';
import { MessagesService } from '../messages/messages.service.js';
import type { Access } from '../people/access.js';
import { CHOOSING } from '../proposals/requests.service.js';
import { CircumstancesService } from '../visits/circumstances.service.js';
import { DaysWatch } from '../visits/days-watch.service.js';
import { afterTasks } from './after-tasks.js';
import type { Glance } from './glance.service.js';
import { tasksOf } from './tasks.js';

/** What of a challenge is for its staff alone: what is to be done, what went wrong, what may be done. */
@Injectable()
export class StaffChallenge {
  constructor(
    private readonly messages: MessagesService,
    private readonly circumstances: CircumstancesService,
    private readonly windows: WindowsService,
    private readonly days: DaysWatch,
  ) {}

  async of(access: Access, { challenge, facts, after, steps }: Glance): Promise<object> {
    const { id, state } = challenge;
    const next = nextStates(state);
    const sent = await this.messages.about(`challenge:${id}`);
    const before = isDelivered(state) ? [] : tasksOf(challenge, facts);
    return {
      tasks: [...before, ...afterTasks(challenge, after, steps)],
      sent,
      undelivered: await this.messages.undelivered(`challenge:${id}`),
      changed: (await this.circumstances.list(access)).filter(({ challengeId }) => challengeId === id),
      against: await this.days.of(challenge),
      delivered: isDelivered(state),
      mayAsk: CHOOSING.includes(state),
      mayClose: next.includes('closed'),
      mayStay: isConfirmed(state),
      mayLeave: next.some((one) => one === 'postponed' || one === 'cancelled'),
      warnings: await this.windows.warnings(challenge),
    };
  }
}
