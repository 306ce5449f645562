import { In, type EntityManager } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import { NONE } from '../matching/problem/pool.js';
import type { Question } from '../matching/problem/question.js';
import { alternatives } from '../matching/reasons/alternatives.js';
import { BAR_WORDS } from '../matching/reasons/words.js';
import { Peer } from '../peers/peer.entity.js';
import { showMember, type Reader, type ShownMember } from './comparison.js';
import { notAgainWords, type NotAgain } from './not-again.service.js';
import type { Proposal } from './proposal.entity.js';

/** Somebody else for a seat. */
export interface SeatChoice {
  member: ShownMember;
  change: number;
  /** Why not, in words; empty where they may serve. */
  bars: string;
  /** Whether they are not offered this challenge again, which the adviser may take back. */
  refused: boolean;
}

const SHOWN = 10;

/** Who else could hold a seat of a team, best first, with what each would change. */
export async function seatChoices(
  manager: EntityManager,
  question: Question,
  { proposal, seat, notAgain }: { proposal: Proposal; seat: string; notAgain: NotAgain[] },
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
    if (!peer) return [];
    const no = notAgain.find(({ peerId }) => peerId === peer.id);
    const words = bars.map((bar) => (bar === 'excluded' && no ? notAgainWords(no) : BAR_WORDS[bar]));
    const member = showMember(peer, host, reader);
    return [{ member, change, bars: words.join('; '), refused: no !== undefined }];
  });
}
