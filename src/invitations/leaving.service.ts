import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { waiversOf } from '../challenges/day-waivers.js';
import { Challenge } from '../challenges/challenge.entity.js';
import type { WindowField } from '../challenges/challenges.dto.js';
import { WindowsService } from '../challenges/windows.service.js';
import { Database } from '../database/database.js';
import type { Actor } from '../people/access.js';
import { KeptTeams } from '../proposals/kept-teams.service.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { seatLabel } from '../kinds/seats.js';
import { Invitation, LIVE_INVITATIONS } from './invitation.entity.js';
import { daysOfWindow } from './said.js';
import { openStayOf, ReleaseService, type OpenStay } from './release.service.js';

/** What would follow from postponing or ending a challenge. */
export interface LeavingPreview {
  windows: { firstDay: string; lastDay: string }[];
  /** A further stay that is still open: it stays where it is. */
  stay: OpenStay | null;
  asked: {
    offSite: boolean;
    name: string;
    label: string;
    saidYes: boolean;
    couldCome: boolean;
  }[];
}

/** Challenges that do not go on as planned. */
@Injectable()
export class LeavingService {
  constructor(
    private readonly db: Database,
    private readonly releases: ReleaseService,
    private readonly windows: WindowsService,
    private readonly kept: KeptTeams,
  ) {}

  /** What postponing to some windows, or ending, would do: who of those who were asked could come then. Changes nothing. */
  async preview(id: string, windows: WindowField[]): Promise<LeavingPreview> {
    const { manager } = this.db;
    const challenge = await manager.findOneByOrFail(Challenge, { id });
    const offered = windows.length > 0 ? await this.windows.acceptFor(manager, challenge, windows) : [];
    const team = await manager.findOneBy(Proposal, { challengeId: id, state: 'agreed' });
    const could = team && offered.length > 0 ? await this.kept.couldCome(id, offered, team.seats) : {};
    const asked = await manager.find(Invitation, {
      where: { challengeId: id, state: In([...LIVE_INVITATIONS]) },
      relations: { peer: true },
      order: { seat: 'ASC' },
    });
    return {
      windows: offered.map(daysOfWindow),
      stay: await openStayOf(manager, id),
      asked: asked.map(({ peer, peerId, seat, state, offSite }) => ({
        offSite,
        name: peer?.name ?? '',
        label: seatLabel(seat),
        saidYes: state === 'accepted',
        couldCome: could[seat] === peerId,
      })),
    };
  }

  /** It ends for good; with a visit behind it, what was found stays. */
  end(actor: Actor, id: string, to: 'cancelled' | 'stood_down', reason: string): Promise<Challenge> {
    return this.db.transact((tx) => this.releases.leave(tx, actor, id, to, { reason }));
  }

  /**
   * One action: the dates are given back, new windows are taken, and where there was a team, every member is checked against each
   * new window; those free in the one that keeps most stay in a repair that the engine completes.
   */
  async postpone(
    actor: Actor,
    id: string,
    { reason, windows = [] }: { reason: string; windows?: WindowField[] },
  ): Promise<Challenge> {
    return this.db.transact(async (tx) => {
      await this.releases.hold(tx, id);
      const team = await tx.findOneBy(Proposal, { challengeId: id, state: 'agreed' });
      const offered = await this.windows.acceptFor(tx, await tx.findOneByOrFail(Challenge, { id }), windows);
      const before = await tx.findOneByOrFail(Challenge, { id });
      // Days that are given up are not offered any more, until somebody offers them again.
      const left = before.windows.filter(({ start, days }) => start !== team?.firstDay || days !== team.days);
      const considered = windows.length > 0 ? offered : left;
      const challenge = await this.releases.leave(tx, actor, id, 'postponed', {
        reason,
        windows: considered,
      });
      challenge.windows = considered;
      if (windows.length > 0) {
        challenge.dayWaivers = waiversOf(challenge.dayWaivers, windows, [
          challenge.councilId,
          ...challenge.partnerIds,
        ]);
      }
      await tx.save(challenge);
      if (team && windows.length > 0) await this.kept.ask(tx, actor, id, team.seats);
      return challenge;
    });
  }
}
