import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { CompletionService } from '../invitations/completion.service.js';
import type { ChallengeState } from '../challenges/states.js';
import { Database } from '../database/database.js';
import { AgreementService } from '../proposals/agreement.service.js';
import type { Proposal } from '../proposals/proposal.entity.js';
import { standingWords, type Barred } from '../proposals/standing.js';
import { CircumstanceNotices } from './circumstance-notices.service.js';
import { Circumstance } from './circumstance.entity.js';

/** While something that arises may still change who comes. */
export const BEFORE_VISIT: readonly ChallengeState[] = ['team_agreed', 'inviting', 'confirmed'];

/** Whoever is held or booked and may not serve any more, for whatever reason, is an open circumstance for the adviser. */
@Injectable()
export class TeamsWatch {
  constructor(
    private readonly db: Database,
    private readonly completion: CompletionService,
    private readonly agreement: AgreementService,
    private readonly notices: CircumstanceNotices,
  ) {}

  /** The job: looks at the team of one challenge. Finding the same again changes nothing. */
  async look(challengeId: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const challenge = await this.completion.hold(tx, challengeId);
      const team = BEFORE_VISIT.includes(challenge.state)
        ? await this.agreement.current(challengeId, tx)
        : null;
      if (!team) return;
      const held = await heldOf(tx, team);
      const barred = await this.agreement.barred(tx, team);
      for (const one of barred) if (held.has(one.peerId)) await this.open(tx, challenge, one);
      // What stood against somebody may be over.
      if (barred.length === 0) await this.completion.confirmIfWhole(tx, challenge);
    });
  }

  /** The nightly look: what time, a council, an election or a register brings. Returns how many challenges it looked at. */
  async lookAll(): Promise<number> {
    const rows = await this.db.query<{ id: string }[]>(
      'SELECT DISTINCT c.id FROM challenges c JOIN bookings b ON b.challenge_id = c.id AND b.live WHERE c.state = ANY($1) AND c.first_day > $2',
      [BEFORE_VISIT, this.db.today()],
    );
    // One that fails keeps nobody from looking at the others.
    const failed: unknown[] = [];
    for (const { id } of rows) await this.look(id).catch((error: unknown) => failed.push(error));
    if (failed.length > 0) throw failed[0];
    return rows.length;
  }

  private async open(tx: EntityManager, challenge: Challenge, { seat, peerId, bars }: Barred): Promise<void> {
    const { id: challengeId } = challenge;
    const place = { challengeId, peerId, seat, visit: 'on_site' as const };
    const known = await tx.findBy(Circumstance, { ...place, state: 'open' });
    if (known.some(({ bars: found }) => bars.every((bar) => found.includes(bar)))) return;
    const opened = await tx.save(tx.create(Circumstance, { ...place, changeId: null, bars, state: 'open' }));
    await this.notices.opened(tx, challenge, opened, { what: standingWords(bars), serves: false });
  }
}

/** Who of a team is held or booked for it. */
async function heldOf(tx: EntityManager, { challengeId }: Proposal): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }[]>(
    'SELECT peer_id AS id FROM bookings WHERE challenge_id = $1 AND live',
    [challengeId],
  );
  return new Set(rows.map(({ id }) => id));
}
