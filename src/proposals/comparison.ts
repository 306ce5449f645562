import { In, type DataSource } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import { seatLabel } from '../challenges/seat-words.js';
import { Council } from '../councils/council.entity.js';
import { distanceKm, type Term } from '../matching/rules/score.js';
import { Peer } from '../peers/peer.entity.js';
import type { Words } from '../policy/words.js';
import type { Proposal } from './proposal.entity.js';

/** Somebody in a seat, as an adviser compares them. */
export interface ShownMember {
  id: string;
  name: string;
  party: string | null;
  positions: string;
  home: string;
  type: string;
  region: string;
  km: number | null;
  reviews: number;
  skills: string;
}

export interface ShownSeat {
  seat: string;
  label: string;
  member: ShownMember | null;
  reserve: string | null;
  /** The same person as in the best team. */
  same: boolean;
  why: string;
}

/** A team as it is laid beside others. */
export interface ShownTeam {
  id: string;
  rank: number;
  score: number;
  /** Against the best team. */
  difference: number;
  state: Proposal['state'];
  edited: boolean;
  firstDay: string;
  lastDay: string;
  seats: ShownSeat[];
  balance: string[];
  watch: string[];
}

/** Teams side by side, in words. */
export async function compare(source: DataSource, challenge: Challenge, proposals: Proposal[], words: Words): Promise<ShownTeam[]> {
  const ids = proposals.flatMap(({ seats, reserves }) => [...Object.values(seats), ...Object.values(reserves)]).filter((id) => id !== null);
  const peers = await source.manager.find(Peer, { where: { id: In([...new Set(ids)]) }, relations: { council: true } });
  const known = new Map(peers.map((peer) => [peer.id, peer]));
  const host = await source.manager.findOneByOrFail(Council, { id: challenge.councilId });
  const [best] = proposals;
  return proposals.map((proposal) => {
    const members = challenge.seats.flatMap(({ id, shadow }) => {
      const peer = shadow ? undefined : known.get(proposal.seats[id] ?? '');
      return peer ? [peer] : [];
    });
    return {
      id: proposal.id,
      rank: proposal.rank,
      score: proposal.score,
      difference: proposal.score - (best?.score ?? 0),
      state: proposal.state,
      edited: proposal.editedFrom !== null,
      firstDay: proposal.firstDay,
      lastDay: proposal.lastDay,
      seats: challenge.seats.map(({ id }) => {
        const peer = known.get(proposal.seats[id] ?? '');
        return {
          seat: id,
          label: seatLabel(id),
          member: peer ? showMember(peer, host, words) : null,
          reserve: known.get(proposal.reserves[id] ?? '')?.name ?? null,
          same: proposal !== best && peer !== undefined && best?.seats[id] === peer.id,
          why: whyOf(proposal.reasons, id, words),
        };
      }),
      balance: balanceOf(challenge, host, members, words),
      watch: proposal.terms.filter(({ points }) => points < 0).map((term) => costWords(term, words)),
    };
  });
}

export function showMember(peer: Peer, host: Council, words: Words): ShownMember {
  const { id, name, party, reviews, council } = peer;
  const placed = council?.latitude !== null && council?.longitude !== null && host.latitude !== null && host.longitude !== null;
  return {
    id,
    name,
    party,
    reviews,
    positions: peer.positions.map((position) => words.position(position)).join(', '),
    home: council?.name ?? peer.organisation ?? 'another sector',
    type: council?.type?.replace('_', ' ') ?? 'other sector',
    region: council?.region ?? '',
    km:
      council && placed
        ? Math.round(
            distanceKm({ lat: host.latitude ?? 0, lon: host.longitude ?? 0 }, { lat: council.latitude ?? 0, lon: council.longitude ?? 0 }),
          )
        : null,
    skills: Object.entries(peer.skills)
      .sort((a, b) => b[1] - a[1])
      .map(([skill, level]) => `${words.skill(skill).toLowerCase()} ${String(level)}`)
      .join(', '),
  };
}

function whyOf(reasons: string[], seat: string, words: Words): string {
  const reason = reasons.find((one) => one.startsWith(`${seat}: `))?.slice(seat.length + 2) ?? '';
  const [about = '', ...rest] = reason.split('. For: ');
  const said = about.split(', ').map(words.part).join(', ');
  return [said.charAt(0).toUpperCase() + said.slice(1), ...rest]
    .join('. For: ')
    .replace(/Next best: ([a-z0-9-]+),/, (_, id: string) => `Next best: ${words.part(id)},`);
}

function balanceOf(challenge: Challenge, host: Council, members: Peer[], words: Words): string[] {
  const count = (is: (peer: Peer) => boolean): number => members.filter(is).length;
  const regions = new Set(members.flatMap(({ council }) => council?.region ?? [])).size;
  const others = count((peer) => peer.class === 'other');
  const covered = challenge.coverage.map(({ skill, level, peers }) => {
    const able = count((peer) => (peer.skills[skill] ?? 0) >= level);
    return `${words.skill(skill).toLowerCase()} ${String(able)} of ${String(peers)}`;
  });
  return [
    `${amount(
      count((peer) => peer.class === 'member'),
      'member',
    )}, ${amount(
      count((peer) => peer.class === 'officer'),
      'officer',
    )}${others > 0 ? `, ${amount(others, 'other')}` : ''}`,
    amount(regions, 'region'),
    `${String(count(({ council }) => council?.type === host.type))} of ${String(members.length)} from the same type of council`,
    `${amount(
      count(({ reviews }) => reviews === 0),
      'first-timer',
    )}, ${String(count(({ reviews }) => reviews >= 3))} experienced`,
    ...(covered.length > 0 ? [`skills covered: ${covered.join(', ')}`] : []),
  ];
}

const amount = (n: number, what: string): string => `${String(n)} ${what}${n === 1 ? '' : 's'}`;

const COSTS: Record<string, string> = {
  distanceMax: 'travel',
  recent: 'used in the last twelve months',
  sameRegion: 'same region as the council',
  repeat: 'one of several this year',
  unfilled: 'left empty',
  extraNovice: 'more than one first-timer',
  missingExperienced: 'too few experienced peers',
  uncovered: 'held by too few',
  penalty: 'the window is not the best one',
};

function costWords({ term, seat, skill, points }: Term, words: Words): string {
  const where = seat ? `${seatLabel(seat)}: ` : skill ? `${words.skill(skill)} ` : '';
  return `${where}${COSTS[term] ?? term} (−${String(-points)})`;
}
