import { Controller, Get, Param } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { STATE_NAMES } from '../challenges/states.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { ClockService } from '../visits/clock.service.js';
import { Page } from '../web/pages.js';
import { actorNames } from '../people/actor-names.js';
import { Database } from '../database/database.js';

/** What of the history its council may read too: not what staff say of peers, or have not sent yet. */
const FOR_ALL = /^(step:|document:|follow-up:|timetable$|recommendations$)/;

/** What happened to a challenge, who did it, and why. */
@Controller('challenges')
export class HistoryPages {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly clock: ClockService,
  ) {}

  @Get(':id/history')
  @Allow('challenges.read', 'challenge')
  async history(@Granted() { actor }: Access, @Param('id') id: string): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const states = (await this.challenges.history(id)).map(({ to, at, reason, actor }) => ({
      what: STATE_NAMES[to],
      at,
      reason,
      actor,
    }));
    const isStaff = scopeOf(actor.role, 'challenges.manage') !== undefined;
    const after = (await this.clock.history(id)).filter(({ subject }) => isStaff || FOR_ALL.test(subject));
    const changes = [...states, ...after].sort((a, b) => a.at.getTime() - b.at.getTime());
    const names = await actorNames(
      this.db,
      changes.map(({ actor }) => actor),
    );
    return new Page('overview/views/history.njk', {
      title: 'History',
      challenge,
      changes: changes.map((change) => ({ ...change, who: names.get(change.actor) ?? 'somebody' })),
    });
  }
}
