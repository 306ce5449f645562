import { Controller, Get, Param, Query } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow } from '../people/access.js';
import { Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { ConfirmationWords } from './confirmation-words.js';

/** Pages that confirm what somebody did, with what happens next. */
@Controller('challenges')
export class DonePages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly confirmations: ConfirmationWords,
  ) {}

  /** The confirmation of a step, on a page of its own. */
  @Get(':id/done')
  @Allow('challenges.read', 'challenge')
  async done(@Param('id') id: string, @Query('step') step: unknown): Promise<Page | Redirect> {
    const words = this.confirmations.of(String(step));
    if (!words) return new Redirect(paths.challenge(id));
    const challenge = await this.challenges.get(id);
    return new Page('overview/views/done.njk', {
      ...words,
      challenge,
      links: [{ href: paths.challenge(id), text: 'Go to the challenge' }],
    });
  }
}
