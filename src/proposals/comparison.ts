import { In, type EntityManager } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import { Council } from '../councils/council.entity.js';
import { councilType, signed, upperFirst, withinSentence } from '../english/words.js';
import { seatLabelWithDays } from '../kinds/presence.js';
import { seatLabel } from '../kinds/seats.js';
import type { Words } from '../kinds/words.js';
import { whyWords } from '../matching/reasons/words.js';
import type { Role } from '../people/permissions.js';
import { balanceOf, type BalancePart } from './balance.js';
import { reasonFor } from './reasons-shown.js';
import { distanceKm, KM_IN_A_MILE, type Term } from '../matching/rules/score.js';
import { Peer } from '../peers/peer.entity.js';
import type { Proposal } from './proposal.entity.js';

/** Somebody in a seat, as an adviser compares them. */
export interface ShownMember {
  id: string;
  name: string;
  /** Null for all but councillors, and where the reader may not see it. */
  party: string | null;
  positions: string;
  home: string;
  type: string;
  region: string;
  /** From the host as the crow flies; null where one of both lies nowhere. */
  miles: number | null;
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
  /** Who else is in it in the best team; null where nobody else is. */
  best: string | null;
  why: string;
}

/** A team as it is laid beside others. */
export interface ShownTeam {
  id: string;
  rank: number;
  /** "Team 2", or what it is else. */
  name: string;
  score: number;
  /** Against the best team. */
  difference: number;
  state: Proposal['state'];
  edited: boolean;
  /** The team that it was made from by a change, where that stands beside it; else null. */
  from: string | null;
  firstDay: string;
  lastDay: string;
  seats: ShownSeat[];
  balance: BalancePart[];
  /** Which parts of its balance are as those of the best team, that one apart. */
  asBest: boolean[];
  /** What speaks against it and should be looked at. */
  watch: string[];
  /** What else makes its score lower: how far people travel. */
  minor: string[];
}

/** In whose words, and for whom, teams are shown. */
export interface Reader {
  words: Words;
  /** Whether the reader's role may see the party of a councillor. */
  seesParty: boolean;
  role: Role;
}

/** Teams side by side, in words. `experiencedFrom`: challenges served from which the weights call a peer experienced. */
export async function compare(
  manager: EntityManager,
  challenge: Challenge,
  proposals: Proposal[],
  { experiencedFrom, ...reader }: Reader & { experiencedFrom: number },
): Promise<ShownTeam[]> {
  const known = await membersOf(manager, proposals);
  const host = await manager.findOneByOrFail(Council, { id: challenge.councilId });
  const [best] = proposals;
  const seats = seatsOf(challenge, best);
  const shown = proposals.map((proposal): Omit<ShownTeam, 'asBest'> => {
    const members = seats.flatMap((seat) => {
      const { shadow = false } = challenge.seats.find((one) => one.id === seat) ?? {};
      const peer = shadow ? undefined : known.get(proposal.seats[seat] ?? '');
      return peer ? [peer] : [];
    });
    const { id, rank, score, state, firstDay, lastDay } = proposal;
    const against = proposal.terms.filter(({ points }) => points < 0);
    const said = (terms: Term[]): string[] => terms.map((term) => costWords(term, reader.words));
    return {
      id,
      rank,
      name: nameOf(proposal, proposals),
      score,
      difference: score - (best?.score ?? 0),
      state,
      edited: proposal.editedFrom !== null,
      from: fromOf(proposal, proposals),
      firstDay,
      lastDay,
      seats: seats.map((seat) =>
        showSeat(seat, proposal, best, { known, host, reader, seats: challenge.seats }),
      ),
      balance: balanceOf(members, { challenge, host, words: reader.words, experiencedFrom }),
      watch: said(against.filter(({ term }) => term !== 'distanceMax')),
      minor: said(against.filter(({ term }) => term === 'distanceMax')),
    };
  });
  return shown.map((team) => ({ ...team, asBest: asBest(team.balance, shown[0]?.balance ?? []) }));
}

/** Which parts say the same as those of the best team; none where it is that team itself. */
const asBest = (parts: BalancePart[], best: BalancePart[]): boolean[] =>
  parts.map((part, at) => parts !== best && JSON.stringify(part) === JSON.stringify(best[at]));

/** The name of the team that one was made from. */
function fromOf({ editedFrom }: Proposal, all: Proposal[]): string | null {
  const from = all.find(({ id }) => id === editedFrom);
  return from ? nameOf(from, all) : null;
}

/** Teams that a person changed have no place among those that were found. */
function nameOf(proposal: Proposal, all: Proposal[]): string {
  if (proposal.editedFrom === null) return `Team ${String(proposal.rank)}`;
  // They follow after those, one by one, and keep their number when another one goes.
  const found = all.filter(({ editedFrom }) => editedFrom === null).length;
  return found > 0 ? `Changed team ${String(proposal.rank - found)}` : 'Changed team';
}

/** A scope may have been changed since: a team keeps the seats that it was proposed for, those still asked for first. */
function seatsOf({ seats }: Challenge, best: Proposal | undefined): string[] {
  const held = Object.keys(best?.seats ?? {});
  const asked = seats.map(({ id }) => id).filter((id) => held.includes(id));
  return [...asked, ...held.filter((id) => !asked.includes(id))];
}

function showSeat(
  seat: string,
  proposal: Proposal,
  best: Proposal | undefined,
  {
    known,
    host,
    reader,
    seats,
  }: { known: Map<string, Peer>; host: Council; reader: Reader; seats: Challenge['seats'] },
): ShownTeam['seats'][number] {
  const peer = known.get(proposal.seats[seat] ?? '');
  const reason = proposal.reasons.seats.find((one) => one.seat === seat);
  return {
    seat,
    label: seatLabelWithDays(seats, seat),
    member: peer ? showMember(peer, host, reader) : null,
    reserve: known.get(proposal.reserves[seat] ?? '')?.name ?? null,
    same: proposal !== best && peer !== undefined && best?.seats[seat] === peer.id,
    best: best?.seats[seat] === peer?.id ? null : (known.get(best?.seats[seat] ?? '')?.name ?? null),
    why: reason ? whyWords(reasonFor(reader.role, reason), reader.words) : '',
  };
}

/** Those in the seats of proposals, and their reserves. */
async function membersOf(manager: EntityManager, proposals: Proposal[]): Promise<Map<string, Peer>> {
  const ids = proposals
    .flatMap(({ seats, reserves }) => [...Object.values(seats), ...Object.values(reserves)])
    .filter((id) => id !== null);
  const peers = await manager.find(Peer, {
    where: { id: In([...new Set(ids)]) },
    relations: { council: true },
  });
  return new Map(peers.map((peer) => [peer.id, peer]));
}

export function showMember(peer: Peer, host: Council, { words, seesParty }: Reader): ShownMember {
  const { id, name, party, experience: reviews, council } = peer;
  const [here, there] = [placeOf(host), council ? placeOf(council) : null];
  return {
    id,
    name,
    party: seesParty ? party : null,
    reviews,
    positions: peer.positions.map((position) => words.position(position)).join(', '),
    home: council?.name ?? peer.organisation ?? 'another sector',
    type: council?.type ? councilType(council.type) : 'other sector',
    region: council?.region ?? '',
    miles: here && there ? Math.round(distanceKm(here, there) / KM_IN_A_MILE) : null,
    skills: Object.entries(peer.skills)
      .sort((a, b) => b[1] - a[1])
      .map(([skill, level]) => `${withinSentence(words.skill(skill))} ${String(level)}`)
      .join(', '),
  };
}

const placeOf = ({ latitude: lat, longitude: lon }: Council): { lat: number; lon: number } | null =>
  lat === null || lon === null ? null : { lat, lon };

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
  return `${upperFirst(where + (COSTS[term] ?? term))} (${signed(points)})`;
}
