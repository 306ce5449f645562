import { Controller, Get, Query } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { textOf } from '../web/lists.js';
import { Page } from '../web/pages.js';
import { FindService } from './find.service.js';

/** Whatever bears a name, found from every page. */
@Controller('search')
export class FindPages {
  constructor(private readonly finds: FindService) {}

  @Get()
  @Allow('councils.picture')
  async find(@Granted() { actor }: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const words = textOf(query.q).trim();
    const title = words === '' ? 'Search' : `Search: ${words}`;
    return new Page('overview/views/find.njk', {
      title,
      words,
      found: await this.finds.find(actor, words),
      recent: words === '' ? await this.finds.recent(actor) : [],
    });
  }
}
