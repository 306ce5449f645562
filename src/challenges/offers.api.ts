import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../people/access.js';
import { OperationsOf } from '../web/operations.js';
import { MakeOffer, OfferView } from './challenges.dto.js';
import type { Offer } from './offer.entity.js';
import { OffersService } from './offers.service.js';

/** Offers of challenges to councils. */
@ApiTags('challenges')
@OperationsOf('Challenges')
@Controller('api')
export class OffersApi {
  constructor(private readonly offersMade: OffersService) {}

  @Get('councils/:id/offers')
  @Allow('offers.read', 'council')
  @ApiOkResponse({ type: [OfferView] })
  async offers(@Param('id') id: string): Promise<OfferView[]> {
    return (await this.offersMade.ofCouncil(id)).map(viewOffer);
  }

  @Post('councils/:id/offers')
  @Allow('offers.write', 'council')
  @ApiCreatedResponse({ type: OfferView })
  async offer(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: MakeOffer,
  ): Promise<OfferView> {
    return viewOffer(await this.offersMade.make(actor, id, body));
  }
}

function viewOffer({ id, kind, madeOn, answer, reason }: Offer): OfferView {
  return { id, kind, madeOn, answer, reason };
}
