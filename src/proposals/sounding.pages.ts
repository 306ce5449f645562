import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatLabelWithDays } from '../kinds/presence.js';
import { LinkDoor } from '../messages/link-door.js';
import { Public } from '../people/access.js';
import { Choice } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { SOUNDING_ANSWERS } from './sounding.entity.js';
import { soundedFor, SoundingsService } from './soundings.service.js';

class SoundingForm {
  @Says('Choose whether you might be free')
  @Choice(SOUNDING_ANSWERS)
  answer: (typeof SOUNDING_ANSWERS)[number];
}

/** What the link of an informal question opens, with no account. Opening it changes nothing. */
@Controller('s/:token')
export class SoundingPages {
  constructor(
    private readonly door: LinkDoor,
    private readonly soundings: SoundingsService,
    private readonly challenges: ChallengesService,
  ) {}

  @Get()
  @Public()
  async ask(@Req() request: Request, @Param('token') token: string, again: Again = FRESH): Promise<Page> {
    const sounding = await this.soundings.get(await this.door.open(request, 'sounding', token));
    const challenge = await this.challenges.get(sounding.challengeId);
    const { name: kind } = await this.challenges.kindOf(challenge);
    const asked = soundedFor(challenge, sounding.seat);
    const seat = seatLabelWithDays(challenge.seats, sounding.seat);
    const model = { challenge, sounding, ...asked, kind, seat, base: paths.soundingLink(token) };
    return new Page('proposals/views/sounding.njk', { title: 'Might you be free?', ...model, ...again });
  }

  @Post()
  @Public()
  async answer(
    @Req() request: Request,
    @Param('token') token: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const id = await this.door.open(request, 'sounding', token);
    const work = async ({ answer }: SoundingForm): Promise<Redirect> => {
      await this.soundings.answer(id, answer);
      return new Redirect(paths.soundingLink(token));
    };
    return submit(SoundingForm, body, work, (again) => this.ask(request, token, again));
  }
}
