import { Injectable } from '@nestjs/common';
import { HouseWords } from '../councils/house-words.service.js';
import { namesOf } from '../councils/names.js';
import { PicturesService } from '../councils/pictures.service.js';
import { SignalsService } from '../councils/signals.service.js';
import { scopeFor, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { ReferenceService } from '../reference/reference.service.js';

/** What is known of one council besides its challenges: whom it is joined to, and what was written down of it. */
@Injectable()
export class CouncilPicture {
  constructor(
    private readonly reference: ReferenceService,
    private readonly pictures: PicturesService,
    private readonly signals: SignalsService,
    private readonly houses: HouseWords,
  ) {}

  /** Inspections, support, priority; signals for those who are confided in. */
  async of(access: Access, council: string): Promise<object> {
    const [frameworks, supports, priorities, signals] = await Promise.all([
      this.reference.get('frameworks').then(namesOf),
      this.reference.get('supports').then(namesOf),
      this.reference.get('priorities').then(namesOf),
      this.reference.get('signals').then(namesOf),
    ]);
    const confided = scopeFor(access.actor, 'signals.read');
    const known = confided
      ? await this.signals.list({ actor: access.actor, scope: confided }, { council })
      : null;
    const priority = await this.pictures.priority(council);
    return {
      house: await this.houses.house(council),
      neighbours: await this.houses.near(council),
      inspections: (await this.pictures.inspections(access, { council })).map((one) => ({
        ...one,
        framework: frameworks(one.framework),
      })),
      supports: (await this.pictures.supports(access, { council })).map((one) => ({
        ...one,
        type: supports(one.type),
      })),
      priority: priority && { ...priority, reason: priorities(priority.reason) },
      signals: known && known.map((one) => ({ ...one, type: signals(one.type) })),
      mayWritePicture: scopeOf(access.actor.role, 'picture.write') !== undefined,
      mayWriteSignals: scopeFor(access.actor, 'signals.write') !== undefined,
    };
  }
}
