import { adviserOfCouncil, type WhomToAsk } from '../messages/whom-to-ask.js';
import { Injectable } from '@nestjs/common';
import { ChallengePerson } from '../challenges/challenge-person.entity.js';
import { Council } from '../councils/council.entity.js';
import { type Access } from '../people/access.js';
import type { Role } from '../people/permissions.js';
import { ClockService } from '../visits/clock.service.js';
import type { Owner } from '../visits/steps.js';
import { cycleOf, type Cycle } from '../programme/cycle/cycle.js';
import { deskOf, type Desk } from './desk.js';
import { peerDesk, type PeerDesk } from './peer-desk.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';

/** What each start page lays out. */
@Injectable()
export class DesksService {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly clock: ClockService,
  ) {}

  /** A peer's invitations and visits. */
  async ofPeer(peerId: string): Promise<PeerDesk> {
    return peerDesk(this.db, peerId, this.db.today(), await this.kinds.words());
  }

  /** Open challenges that somebody works for by name: as manager, support, analyst or observer. */
  async own(accountId: string): Promise<ReadonlySet<string>> {
    const rows = await this.db.manager
      .createQueryBuilder(ChallengePerson, 'p')
      .innerJoin('p.challenge', 'c')
      .where('p.account_id = :account', { account: accountId })
      .andWhere('c.state IN (SELECT state FROM challenge_states WHERE open)')
      .getMany();
    return new Set(rows.map(({ challengeId }) => challengeId));
  }

  /** The open challenges that somebody may see, all of them or `only` some. */
  async of(access: Access, only: ReadonlySet<string> | null = null): Promise<Desk> {
    const today = this.db.today();
    const words = await this.kinds.words();
    const { actor } = access;
    const speaks = actor.role === 'council' || actor.role === 'approver';
    const second = new Set((await this.kinds.all()).filter((one) => one.secondApproval).map(({ id }) => id));
    return deskOf(this.db, access, {
      ...{ today, words, second, only, speaker: speaks ? actor : null },
      own: ownerOf(actor.role, only !== null),
      clocks: (ids) => this.clock.ofMany(ids, today),
    });
  }

  /** A council, and where it stands in the cycle. */
  async council(id: string): Promise<{ council: Council; cycle: Cycle; ask: WhomToAsk[] }> {
    const council = await this.db.manager.findOneByOrFail(Council, { id });
    const ask = await adviserOfCouncil(this.db.manager, id, this.db.today());
    return { council, cycle: await cycleOf(this.db, id), ask };
  }
}

/** Whose steps of a clock are somebody's own: a council's, and those of a manager who looks at the challenges they run. */
function ownerOf(role: Role, isNarrowed: boolean): Owner | null {
  if (role === 'council') return 'council';
  return role === 'manager' && isNarrowed ? 'manager' : null;
}
