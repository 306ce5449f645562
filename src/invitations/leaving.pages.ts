import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ChallengesService } from '../challenges/challenges.service.js';
import { nextStates, STATE_NAMES, type ChallengeState } from '../challenges/states.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, QueryInt, Text } from '../web/fields.js';
import type { WindowField } from '../challenges/challenges.dto.js';
import { draftIn, forgetDrafts, keepDraft } from '../web/drafts.js';
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
  show(@Req() request: Request, @Param('id') id: string): Answer {
    const draft = draftIn(request);
    if (!draft) return this.leaveForm(id, FRESH);
    const look = (form: LeaveForm): Promise<Page> =>
      form.step === 'check' ? this.check(id, form) : this.leaveForm(id, { input: { ...form }, errors: [] });
    return submit(LeaveForm, draft, look, (again) => this.leaveForm(id, again));
  }

  private async leaveForm(id: string, again: Again): Promise<Page> {
    const challenge = await this.challenges.get(id);
    if (nextStates(challenge.state).length === 0) return over(id, challenge.state);
    return new Page('invitations/views/leave.njk', {
      title: 'The challenge does not go on as planned',
      challenge,
      kind: (await this.challenges.kindOf(challenge)).name,
      ...again,
    });
  }

  @Post('challenges/:id/leave')
  @Allow('challenges.manage', 'challenge')
  leave(
    @Granted() { actor }: Access,
    @Req() request: Request,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Answer {
    const work = async (form: LeaveForm): Promise<Redirect> => {
      const { how, reason } = form;
      if (form.step === 'change') return keepDraft(request, form);
      const windows = await this.windowsOf(id, form);
      if (form.step === 'check') {
        // What the preview refuses is said beside what was typed.
        await this.leaving.preview(id, windows);
        return keepDraft(request, form);
      }
      if (how === 'postpone') await this.leaving.postpone(actor, id, { reason, windows });
      else await this.leaving.end(actor, id, ENDS[how], reason);
      await forgetDrafts(request);
      return new Redirect(paths.challenge(id));
    };
    return submit(LeaveForm, body, work, (again) => this.leaveForm(id, again));
  }

  /** Before it happens: who is freed, who could come on the new days, who is told. */
  private async check(id: string, form: LeaveForm): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const preview = await this.leaving.preview(id, await this.windowsOf(id, form));
    const { name: kind } = await this.challenges.kindOf(challenge);
    const { how, reason } = form;
    const model = { challenge, kind, how, reason, hidden: hiddenFields(form), ...preview };
    return new Page('invitations/views/leave-check.njk', { ...CHECKED[form.how], ...model });
  }

  /** The days that it is postponed to, where there are some. */
  private async windowsOf(id: string, { how, start, days }: LeaveForm): Promise<WindowField[]> {
    if (how !== 'postpone' || !start) return [];
    const kind = await this.challenges.kindOf(await this.challenges.get(id));
    return [{ start, days: days ?? kind.days }];
  }
}
