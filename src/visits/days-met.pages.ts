import { Body, Controller, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { DaysWatch } from './days-watch.service.js';

class Nothing {}

const refused = (id: string, errors: Again['errors']): Page =>
  new Page('web/views/message.njk', {
    title: 'This cannot be used',
    paragraphs: errors.map(({ text }) => text),
    links: [{ href: paths.challenge(id), text: 'Go to the challenge' }],
  });

/** The adviser's word on what arose against the days of a visit. */
@Controller('challenges/:id/days-met')
export class DaysMetPages {
  constructor(private readonly days: DaysWatch) {}

  @Post()
  @Allow('challenges.manage', 'challenge')
  goOn(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async (): Promise<Redirect> => {
      await this.days.goOn(actor, id);
      return new Redirect(paths.challenge(id));
    };
    return submit(Nothing, body, work, ({ errors }) => Promise.resolve(refused(id, errors)));
  }
}
