import { sayDays } from '../calendar/phrases.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { hostsOf, partnersOf, type Hosts } from '../challenges/hosts.js';
import type { Council } from '../councils/council.entity.js';
import { Injectable } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isLive, isOpen, STATE_NAMES, type ChallengeState } from '../challenges/states.js';
import { ClockService } from '../visits/clock.service.js';
import { challengeFacts, type ChallengeFacts } from './challenge-facts.js';
import { clockLines, foldClock, type ClockLine, type FoldedClock } from './clock-lines.js';
import { followUpFacts, type FollowUpFacts } from './follow-up-facts.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';
import { type Role, scopeOf } from '../people/permissions.js';
import type { WhomToAsk } from '../messages/whom-to-ask.js';
import type { ClockStep } from '../visits/clock.js';

/** A challenge at a glance. */
export interface Glance extends Hosts {
  /** Whether the reader is of the staff that runs it. */
  manages: boolean;
  title: string;
  challenge: Challenge;
  kind: string;
  state: string;
  facts: ChallengeFacts;
  steps: ClockStep[];
  clock: ClockLine[];
  folded: FoldedClock;
  after: FollowUpFacts;
  /** Why and when it was put off or ended before its visit; null where it was not. */
  left: { reason: string; at: Date } | null;
  /** Challenges that follow on this one, in words. */
  followUps: { kind: string; state: string; days: string }[];
  /** Who comes besides the team, with what they are. */
  coming: { role: string; name: string }[];
  /** Whom its council and its peers ask. */
  ask: WhomToAsk[];
  /** The other bodies that it is of. */
  partners: Council[];
}

/** How far a challenge is, in words: what its page tells everybody who may read it. */
@Injectable()
export class GlanceService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly clock: ClockService,
    private readonly kinds: KindsService,
  ) {}

  /** Throws a 404 where there is no such challenge. */
  async of(id: string, role: Role): Promise<Glance> {
    const challenge = await this.challenges.get(id);
    const words = await this.kinds.words();
    const said = await hostsOf(this.db.manager, challenge);
    const manages = scopeOf(role, 'challenges.manage') !== undefined;
    // Nothing is due of what ended before it took place.
    const stopped = !isOpen(challenge.state) && challenge.firstDay === null;
    const steps = stopped ? [] : await this.clock.of(id);
    const clock = clockLines(id, steps, manages ? 'staff' : role === 'council' ? 'council' : 'other');
    const after = await followUpFacts(this.db, id);
    const followUps = after.followUps.map((one) => ({
      ...one,
      kind: words.kind(one.kind),
      state: STATE_NAMES[one.state as ChallengeState],
      days: one.firstDay && one.lastDay ? sayDays(one.firstDay, one.lastDay) : '',
    }));
    return {
      manages,
      title: `${words.kind(challenge.kind)}: ${said.hosts}`,
      ...said,
      coming: await this.challenges.coming(id),
      ask: await this.challenges.ask(id),
      partners: await partnersOf(this.db.manager, challenge),
      challenge,
      kind: words.kind(challenge.kind),
      state: STATE_NAMES[challenge.state],
      facts: await challengeFacts(this.db, id),
      steps,
      folded: foldClock(clock),
      clock,
      after,
      left: await this.whyLeft(challenge),
      followUps,
    };
  }

  private async whyLeft({ id, state }: Challenge): Promise<Glance['left']> {
    if (isLive(state)) return null;
    const [last] = await this.db.query<{ reason: string; at: Date }[]>(
      'SELECT reason, at FROM challenge_changes WHERE challenge_id = $1 AND "to" = $2 ORDER BY id DESC LIMIT 1',
      [id, state],
    );
    return last ?? null;
  }
}
