import { Controller, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { DaysWatch } from './days-watch.service.js';

/** The adviser's word on what arose against the days of a visit. */
@Controller('challenges/:id/days-met')
export class DaysMetPages {
  constructor(private readonly days: DaysWatch) {}

  /** It goes on all the same. */
  @Post()
  @Allow('challenges.manage', 'challenge')
  async goOn(@Granted() { actor }: Access, @Param('id') id: string): Promise<Redirect> {
    await this.days.goOn(actor, id);
    return new Redirect(paths.challenge(id));
  }
}
