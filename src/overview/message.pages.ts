import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { UndeliveredService } from './undelivered.service.js';

type Answer = Promise<Page | Redirect | Download>;

class SendAgain {
  @Says('Choose where it is to go') @Text({ max: 320 }) to: string;
}

class Settle {}

/** One message about a challenge: whether it arrived, and what to do where it did not. */
@Controller('messages/:id')
export class MessagePages {
  constructor(private readonly undelivered: UndeliveredService) {}

  @Get()
  @Allow('challenges.manage', 'message')
  async one(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const shown = await this.undelivered.one(id);
    const mayCorrect = scopeOf(actor.role, 'peers.write') !== undefined;
    const model = { title: shown.message.subject, ...shown, mayCorrect };
    return new Page('overview/views/sent-message.njk', { ...model, ...again });
  }

  @Post('again')
  @Allow('challenges.manage', 'message')
  send(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ to }: SendAgain): Promise<Redirect> => {
      await this.undelivered.again(access.actor, id, to);
      return this.back(id);
    };
    return submit(SendAgain, body, work, (again) => this.one(access, id, again));
  }

  @Post('settled')
  @Allow('challenges.manage', 'message')
  settle(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> => {
      await this.undelivered.settle(access.actor, id);
      return this.back(id);
    };
    return submit(Settle, body, work, (again) => this.one(access, id, again));
  }

  private async back(id: string): Promise<Redirect> {
    const { challenge } = await this.undelivered.one(id);
    return new Redirect(`${paths.challenge(challenge.id)}#messages`);
  }
}
