import { In, type EntityManager } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import { NONE } from '../matching/problem/pool.js';
import type { Question } from '../matching/problem/question.js';
import { alternatives } from '../matching/reasons/alternatives.js';
import { BAR_WORDS } from '../matching/reasons/words.js';
import { Peer } from '../peers/peer.entity.js';
import { showMember, type Reader, type ShownMember } from './comparison.js';
import type { Proposal } from './proposal.entity.js';

/** Somebody else for a seat. */
export interface SeatChoice {
  member: ShownMember;
  change: number;
  /** Why not, in words; empty where they may serve. */
  bars: string;
}

const SHOWN = 10;

/** Who else could hold a seat of a team, best first, with what each would change. */
export async function seatChoices(
  manager: EntityManager,
  question: Question,
  { proposal, seat }: { proposal: Proposal; seat: string },
  reader: Reader,
): Promise<SeatChoice[]> {
  const window = question.challenge.windows.findIndex(({ id }) => id === proposal.windowId);
  if (window < 0) return [];
  const team = question.challenge.seats.map(({ id }) => question.pool.find(proposal.seats[id] ?? '') ?? NONE);
  const s = question.challenge.seats.findIndex(({ id }) => id === seat);
  const others = alternatives(question, team, window, s, SHOWN);
  const ids = others.map(({ p }) => question.pool.peers[p]?.id ?? '');
  const peers = await manager.find(Peer, { where: { id: In(ids) }, relations: { council: true } });
  const host = await manager.findOneByOrFail(Council, { id: question.challenge.council });
  return others.flatMap(({ p, change, bars }) => {
    const peer = peers.find(({ id }) => id === question.pool.peers[p]?.id);
    return peer
      ? [
          {
            member: showMember(peer, host, reader),
            change,
            bars: bars.map((bar) => BAR_WORDS[bar]).join('; '),
          },
        ]
      : [];
  });
}
