import type {
  Challenge,
  Council,
  Peer,
  Programme,
  Seat,
  Window,
} from '../../src/matching/problem/programme.js';

/**
 * The contract once more, written apart from the engine on purpose and as plainly as possible: every team of a small pool, each
 * held against section 3 and worth what section 4 says. Slow.
 */
export interface OracleTeam {
  window: string;
  seats: Record<string, string | null>;
  score: number;
  peers: string[];
}

export function everyBestTeam(programme: Programme, challenge: Challenge, top: number): OracleTeam[] {
  const all = everyTeam(programme, challenge);
  const chosen: OracleTeam[] = [];
  while (chosen.length < top) {
    let best: OracleTeam | undefined;
    for (const team of all) {
      const different = chosen.every(
        (better) => team.peers.filter((id) => !better.peers.includes(id)).length >= 2,
      );
      // The teams come in the order of ties, so that only a higher score displaces one.
      if (different && (!best || team.score > best.score)) best = team;
    }
    if (!best) return chosen;
    chosen.push(best);
  }
  return chosen;
}

/** Every team that keeps the rules, by window, then seat by seat in the order of the file, empty last. */
export function everyTeam(programme: Programme, challenge: Challenge): OracleTeam[] {
  const commitments = programme.commitments.filter((commitment) => commitment.challenge === challenge.id);
  const teams: OracleTeam[] = [];
  for (const window of challenge.windows) {
    if (commitments.some((commitment) => commitment.window !== undefined && commitment.window !== window.id))
      continue;
    const options = challenge.seats.map((seat) => {
      const pinned = commitments
        .map((commitment) => commitment.seats?.[seat.id])
        .find((peer) => peer !== undefined);
      const able = programme.peers.filter((peer) => maySit(programme, challenge, seat, window, peer));
      if (pinned === undefined) return [...able, null];
      return pinned === null ? [null] : able.filter((peer) => peer.id === pinned);
    });
    const walk = (chosen: (Peer | null)[]): void => {
      const choices = options[chosen.length];
      if (!choices) {
        teams.push(worth(programme, challenge, window, chosen));
        return;
      }
      for (const peer of choices) {
        const clash = chosen.some((other) => other && peer && clashes(programme, other, peer));
        if (!clash) walk([...chosen, peer]);
      }
    };
    walk([]);
  }
  return teams;
}

const councilOf = (programme: Programme, id: string | null): Council | undefined =>
  programme.councils.find((council): council is Council => council.id === id && council.type !== null);

/** Whatever bodies are somebody's. */
const bodiesOf = (peer: Peer): string[] => [
  ...(peer.council === null ? [] : [peer.council]),
  ...(peer.homes ?? []),
];

/** A body and what is one house with it. */
const houseOf = (programme: Programme, id: string): string[] => [
  id,
  ...(programme.councils.find((council) => council.id === id)?.kin ?? []),
];

const clashes = (programme: Programme, one: Peer, other: Peer): boolean =>
  one.id === other.id ||
  bodiesOf(one).some((a) => bodiesOf(other).some((b) => houseOf(programme, a).includes(b)));

const day = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;

function maySit(programme: Programme, challenge: Challenge, seat: Seat, window: Window, peer: Peer): boolean {
  const host = councilOf(programme, challenge.council);
  if (!host) throw new Error('no council');
  if (!seat.positions.some((position) => peer.positions.includes(position))) return false;
  if (seat.party !== 'any') {
    if (peer.class !== 'member') return false;
    if (host.leading !== null) {
      if (seat.party === 'leading' && peer.party !== host.leading) return false;
      if (seat.party === 'other' && peer.party === host.leading) return false;
    }
  }
  for (const skill in seat.skills) if ((peer.skills[skill] ?? 0) < (seat.skills[skill] ?? 0)) return false;
  const own = houseOf(programme, host.id);
  for (const body of bodiesOf(peer)) {
    if (own.includes(body)) return false;
    if (houseOf(programme, body).some((one) => host.neighbours.includes(one))) return false;
  }
  if (peer.conflicts.some((id) => own.includes(id))) return false;
  if (peer.kinds && !peer.kinds.includes(challenge.kind)) return false;
  if (challenge.excluded?.includes(peer.id)) return false;
  if (seat.offSite) return true;
  const { from, to } = seat.presence ?? { from: 1, to: null };
  const begins = Math.min(from, window.days);
  const start = day(window.start) + begins - 1;
  const end = day(window.start) + Math.max(begins, Math.min(to ?? window.days, window.days)) - 1;
  if (peer.unavailable.some(([from, to]) => day(from) <= end && start <= day(to))) return false;
  let [challenges, days] = [1, end - start + 1];
  for (const other of programme.challenges) {
    const held = programme.commitments.filter((c) => c.challenge === other.id);
    if (other.id === challenge.id || !held.some((c) => Object.values(c.seats ?? {}).includes(peer.id)))
      continue;
    challenges += 1;
    const at = other.windows.find(({ id }) => held.some((c) => c.window === id));
    if (!at) continue;
    days += at.days;
    const [from, to] = [day(at.start), day(at.start) + at.days - 1];
    const gap = from > end ? from - end - 1 : start - to - 1;
    if ((from <= end && start <= to) || gap < peer.restDays) return false;
  }
  return challenges <= peer.maxChallenges && days <= peer.maxDays;
}

function worth(
  programme: Programme,
  challenge: Challenge,
  window: Window,
  chosen: (Peer | null)[],
): OracleTeam {
  const w = { ...programme.policy, ...challenge.policy };
  const host = councilOf(programme, challenge.council);
  if (!host) throw new Error('no council');
  let score = 0 - window.penalty;
  const counted: Peer[] = [];
  challenge.seats.forEach((seat, s) => {
    const peer = chosen[s] ?? null;
    if (!peer) {
      if (!seat.shadow) score -= w.unfilled;
      return;
    }
    if (!seat.shadow) counted.push(peer);
    const waives = (term: string): boolean =>
      challenge.waived?.some((one) => one.peer === peer.id && one.term === term) ?? false;
    score += w.base + peer.rating - (w.repeat[0] ?? 0);
    if (!waives('recent')) score -= w.recent * peer.recent;
    let depth = 0;
    for (const skill in seat.skills)
      depth += w.depthPerLevel * ((peer.skills[skill] ?? 0) - (seat.skills[skill] ?? 0));
    for (const line of challenge.coverage) depth += w.depthPerNeed * (peer.skills[line.skill] ?? 0);
    score += Math.min(w.depthMax, depth);
    const home = councilOf(programme, peer.council);
    if (!home) return;
    if (home.type === host.type) score += w.sameType;
    const ratio = Math.max(home.population, host.population) / Math.min(home.population, host.population);
    score += ratio <= 1.5 ? w.populationWithin1_5 : ratio <= 2.5 ? w.populationWithin2_5 : 0;
    score += Math.max(0, w.ruralMax - Math.abs(home.rural - host.rural));
    if (!waives('distanceMax'))
      score -= Math.min(w.distanceMax, Math.floor(kilometres(home, host) / w.kmPerPoint));
    if (!waives('sameRegion') && home.region === host.region) score -= w.sameRegion;
  });
  const regions = new Set(counted.flatMap((peer) => councilOf(programme, peer.council)?.region ?? []));
  if (regions.size > 0) score += w.extraRegion * (regions.size - 1);
  const novices = counted.filter((peer) => peer.reviews === 0).length;
  if (novices > 1) score -= w.extraNovice * (novices - 1);
  const experienced = counted.filter((peer) => peer.reviews >= w.experiencedFrom).length;
  if (experienced < w.experiencedWanted) score -= w.missingExperienced * (w.experiencedWanted - experienced);
  for (const line of challenge.coverage) {
    const able = counted.filter((peer) => (peer.skills[line.skill] ?? 0) >= line.level).length;
    if (able < line.peers) score -= w.uncovered * (line.peers - able);
  }
  const seats = Object.fromEntries(challenge.seats.map(({ id }, s) => [id, chosen[s]?.id ?? null]));
  return { window: window.id, seats, score, peers: chosen.flatMap((peer) => peer?.id ?? []) };
}

/** The angle between two points by the vectors to them, times the radius of the earth. */
function kilometres(a: Council, b: Council): number {
  const vector = ({ lat, lon }: Council): [number, number, number] => {
    const [phi, lambda] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180];
    return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
  };
  const [[x1, y1, z1], [x2, y2, z2]] = [vector(a), vector(b)];
  const cross = Math.hypot(y1 * z2 - z1 * y2, z1 * x2 - x1 * z2, x1 * y2 - y1 * x2);
  return 6371.0088 * Math.atan2(cross, x1 * x2 + y1 * y2 + z1 * z2);
}

export interface OraclePlan {
  score: number;
  assignments: { challenge: string; window: string | null; seats: Record<string, string | null> }[];
}

/** The best plan for all challenges by trying everything, or null where that is more than `most` combinations. */
export function bestPlan(programme: Programme, most: number): OraclePlan | null {
  const alone: Programme = { ...programme, policy: { ...programme.policy, repeat: [] } };
  const options = programme.challenges.map((challenge) => {
    const own = programme.commitments.filter((commitment) => commitment.challenge === challenge.id);
    const teams = everyTeam({ ...alone, commitments: own }, challenge).map(({ window, seats, score }) => ({
      window: window,
      seats,
      score,
    }));
    const needsWindow = own.some(
      (one) => one.window !== undefined || Object.values(one.seats ?? {}).some((peer) => peer !== null),
    );
    return needsWindow
      ? teams
      : [
          ...teams,
          { window: null, seats: emptySeats(challenge), score: worthOfNothing(programme, challenge) },
        ];
  });
  if (options.reduce((product, list) => product * list.length, 1) > most) return null;
  let best: OraclePlan | null = null;
  const chosen: {
    challenge: Challenge;
    window: string | null;
    seats: Record<string, string | null>;
    score: number;
  }[] = [];
  const walk = (): void => {
    const challenge = programme.challenges[chosen.length];
    if (!challenge) {
      const score = chosen.reduce((sum, one) => sum + one.score, 0) - repeats(programme, chosen);
      if (!best || score > best.score)
        best = {
          score,
          assignments: chosen.map((one) => ({
            challenge: one.challenge.id,
            window: one.window,
            seats: one.seats,
          })),
        };
      return;
    }
    for (const option of options[chosen.length] ?? []) {
      chosen.push({ challenge, ...option });
      if (programme.peers.every((peer) => keepsLimits(peer, chosen))) walk();
      chosen.pop();
    }
  };
  walk();
  return best;
}

interface Served {
  challenge: Challenge;
  window: string | null;
  seats: Record<string, string | null>;
}

/** Whether a peer may serve in all the challenges that these assignments give them. */
export function keepsLimits(peer: Peer, assignments: Served[]): boolean {
  const stays = assignments
    .filter(({ seats }) => Object.values(seats).includes(peer.id))
    .flatMap(({ challenge, window }) => challenge.windows.filter(({ id }) => id === window))
    .map(({ start, days }) => ({ first: day(start), last: day(start) + days - 1, days }))
    .sort((a, b) => a.first - b.first);
  const rested = stays.every(
    (stay, i) => i === 0 || stay.first - (stays[i - 1]?.last ?? 0) - 1 >= peer.restDays,
  );
  return (
    rested &&
    stays.length <= peer.maxChallenges &&
    stays.reduce((sum, { days }) => sum + days, 0) <= peer.maxDays
  );
}

function repeats({ peers, policy: { repeat } }: Programme, assignments: Served[]): number {
  let cost = 0;
  for (const peer of peers) {
    const count = assignments.filter(({ seats }) => Object.values(seats).includes(peer.id)).length;
    for (let n = 0; n < count; n++) cost += repeat[Math.min(n, repeat.length - 1)] ?? 0;
  }
  return cost;
}

function emptySeats({ seats }: Challenge): Record<string, string | null> {
  return Object.fromEntries(seats.map(({ id }) => [id, null]));
}

function worthOfNothing(programme: Programme, challenge: Challenge): number {
  const w = { ...programme.policy, ...challenge.policy };
  const seats = challenge.seats.filter(({ shadow }) => !shadow).length;
  return (
    0 -
    seats * w.unfilled -
    w.experiencedWanted * w.missingExperienced -
    challenge.coverage.reduce((sum, { peers }) => sum + peers * w.uncovered, 0)
  );
}
