import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { LinkDoor } from '../messages/link-door.js';
import { Public, type Actor } from '../people/access.js';
import { Page, type Download, type Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { AnsweringPages } from './answering.pages.js';
import { InvitationsService } from './invitations.service.js';

/** What the link of an invitation opens, with no account. Opening it changes nothing. */
@Controller()
export class InvitationLinkPages {
  constructor(
    private readonly door: LinkDoor,
    private readonly answering: AnsweringPages,
    private readonly invitations: InvitationsService,
  ) {}

  @Get('i/:token')
  @Public()
  async invitation(
    @Req() request: Request,
    @Param('token') token: string,
  ): Promise<Page | Redirect | Download> {
    return this.answering.show(request, await this.open(request, token), paths.link(token));
  }

  @Post('i/:token')
  @Public()
  async answer(
    @Req() request: Request,
    @Param('token') token: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const id = await this.open(request, token);
    const { peerId } = await this.invitations.get(id);
    return this.answering.answer(request, holderOf(id, peerId), { id, base: paths.link(token) }, body);
  }

  @Get('i/:token/sent')
  @Public()
  async sent(@Req() request: Request, @Param('token') token: string): Promise<Page | Redirect> {
    return this.answering.receipt(await this.open(request, token), paths.link(token));
  }

  @Get('i/:token/visit.ics')
  @Public()
  async calendar(@Req() request: Request, @Param('token') token: string): Promise<Download | Redirect> {
    return this.answering.calendar(await this.open(request, token), paths.link(token));
  }

  @Get('thank-you')
  @Public()
  thanks(): Page {
    const paragraphs = [
      'Your answer is no. The dates are free again, and the principal adviser asks somebody else.',
      'A no helps more than silence. There is nothing more to do.',
    ];
    return new Page('web/views/message.njk', { title: 'Thank you for telling us', paragraphs });
  }

  private open(request: Request, token: string): Promise<string> {
    return this.door.open(request, 'invitation', token);
  }
}

/** Whoever holds the link acts as its peer. */
const holderOf = (invitationId: string, peerId: string): Actor => ({
  id: `link:${invitationId}`,
  role: 'peer',
  region: null,
  councilId: null,
  peerId,
  party: null,
  alsoRegions: [],
  senior: false,
});
