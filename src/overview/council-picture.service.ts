import { Injectable } from '@nestjs/common';
import { HouseWords } from '../councils/house-words.service.js';
import { InspectionsSeen } from '../councils/inspections/inspections-seen.service.js';
import { PicturesService } from '../councils/pictures.service.js';
import { SignalsService } from '../councils/signals.service.js';
import { scopeFor, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';

/** What is known of one council besides its challenges: whom it is joined to, and what was written down of it. */
@Injectable()
export class CouncilPicture {
  constructor(
    private readonly pictures: PicturesService,
    private readonly signals: SignalsService,
    private readonly houses: HouseWords,
    private readonly inspections: InspectionsSeen,
  ) {}

  /** Inspections, support, priority; signals for those who are confided in. */
  async of(access: Access, council: string): Promise<object> {
    const confided = scopeFor(access.actor, 'signals.read');
    return {
      house: await this.houses.house(council),
      neighbours: await this.houses.near(council),
      inspections: await this.inspections.list(access, { council }),
      ...(await this.pictures.named(access, council)),
      signals: confided && (await this.signals.named({ actor: access.actor, scope: confided }, council)),
      mayWritePicture: scopeOf(access.actor.role, 'picture.write') !== undefined,
      mayWriteSignals: scopeFor(access.actor, 'signals.write') !== undefined,
    };
  }
}
