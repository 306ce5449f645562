import { Injectable } from '@nestjs/common';
import { KindsService } from '../kinds/kinds.service.js';
import type { Access } from '../people/access.js';
import { DaysWatch } from '../visits/days-watch.service.js';
import { paths } from '../web/paths.js';
import type { DeskLine } from './desk.js';
import { UndeliveredService } from './undelivered.service.js';

/** What went wrong meanwhile, for the top of a start page: messages that did not arrive, days against which something arose. */
@Injectable()
export class WarningLines {
  constructor(
    private readonly undelivered: UndeliveredService,
    private readonly days: DaysWatch,
    private readonly kinds: KindsService,
  ) {}

  async of(access: Access): Promise<DeskLine[]> {
    const words = await this.kinds.words();
    const met = (await this.days.list(access)).map(({ challenge, against }) => ({
      council: challenge.council?.name ?? '',
      kind: words.kind(challenge.kind),
      what: `its dates: ${against.join('; ')}`,
      action: 'Look at it',
      href: paths.challenge(challenge.id),
      challengeId: challenge.id,
    }));
    return [...(await this.undelivered.lines(access, (kind) => words.kind(kind))), ...met];
  }
}
