import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Text } from '../web/fields.js';
import { FRESH, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { ClosingService } from './closing.service.js';

class CloseForm {
  @Text({ optional: true, max: 2000 }) reason?: string;
  @Choice(['close']) step: 'close';
}

/** The end of a challenge. */
@Controller('challenges/:id/close')
export class ClosingPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly closing: ClosingService,
  ) {}

  @Get()
  @Allow('challenges.manage', 'challenge')
  async form(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const outstanding = await this.closing.outstanding(id);
    return new Page('outcomes/views/close.njk', {
      title: 'Close the challenge',
      challenge,
      outstanding,
      ...again,
    });
  }

  @Post()
  @Allow('challenges.manage', 'challenge')
  close(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ reason }: CloseForm): Promise<Redirect> => {
      await this.closing.close(actor, id, reason ?? null);
      return new Redirect(paths.done(id, 'closed'));
    };
    return submit(CloseForm, body, work, (again) => this.form(id, again));
  }
}
