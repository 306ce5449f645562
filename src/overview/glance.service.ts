import { Injectable } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { STATE_NAMES, type ChallengeState } from '../challenges/states.js';
import { ClockService } from '../visits/clock.service.js';
import { challengeFacts } from './challenge-facts.js';
import { clockLines } from './clock-lines.js';
import { followUpFacts } from './follow-up-facts.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';
import { type Role, scopeOf } from '../people/permissions.js';

/** How far a challenge is, in words: what its page tells everybody who may read it. */
@Injectable()
export class GlanceService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly clock: ClockService,
    private readonly kinds: KindsService,
  ) {}

  async of(id: string, role: Role) {
    const challenge = await this.challenges.get(id);
    const words = await this.kinds.words();
    const manages = scopeOf(role, 'challenges.manage') !== undefined;
    const steps = await this.clock.of(id);
    const after = await followUpFacts(this.db, id);
    const followUps = after.followUps.map((one) => ({
      ...one,
      kind: words.kind(one.kind),
      state: STATE_NAMES[one.state as ChallengeState],
    }));
    return {
      manages,
      title: `${words.kind(challenge.kind)}: ${challenge.council?.name ?? ''}`,
      challenge,
      kind: words.kind(challenge.kind),
      state: STATE_NAMES[challenge.state],
      facts: await challengeFacts(this.db, id),
      steps,
      clock: clockLines(id, steps, manages ? 'staff' : role === 'council' ? 'council' : 'other'),
      after,
      followUps,
    };
  }
}
