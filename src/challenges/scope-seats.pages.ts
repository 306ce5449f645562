import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { SeatForm, seatInput, seatNamed, seatsAfter } from '../kinds/seat-form.js';
import { seatWords } from '../kinds/seats.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { FRESH, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { ChallengesService } from './challenges.service.js';
import { ReferenceService } from '../reference/reference.service.js';
import { ShapingService } from './shaping.service.js';

type Answer = Promise<Page | Redirect | Download>;

/** The seats of a challenge, one by one, as part of its scope. */
@Controller('challenges/:id/scope/seats')
export class ScopeSeatPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly shaping: ShapingService,
    private readonly reference: ReferenceService,
  ) {}

  /** One seat, or with "new" another one. */
  @Get(':seat')
  @Allow('challenges.manage', 'challenge')
  async seat(@Param('id') id: string, @Param('seat') name: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const seat = seatNamed(challenge, name);
    const positions = await this.reference.get('positions');
    const skills = await this.reference.get('skills');
    const title = seat ? `Change the seat: ${seatWords(seat.id)}` : 'Add a seat';
    return new Page('challenges/views/seat.njk', {
      title,
      version: challenge.version,
      action: `${paths.scope(id)}/seats/${name}`,
      back: { href: paths.scope(id), text: 'Scope' },
      isNew: !seat,
      positions,
      skills,
      input: seatInput(seat, again),
      errors: again.errors,
    });
  }

  @Post(':seat')
  @Allow('challenges.manage', 'challenge')
  saveSeat(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Param('seat') name: string,
    @Body() body: unknown,
  ): Answer {
    const work = async (form: SeatForm): Promise<Redirect> => {
      const { seats } = await this.challenges.get(id);
      await this.shaping.edit(actor, id, form.version, { seats: seatsAfter(seats, name, form) });
      return new Redirect(paths.scope(id));
    };
    return submit(SeatForm, body, work, (again) => this.seat(id, name, again));
  }
}
