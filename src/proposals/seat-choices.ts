import { In, type DataSource } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import { NONE } from '../matching/problem/pool.js';
import type { Question } from '../matching/problem/question.js';
import { alternatives } from '../matching/reasons/alternatives.js';
import type { Bar } from '../matching/rules/rules.js';
import { Peer } from '../peers/peer.entity.js';
import type { Words } from '../policy/words.js';
import { showMember, type ShownMember } from './comparison.js';
import type { Proposal } from './proposal.entity.js';

/** Somebody else for a seat. */
export interface SeatChoice {
  member: ShownMember;
  change: number;
  /** Why not, in words; empty where they may serve. */
  bars: string;
}

const SHOWN = 10;

export const BAR_WORDS: Record<Bar, string> = {
  position: 'does not hold the position',
  party: 'of the wrong party for this seat',
  skill: 'lacks the skill that the seat asks',
  ownCouncil: 'from the council itself',
  neighbour: 'from a neighbour of the council',
  conflict: 'has declared a link with the council',
  excluded: 'not accredited, or not to be asked for this one',
  unavailable: 'not free on every day',
  caps: 'has given as much as agreed, or needs the rest',
  sameTeam: 'from the same council as another of the team',
};

const OF_MANY: Record<Bar, string> = {
  position: 'hold other positions',
  party: 'are of the wrong party for this seat',
  skill: 'lack the skill that the seat asks',
  ownCouncil: 'are from the council itself',
  neighbour: 'are from a neighbour of the council',
  conflict: 'have declared a link with the council',
  excluded: 'are not accredited, or not to be asked for this one',
  unavailable: 'are not free on every day',
  caps: 'have given as much as agreed, or need the rest',
  sameTeam: 'are from the same council as another of the team',
};

/** Where those fell who cannot hold a seat: "19 are from a neighbour of the council". */
export const fallWords = (falls: readonly { bar: string; peers: number }[]): string[] =>
  falls
    .filter(({ peers }) => peers > 0)
    .map(({ bar, peers }) => (peers === 1 ? `1: ${BAR_WORDS[bar as Bar]}` : `${peers.toLocaleString('en-GB')} ${OF_MANY[bar as Bar]}`));

/** What would fill a seat, from the engine's "position dass too and finance level 4 → 3", as people say it. */
export function relaxationWords(change: string, words: Words): string {
  return change
    .split(' and ')
    .map((part) => changeWords(part, words))
    .join(', and ');
}

function changeWords(part: string, words: Words): string {
  const [, position] = /^position (\S+) too$/.exec(part) ?? [];
  if (position) return `${words.part(position)} allowed too`;
  const [, skill = '', from = '', to = ''] = /^(\S+) level (\d) → (\d|none)$/.exec(part) ?? [];
  if (skill)
    return to === 'none' ? `without ${words.skill(skill).toLowerCase()}` : `${words.skill(skill).toLowerCase()} ${to} instead of ${from}`;
  const [, days, fewer] = /^window \S+ one day shorter, (\d+) → (\d+)$/.exec(part) ?? [];
  return days && fewer ? `one of the windows with ${fewer} days instead of ${days}` : part;
}

/** Who else could hold a seat of a team, best first, with what each would change. */
export async function seatChoices(
  source: DataSource,
  question: Question,
  proposal: Proposal,
  seat: string,
  words: Words,
): Promise<SeatChoice[]> {
  const window = question.challenge.windows.findIndex(({ id }) => id === proposal.windowId);
  if (window < 0) return [];
  const team = question.challenge.seats.map(({ id }) => question.pool.find(proposal.seats[id] ?? '') ?? NONE);
  const s = question.challenge.seats.findIndex(({ id }) => id === seat);
  const others = alternatives(question, team, window, s, SHOWN);
  const ids = others.map(({ p }) => question.pool.peers[p]?.id ?? '');
  const peers = await source.manager.find(Peer, { where: { id: In(ids) }, relations: { council: true } });
  const host = await source.manager.findOneByOrFail(Council, { id: question.challenge.council });
  return others.flatMap(({ p, change, bars }) => {
    const peer = peers.find(({ id }) => id === question.pool.peers[p]?.id);
    return peer ? [{ member: showMember(peer, host, words), change, bars: bars.map((bar) => BAR_WORDS[bar]).join('; ') }] : [];
  });
}
