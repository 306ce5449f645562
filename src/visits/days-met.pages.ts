import { Body, Controller, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Allow, Granted, type Access } from '../people/access.js';
import { Texts } from '../web/fields.js';
import { listOf, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { DaysWatch } from './days-watch.service.js';

/** What the page showed: nothing else is accepted. */
class GoOn {
  @Transform(({ value }) => listOf(value)) @Texts({ max: 1000 }) shown: string[];
}

const refused = (id: string, { errors }: Again): Page =>
  new Page('web/views/message.njk', {
    title: 'This cannot be used',
    paragraphs: errors.map(({ text }) => text),
    links: [{ href: paths.challenge(id), text: 'Go to the challenge' }],
  });

/** The adviser's word on what arose against the days of a visit. */
@Controller('challenges/:id/days-met')
export class DaysMetPages {
  constructor(private readonly days: DaysWatch) {}

  /** It goes on all the same. */
  @Post()
  @Allow('challenges.manage', 'challenge')
  goOn(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ shown }: GoOn): Promise<Redirect> => {
      await this.days.goOn(actor, id, shown);
      return new Redirect(paths.challenge(id));
    };
    return submit(GoOn, body, work, (again) => Promise.resolve(refused(id, again)));
  }
}
