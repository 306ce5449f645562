import { isUUID } from 'class-validator';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access, Proved } from '../people/access.js';
import type { Retention } from '../reference/content.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Email, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { notFound } from '../web/problems.js';
import { RetentionService } from './retention.service.js';

type Answer = Promise<Page | Redirect | Download>;
const DAYS = { min: 1, max: 3650 };
const SAYS = 'Enter a whole number of days from 1 to 3650';

class RetentionForm implements Retention {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says(SAYS) @QueryInt(DAYS) codes: number;
  @Says(SAYS) @QueryInt(DAYS) answers: number;
  @Says(SAYS) @QueryInt(DAYS) links: number;
  @Says(SAYS) @QueryInt(DAYS) messages: number;
  @Says(SAYS) @QueryInt(DAYS) soundings: number;
  @Says(SAYS) @QueryInt(DAYS) applications: number;
  @Says(SAYS) @QueryInt(DAYS) tokens: number;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
}

class HoldForm {
  @Says('Enter the e-mail address like name@example.com') @Email() email: string;
  @Says('Enter why nothing may be removed') @Text({ max: 500 }) why: string;
}

class Nothing {}

/** How long each kind of data is kept, what was removed, and of whom nothing is. */
@Controller('retention')
export class RetentionPages {
  constructor(
    private readonly retention: RetentionService,
    private readonly reference: ReferenceService,
  ) {}

  @Get()
  @Proved()
  @Allow('people.erase')
  async show(again: Again = FRESH): Promise<Page> {
    const { version } = await this.reference.item('retention');
    return new Page('erasure/views/retention.njk', {
      title: 'How long data is kept',
      version,
      lines: await this.retention.lines(),
      holds: await this.retention.holds(),
      ...again,
    });
  }

  @Post()
  @Allow('policy.write')
  save(@Granted() { actor }: Access, @Body() body: unknown): Answer {
    const work = async ({ version, reason, ...content }: RetentionForm): Promise<Redirect> => {
      await this.reference.put(actor, 'retention', { content, reason, version });
      return new Redirect(paths.retention);
    };
    return submit(RetentionForm, body, work, (again) => this.show(again));
  }

  @Post('holds')
  @Proved()
  @Allow('people.erase')
  hold(@Granted() { actor }: Access, @Body() body: unknown): Answer {
    const work = async ({ email, why }: HoldForm): Promise<Redirect> => {
      await this.retention.hold(actor, email, why);
      return new Redirect(paths.retention);
    };
    return submit(HoldForm, body, work, (again) => this.show(again));
  }

  @Post('holds/:hold/end')
  @Allow('people.erase')
  endHold(@Granted() { actor }: Access, @Param('hold') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> => {
      await this.retention.endHold(actor, isUUID(id) ? id : absent());
      return new Redirect(paths.retention);
    };
    return submit(Nothing, body, work, (again) => this.show(again));
  }
}

function absent(): never {
  throw notFound('hold');
}
