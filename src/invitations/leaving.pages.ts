import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { nextStates, STATE_NAMES, type ChallengeState } from '../challenges/states.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, QueryInt, Text } from '../web/fields.js';
import type { WindowField } from '../challenges/challenges.dto.js';
import { FRESH, hiddenFields, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { LeavingService } from './leaving.service.js';

type Answer = Promise<Page | Redirect | Download>;

class LeaveForm {
  @Says('Choose what becomes of the challenge') @Choice(['postpone', 'cancel', 'stand-down']) how:
    'postpone' | 'cancel' | 'stand-down';
  @Says('Enter the reason') @Text({ max: 2000 }) reason: string;
  @Says('Enter the new first day like 8 June 2027') @Day({ optional: true }) start?: string;
  @Says('Enter how many days, from 1 to 5') @QueryInt({ optional: true, min: 1, max: 5 }) days?: number;
  @Choice(['check', 'change', 'send']) step: 'check' | 'change' | 'send';
}

const ENDS = { cancel: 'cancelled', 'stand-down': 'stood_down' } as const;

const CHECKED: Record<LeaveForm['how'], { title: string; press: string }> = {
  postpone: { title: 'Check before you postpone it', press: 'Postpone it' },
  cancel: { title: 'Check before you cancel it', press: 'Cancel it' },
  'stand-down': { title: 'Check before you stand it down', press: 'Stand it down' },
};

/** What is over can be left no more. */
const over = (id: string, state: ChallengeState): Page =>
  new Page('web/views/message.njk', {
    title: 'The challenge is over',
    paragraphs: [`It is ${STATE_NAMES[state].toLowerCase()}, and stays so.`],
    links: [{ href: paths.challenge(id), text: 'Go to the challenge' }],
  });

/** A challenge that does not go on as planned: postponed, cancelled, stood down. */
@Controller()
export class LeavingPages {
  constructor(
    private readonly leaving: LeavingService,
    private readonly challenges: ChallengesService,
  ) {}

  @Get('challenges/:id/leave')
  @Allow('challenges.manage', 'challenge')
  async leaveForm(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    if (nextStates(challenge.state).length === 0) return over(id, challenge.state);
    return new Page('invitations/views/leave.njk', {
      title: 'The challenge does not go on as planned',
      challenge,
      ...again,
    });
  }

  @Post('challenges/:id/leave')
  @Allow('challenges.manage', 'challenge')
  leave(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (form: LeaveForm): Promise<Page | Redirect> => {
      const { how, reason, start, days } = form;
      const kind = await this.challenges.kindOf(await this.challenges.get(id));
      const windows = how === 'postpone' && start ? [{ start, days: days ?? kind.days }] : [];
      if (form.step === 'change') return this.leaveForm(id, { input: { ...form }, errors: [] });
      if (form.step === 'check') return this.check(id, form, windows);
      if (how === 'postpone') await this.leaving.postpone(actor, id, { reason, windows });
      else await this.leaving.end(actor, id, ENDS[how], reason);
      return new Redirect(paths.challenge(id));
    };
    return submit(LeaveForm, body, work, (again) => this.leaveForm(id, again));
  }

  /** Before it happens: who is freed, who could come on the new days, who is told. */
  private async check(id: string, form: LeaveForm, windows: WindowField[]): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const preview = await this.leaving.preview(id, windows);
    const model = { challenge, how: form.how, reason: form.reason, hidden: hiddenFields(form), ...preview };
    return new Page('invitations/views/leave-check.njk', { ...CHECKED[form.how], ...model });
  }
}
