import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { lastDay } from '../calendar/dates.js';
import { seatLabel } from '../challenges/seat-words.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { LinkDoor } from '../messages/link-door.js';
import { Public, type Actor } from '../people/access.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { SOUNDING_ANSWERS } from '../proposals/sounding.entity.js';
import { SoundingsService } from '../proposals/soundings.service.js';
import { Choice } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { AnswersService } from './answers.service.js';
import { InvitationsService } from './invitations.service.js';

class SoundingForm {
  @Says('Choose whether you might be free') @Choice(SOUNDING_ANSWERS) answer: (typeof SOUNDING_ANSWERS)[number];
}

type Answer = Promise<Page | Redirect | Download>;

/** What a personal link opens, with no account: one invitation, or one informal question. Opening it changes nothing. */
@Controller()
export class LinkPages {
  constructor(
    private readonly door: LinkDoor,
    private readonly answers: AnswersService,
    private readonly invitations: InvitationsService,
    private readonly soundings: SoundingsService,
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
  ) {}

  @Get('i/:token')
  @Public()
  async invitation(@Req() request: Request, @Param('token') token: string): Promise<Page> {
    return this.answers.ask(await this.door.open(request, 'invitation', token), paths.link(token), FRESH);
  }

  @Post('i/:token')
  @Public()
  async answer(@Req() request: Request, @Param('token') token: string, @Body() body: unknown): Answer {
    const id = await this.door.open(request, 'invitation', token);
    return this.answers.answer(await this.actor(id), id, paths.link(token), body);
  }

  @Get('i/:token/sent')
  @Public()
  async sent(@Req() request: Request, @Param('token') token: string): Promise<Page | Redirect> {
    return this.answers.receipt(await this.door.open(request, 'invitation', token), paths.link(token));
  }

  /** The dates for the peer's own calendar, as soon as the answer is yes; the team's own invitation follows when it is complete. */
  @Get('i/:token/visit.ics')
  @Public()
  async calendar(@Req() request: Request, @Param('token') token: string): Promise<Download | Redirect> {
    return this.answers.calendar(await this.door.open(request, 'invitation', token), paths.link(token));
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

  @Get('s/:token')
  @Public()
  async sounding(@Req() request: Request, @Param('token') token: string, again: Again = FRESH): Promise<Page> {
    const sounding = await this.soundings.get(await this.door.open(request, 'sounding', token));
    const challenge = await this.challenges.get(sounding.challengeId);
    const words = await wordsOf(this.policy);
    const windows = challenge.windows.map(({ start, days }) => ({ firstDay: start, lastDay: lastDay(start, days) }));
    const model = {
      challenge,
      sounding,
      windows,
      kind: words.kind(challenge.kind),
      seat: seatLabel(sounding.seat),
      base: paths.soundingLink(token),
    };
    return new Page('invitations/views/sounding.njk', { title: 'Might you be free?', ...model, ...again });
  }

  @Post('s/:token')
  @Public()
  async answerSounding(@Req() request: Request, @Param('token') token: string, @Body() body: unknown): Answer {
    const id = await this.door.open(request, 'sounding', token);
    const work = async ({ answer }: SoundingForm): Promise<Redirect> => {
      await this.soundings.answer(id, answer);
      return new Redirect(paths.soundingLink(token));
    };
    return submit(SoundingForm, body, work, (again) => this.sounding(request, token, again));
  }

  private async actor(invitationId: string): Promise<Actor> {
    const { peerId } = await this.invitations.get(invitationId);
    return { id: `link:${invitationId}`, role: 'peer', region: null, councilId: null, peerId, party: null, alsoRegions: [], senior: false };
  }
}
