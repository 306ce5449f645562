import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { InvitationsService } from './invitations.service.js';
import { LeavingService } from './leaving.service.js';

type Answer = Promise<Page | Redirect | Download>;

class LeaveForm {
  @Says('Choose what becomes of the challenge') @Choice(['postpone', 'cancel', 'stand-down']) how:
    'postpone' | 'cancel' | 'stand-down';
  @Says('Enter the reason') @Text({ max: 2000 }) reason: string;
  @Says('Enter the new first day like 2027-06-08') @Day({ optional: true }) start?: string;
  @Says('Enter how many days, from 1 to 5') @QueryInt({ optional: true, min: 1, max: 5 }) days?: number;
}

/** A challenge that does not go on as planned: postponed, cancelled, stood down. */
@Controller()
export class LeavingPages {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly leaving: LeavingService,
    private readonly challenges: ChallengesService,
  ) {}

  @Get('challenges/:id/leave')
  @Allow('challenges.manage', 'challenge')
  async leaveForm(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const invitations = await this.invitations.ofChallenge(id);
    const told = invitations.filter(({ state }) => state === 'pending' || state === 'accepted').length;
    return new Page('invitations/views/leave.njk', {
      title: 'The challenge does not go on as planned',
      challenge,
      told,
      ...again,
    });
  }

  @Post('challenges/:id/leave')
  @Allow('challenges.manage', 'challenge')
  leave(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ how, reason, start, days }: LeaveForm): Promise<Redirect> => {
      const kind = await this.challenges.kindOf(await this.challenges.get(id));
      if (how === 'postpone')
        await this.leaving.postpone(actor, id, {
          reason,
          ...(start ? { windows: [{ start, days: days ?? kind.days }] } : {}),
        });
      else await this.leaving.end(actor, id, how === 'cancel' ? 'cancelled' : 'stood_down', reason);
      return new Redirect(paths.challenge(id));
    };
    return submit(LeaveForm, body, work, (again) => this.leaveForm(id, again));
  }
}
