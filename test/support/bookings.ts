import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { addDays } from '../../src/calendar/dates.js';
import { Challenge } from '../../src/challenges/challenge.entity.js';
import { Council } from '../../src/councils/council.entity.js';
import { Random } from '../../src/matching/problem/random.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { FIRST_KINDS } from '../../src/kinds/first-kinds.js';
import { Proposal } from '../../src/proposals/proposal.entity.js';
import { TeamRequest } from '../../src/proposals/team-request.entity.js';

/** Challenges with agreed and approved teams of the given peers, as if chosen by advisers who did not know of each other. */
export async function agreedTeams(
  source: DataSource,
  teams: { peers: string[]; firstDay: string }[],
): Promise<string[]> {
  const councils = await source.manager.find(Council, { where: { body: 'council' }, order: { code: 'ASC' } });
  const ids = teams.map(() => ({ challenge: randomUUID(), request: randomUUID() }));
  const rows = teams.map(({ peers, firstDay }, n) => ({
    peers,
    firstDay,
    ...(ids[n] ?? { challenge: '', request: '' }),
    councilId: councils[n % councils.length]?.id ?? '',
  }));
  await source.manager.insert(
    Challenge,
    rows.map(({ challenge, councilId, firstDay }) => ({
      id: challenge,
      councilId,
      kind: 'finance',
      state: 'team_agreed' as const,
      focus: '',
      contacts: [],
      seats: FIRST_KINDS.finance?.seats ?? [],
      coverage: [],
      windows: [{ id: 'w1', start: firstDay, days: 3, penalty: 0 }],
      excluded: [],
      waived: [],
      firstDay,
      lastDay: addDays(firstDay, 2),
    })),
  );
  await source.manager.insert(
    TeamRequest,
    rows.map(({ challenge, request }) => ({
      id: request,
      challengeId: challenge,
      cause: 'request' as const,
      pins: { seats: {} },
      without: [],
      state: 'done' as const,
      phase: 'done',
      blocked: [],
      actor: 'test',
    })),
  );
  await source.manager.insert(
    Proposal,
    rows.map(({ challenge, request, firstDay, peers }) => ({
      requestId: request,
      challengeId: challenge,
      rank: 1,
      score: 0,
      windowId: 'w1',
      firstDay,
      days: 3,
      seats: Object.fromEntries(peers.map((peer, seat) => [`seat-${String(seat)}`, peer])),
      terms: [],
      reasons: { seats: [], team: [] },
      state: 'agreed' as const,
      approvals: [{ by: 'council' as const, actor: 'test', at: new Date().toISOString() }],
    })),
  );
  return rows.map(({ challenge }) => challenge);
}

export async function somePeers(source: DataSource, count: number, restDays: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await source.manager.insert(
    Peer,
    ids.map((id, n) => ({
      id,
      name: `Peer ${String(n)}`,
      class: 'officer' as const,
      positions: ['s151'],
      availability: { patterns: [], ranges: [], confirmedOn: null },
      maxChallenges: 100,
      maxDays: 366,
      restDays,
    })),
  );
  return ids;
}

export function drawTeams(
  random: Random,
  peers: string[],
  count: number,
  size: number,
): { peers: string[]; firstDay: string }[] {
  return Array.from({ length: count }, () => {
    const drawn = peers.map((peer) => ({ peer, at: random.next() })).sort((a, b) => a.at - b.at);
    return {
      peers: drawn.slice(0, size).map(({ peer }) => peer),
      firstDay: addDays('2027-06-01', random.int(0, 6)),
    };
  });
}

/** Live bookings of one peer that share a day, rest included: there must be none. */
export async function overlapping(source: DataSource): Promise<number> {
  const [row] = await source.query<{ count: string }[]>(
    `SELECT count(*) FROM bookings a JOIN bookings b ON a.peer_id = b.peer_id AND a.id < b.id AND a.days && b.days WHERE a.live AND b.live`,
  );
  return Number(row?.count);
}

/** Challenges with some of their seats held and some not: there must be none. */
export async function partial(source: DataSource, challenges: string[], size: number): Promise<number> {
  const rows = await source.query<{ n: string }[]>(
    `SELECT count(*) AS n FROM bookings WHERE live AND challenge_id = ANY($1) GROUP BY challenge_id`,
    [challenges],
  );
  return rows.filter(({ n }) => Number(n) !== size).length;
}
