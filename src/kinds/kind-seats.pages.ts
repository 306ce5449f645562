import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { HOLDS_FROM } from '../reference/coming-forms.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Day, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { kindKey } from './kind.js';
import { KindsService } from './kinds.service.js';
import { SeatForm, seatInput, seatNamed, seatsAfter } from './seat-form.js';
import { seatWords } from './seats.js';

type Answer = Promise<Page | Redirect | Download>;

class KindSeatForm extends SeatForm {
  @Says('Enter why') @Text({ max: 500 }) reason: string;
  @Says(HOLDS_FROM) @Day({ optional: true }) holdsFrom?: string;
}

/** The seats of a kind, one by one: what new challenges of it are booked with. */
@Controller('kinds/:kind/seats')
export class KindSeatPages {
  constructor(
    private readonly kinds: KindsService,
    private readonly reference: ReferenceService,
  ) {}

  /** One seat, or with "new" another one. */
  @Get(':seat')
  @Allow('policy.write')
  async seat(@Param('kind') id: string, @Param('seat') name: string, again: Again = FRESH): Promise<Page> {
    const kind = await this.kinds.stored(id);
    const seat = seatNamed(kind, name);
    return new Page('kinds/views/seat.njk', {
      title: seat ? `${kind.name}, the seat: ${seatWords(seat.id)}` : `${kind.name}: add a seat`,
      version: kind.version,
      coming: await this.reference.coming(kindKey(id)),
      action: `${paths.kind(id)}/seats/${name}`,
      back: { href: paths.kind(id), text: kind.name },
      isNew: !seat,
      positions: await this.reference.get('positions'),
      skills: await this.reference.get('skills'),
      asksWhy: 'New challenges are booked with it; challenges that there are keep their seats.',
      input: seatInput(seat, again),
      errors: again.errors,
    });
  }

  @Post(':seat')
  @Allow('policy.write')
  save(
    @Granted() { actor }: Access,
    @Param('kind') id: string,
    @Param('seat') name: string,
    @Body() body: unknown,
  ): Answer {
    const work = async ({ reason, holdsFrom, ...form }: KindSeatForm): Promise<Redirect> => {
      const { id: _, version: __, ...kind } = await this.kinds.stored(id);
      const content = { ...kind, seats: seatsAfter(kind.seats, name, form) };
      await this.kinds.put(actor, id, {
        content,
        reason,
        version: form.version,
        holdsFrom: holdsFrom ?? null,
      });
      return new Redirect(paths.kind(id));
    };
    return submit(KindSeatForm, body, work, (again) => this.seat(id, name, again));
  }
}
