import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatWords } from '../kinds/seats.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Text, Uuid } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { NotAgainService, notAgainWords } from './not-again.service.js';

class AskAgainForm {
  @Says('Choose who may be asked again') @Uuid() peer: string;
  @Says('Enter why they may be asked again') @Text({ max: 2000 }) reason: string;
}

/** Taking back, by name and with a reason, that somebody is not offered a challenge again. */
@Controller('challenges/:id/ask-again')
export class AskAgainPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly notAgain: NotAgainService,
  ) {}

  @Get()
  @Allow('invitations.send', 'challenge')
  async form(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const people = (await this.notAgain.of([id])).map((one) => ({
      id: one.peerId,
      name: one.name,
      why: `${seatWords(one.seat)}: ${notAgainWords(one)}`,
    }));
    const model = { title: 'Who may be asked again', challenge, people };
    return new Page('proposals/views/ask-again.njk', { ...model, ...again });
  }

  @Post()
  @Allow('invitations.send', 'challenge')
  takeBack(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ peer, reason }: AskAgainForm): Promise<Redirect> => {
      await this.notAgain.takeBack(actor, id, peer, reason);
      return new Redirect(paths.done(id, 'asked-again'));
    };
    return submit(AskAgainForm, body, work, (again) => this.form(id, again));
  }
}
