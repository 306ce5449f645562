import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { Account } from '../people/account.entity.js';
import { Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { ChallengesService } from './challenges.service.js';
import { Database } from '../database/database.js';

class ManagerForm {
  @Says('Choose a manager, or nobody')
  @Text({ max: 40, pattern: /^(nobody|[0-9a-f-]{36})$/ })
  manager: string;
}

/** Who runs a challenge. */
@Controller('challenges/:id/manager')
export class ManagerPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly db: Database,
  ) {}

  @Get()
  @Allow('challenges.manage', 'challenge')
  async form(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const managers = await this.db.manager.find(Account, {
      where: { role: 'manager', state: 'active' },
      order: { name: 'ASC' },
    });
    return new Page('challenges/views/manager.njk', {
      title: 'Who runs the challenge?',
      challenge,
      managers,
      ...again,
    });
  }

  @Post()
  @Allow('challenges.manage', 'challenge')
  assign(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ manager }: ManagerForm): Promise<Redirect> => {
      await this.challenges.assign(actor, id, manager === 'nobody' ? null : manager);
      return new Redirect(paths.challenge(id));
    };
    return submit(ManagerForm, body, work, (again) => this.form(id, again));
  }
}
