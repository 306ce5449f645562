import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import type { Account } from '../people/account.entity.js';
import { Choice } from '../web/fields.js';
import { submit } from '../web/forms.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { FeedsService } from './feeds.service.js';
import { type Access, Allow, Granted, Public, SignedIn } from '../people/access.js';

type Answer = Promise<Page | Redirect | Download>;

class FeedForm {
  @Choice(['make', 'end']) step: 'make' | 'end';
}

/** A calendar feed of one's own. */
@Controller()
export class FeedPages {
  constructor(private readonly feeds: FeedsService) {}

  @Get('account/feed')
  @Allow('account.own')
  feedPage(): Page {
    return new Page('overview/views/feed.njk', { title: 'Your visits in your own calendar', address: null });
  }

  /** A feed's address is shown once; making another, or ending it, makes the one before open nothing. */
  @Post('account/feed')
  @Allow('account.own')
  feed(@Granted() { actor }: Access, @SignedIn() account: Account, @Body() body: unknown): Answer {
    const work = async ({ step }: FeedForm): Promise<Page> => {
      const address = await this.feeds.change(actor, account.id, step);
      return new Page('overview/views/feed.njk', {
        title: 'Your visits in your own calendar',
        address,
        ended: step === 'end',
      });
    };
    return submit(FeedForm, body, work, () => Promise.resolve(this.feedPage()));
  }

  @Get('feeds/:token')
  @Public()
  async readFeed(@Req() request: Request, @Param('token') token: string): Promise<Download> {
    const file = await this.feeds.read(request, token.replace(/\.ics$/, ''));
    return new Download(file, 'text/calendar; charset=utf-8', 'visits.ics');
  }
}
