import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatWords } from '../kinds/seats.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { notFound } from '../web/problems.js';
import { NotAgainService, notAgainWords } from './not-again.service.js';

class AskAgainForm {
  @Says('Enter why they may be asked again') @Text({ max: 2000 }) reason: string;
}

/** Taking back, by name and with a reason, that somebody is not offered a challenge again. */
@Controller('challenges/:id/ask-again/:peer')
export class AskAgainPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly notAgain: NotAgainService,
  ) {}

  @Get()
  @Allow('invitations.send', 'challenge')
  async form(@Param('id') id: string, @Param('peer') peerId: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const one = (await this.notAgain.of([id])).find((other) => other.peerId === peerId);
    if (!one) throw notFound('peer who is not offered this challenge again');
    return new Page('proposals/views/ask-again.njk', {
      title: `Ask ${one.name} again`,
      challenge,
      name: one.name,
      seat: seatWords(one.seat),
      why: notAgainWords(one),
      ...again,
    });
  }

  @Post()
  @Allow('invitations.send', 'challenge')
  takeBack(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Param('peer') peerId: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ reason }: AskAgainForm): Promise<Redirect> => {
      await this.notAgain.takeBack(actor, id, peerId, reason);
      return new Redirect(paths.challenge(id));
    };
    return submit(AskAgainForm, body, work, (again) => this.form(id, peerId, again));
  }
}
