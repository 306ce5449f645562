import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { isDelivered } from '../challenges/states.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatLabel } from '../kinds/seats.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Day, QueryInt, Text, Texts } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { atField } from '../web/problems.js';
import { ClockService } from './clock.service.js';
import { requireFirst, FollowUpsService } from './follow-ups.service.js';
import { FollowUpTerms } from './follow-up-terms.service.js';

class FollowUpForm {
  @Says('Choose what it is') @Text({ max: 60 }) kind: string;
  @Says('Enter how many days, from 1 to 5') @QueryInt({ min: 1, max: 5 }) days: number;
  @Says('Choose at least one seat of the first team')
  @Transform(({ value }) => listOf(value))
  @Texts({ max: 20 })
  seats: string[];
  @Says('Enter the first day like 8 June 2027') @Day({ optional: true }) start?: string;
}

/** What follows a challenge is arranged from its first team: a progress review, a follow-up visit, a check-in. */
@Controller('challenges/:id/follow-ups')
export class FollowUpPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly followUps: FollowUpsService,
    private readonly terms: FollowUpTerms,
    private readonly clock: ClockService,
  ) {}

  @Get('new')
  @Allow('challenges.manage', 'challenge')
  async form(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    requireFirst(challenge);
    const team = await this.followUps.firstTeam(id);
    const review = (await this.clock.of(id)).find((step) => step.id === 'review');
    const seats = challenge.seats.map((seat) => {
      const member = team.find((one) => one.seat === seat.id);
      return {
        id: seat.id,
        label: seatLabel(seat.id),
        name: member?.name ?? null,
        replaced: member?.replaced ?? false,
      };
    });
    const input =
      again.errors.length > 0 ? { ...again.input, seats: listOf(again.input.seats) } : again.input;
    const model = {
      challenge,
      seats,
      due: review?.due ?? null,
      kinds: await this.terms.kinds(isDelivered(challenge.state)),
      delivered: isDelivered(challenge.state),
      input,
      errors: again.errors,
    };
    return new Page('visits/views/follow-up.njk', {
      title: model.delivered ? 'Arrange a follow-up' : 'Arrange a further stay',
      ...model,
    });
  }

  @Post('new')
  @Allow('challenges.manage', 'challenge')
  open(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ start, ...wanted }: FollowUpForm): Promise<Redirect> => {
      const windows = start ? [{ start, days: wanted.days }] : [];
      const followUp = await this.followUps
        .open(actor, id, { ...wanted, windows })
        .catch((error: unknown) => {
          throw atField(atField(error, '/windows/0/', '/'), '/windows', '/start');
        });
      return new Redirect(paths.challenge(followUp.id));
    };
    return submit(FollowUpForm, body, work, (again) => this.form(id, again));
  }
}
