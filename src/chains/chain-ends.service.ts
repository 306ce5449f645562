import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { Jobs } from '../jobs/jobs.js';
import { loadNotAgain } from '../proposals/problem/rows.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { QuestionsService } from '../proposals/questions.service.js';
import { whateverTheDays } from '../proposals/standing.js';
import type { TeamRequest } from '../proposals/team-request.entity.js';
import { Chain, type ChainState } from './chain.entity.js';
import { ChainNotices, type ChainEnd } from './chain-notices.service.js';
import { moversOf } from './moves.js';

/** States in which somebody of an agreed team may be replaced. */
const CHANGEABLE = ['team_agreed', 'inviting', 'confirmed'];

/** When a chain begins to be looked for, and when what was found is of no use any more. */
@Injectable()
export class ChainEnds {
  constructor(
    private readonly jobs: Jobs,
    private readonly questions: QuestionsService,
    private readonly notices: ChainNotices,
  ) {}

  /** A repair left a seat empty. */
  async lookFor(tx: EntityManager, { id, cause }: Pick<TeamRequest, 'id' | 'cause'>): Promise<void> {
    if (cause === 'repair') await this.jobs.add(tx, 'find-chain', `find-chain-${id}`, { teamRequest: id });
  }

  /** Another team was agreed for a challenge, or it does not take place as planned: chains over it end, and whoever was asked hears so. */
  async overtaken(tx: EntityManager, challengeId: string): Promise<void> {
    const rows = await tx.query<{ id: string }[]>(
      `SELECT DISTINCT x.id FROM chains x, jsonb_array_elements(x.links) l WHERE x.state = ANY('{found,asked}') AND l->>'challengeId' = $1 ORDER BY x.id`,
      [challengeId],
    );
    for (const { id } of rows) {
      const chain = await tx.findOne(Chain, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (chain?.isLive) await this.end(tx, chain, 'changed');
    }
  }

  /** Every council concerned is asked. */
  asked(tx: EntityManager, chain: Chain): Promise<void> {
    return this.notices.asked(tx, chain);
  }

  /** It is over; whoever was asked, or will see another team, hears how. */
  async end(tx: EntityManager, chain: Chain, end: ChainEnd): Promise<Chain> {
    const wasAsked = chain.state === 'asked';
    chain.end(STATES[end]);
    await tx.save(chain);
    if (wasAsked) await this.notices.ended(tx, chain, end);
    return chain;
  }

  /**
   * Whether a chain could still be carried out: every team that would change is the one that it was, without a further stay, nobody who
   * would move has said no, and everybody may serve where they would. How free those are who move is theirs to say.
   */
  async stands(tx: EntityManager, { links }: Chain, challenges: readonly Challenge[]): Promise<boolean> {
    if (!challenges.every(({ state }) => CHANGEABLE.includes(state))) return false;
    const ids = links.map(({ challengeId }) => challengeId);
    const [stay] = await tx.query<object[]>('SELECT FROM challenges WHERE stay_of_id = ANY($1) LIMIT 1', [
      ids,
    ]);
    if (stay) return false;
    const movers = moversOf(links);
    const refused = await loadNotAgain(tx, ids);
    for (const { challengeId, proposalId, before, seats } of links) {
      const team = await tx.findOneBy(Proposal, { id: proposalId });
      if (team?.state !== 'agreed') return false;
      const gone = refused.get(challengeId) ?? [];
      const here = [...Object.values(before), ...Object.values(seats)].filter((peer) => peer !== null);
      if (here.some((peer) => gone.includes(peer))) return false;
      const { firstDay, days } = team;
      const barred = await this.questions.barred(tx, { challengeId, seats, firstDay, days });
      const stays = new Set(Object.values(before));
      const busy = (peer: string): boolean => movers.includes(peer) || stays.has(peer);
      const left = [
        ...whateverTheDays(barred.filter(({ peerId }) => busy(peerId))),
        ...barred.filter(({ peerId }) => !busy(peerId)),
      ];
      if (left.length > 0) return false;
    }
    return true;
  }
}

const STATES: Record<ChainEnd, Extract<ChainState, 'done' | 'refused' | 'past'>> = {
  done: 'done',
  refused: 'refused',
  late: 'past',
  changed: 'past',
};
