import { Text } from '../web/fields.js';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { OFFER_ANSWERS } from '../challenges/offer.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import { sayPolls } from '../councils/polls.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { OffersService } from '../challenges/offers.service.js';
import { CouncilHistory } from './council-history.service.js';
import { CouncilPicture } from './council-picture.service.js';
import { Choice, Day } from '../web/fields.js';

class OfferForm {
  @Says('Choose the kind') @Text({ max: 60 }) kind: string;
  @Says('Enter the day like 3 November 2026') @Day() madeOn: string;
  @Says('Choose what the council said') @Choice(OFFER_ANSWERS) answer: (typeof OFFER_ANSWERS)[number];
  @Text({ optional: true, max: 2000 }) reason?: string;
}

/** The whole picture of one council. */
@Controller('councils')
export class CouncilPages {
  constructor(
    private readonly councils: CouncilsService,
    private readonly offers: OffersService,
    private readonly history: CouncilHistory,
    private readonly picture: CouncilPicture,
  ) {}

  @Get(':id')
  @Allow('councils.picture', 'council')
  async one(@Granted() access: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const known = await this.councils.groupings();
    const model = {
      council,
      groupings: known.filter((one) => council.groupings.includes(one.id)).map(({ name }) => name),
      polls: sayPolls(council.otherPolls),
      ...(await this.history.of(access, id)),
      ...(await this.picture.of(access, id)),
      mayOffer: scopeOf(access.actor.role, 'offers.write') !== undefined,
      mayJoin: scopeOf(access.actor.role, 'councils.write') !== undefined,
      mayBook: scopeOf(access.actor.role, 'challenges.book') !== undefined,
    };
    return new Page('overview/views/council.njk', { title: council.name, ...model, ...again });
  }

  @Post(':id/offers')
  @Allow('offers.write', 'council')
  offer(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async (form: OfferForm): Promise<Redirect> => {
      await this.offers.make(access.actor, id, form);
      return new Redirect(paths.council(id));
    };
    return submit(OfferForm, body, work, (again) => this.one(access, id, again));
  }
}
