import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
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

  /** The link has ended with the no: whom they can ring is known from the browser that sent it. */
  @Get('thank-you')
  @Public()
  async thanks(@Req() request: Request): Promise<Page> {
    const { declined } = request.session as Partial<SessionData>;
    const ask = declined === undefined ? [] : await this.answering.whomToAsk(declined);
    return new Page('invitations/views/thanks.njk', { title: 'Thank you for telling us', ask });
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
