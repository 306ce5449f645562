import { levelIn, NONE } from '../problem/pool.js';
import type { HostBody, Peer, Policy, WaivableTerm } from '../problem/programme.js';
import { countsForTeam, type Question } from '../problem/question.js';

/** One part of a score, in points, negative for a cost; `seat` where it belongs to one. */
export interface Term {
  term: string;
  seat?: string;
  /** The skill of a coverage line. */
  skill?: string;
  points: number;
}

/** A team by seat, in the order of the challenge: peer index or NONE. */
export type Team = readonly number[];

/** The terms that depend on the two councils alone, by the peer's council; distance and region may be waived for a peer. */
export function councilTerms(policy: Policy, challenged: HostBody, home: HostBody): Term[] {
  const sameRegion = challenged.region !== null && challenged.region === home.region;
  const region = { term: 'sameRegion', points: sameRegion ? -policy.sameRegion : 0 };
  if (challenged.type === null || home.type === null) return [region];
  const [small, large] = [
    Math.min(challenged.population, home.population),
    Math.max(challenged.population, home.population),
  ];
  return [
    { term: 'sameType', points: challenged.type === home.type ? policy.sameType : 0 },
    large <= 1.5 * small
      ? { term: 'populationWithin1_5', points: policy.populationWithin1_5 }
      : { term: 'populationWithin2_5', points: large <= 2.5 * small ? policy.populationWithin2_5 : 0 },
    { term: 'ruralMax', points: Math.max(0, policy.ruralMax - Math.abs(challenged.rural - home.rural)) },
    {
      term: 'distanceMax',
      points: -Math.min(policy.distanceMax, Math.floor(distanceKm(challenged, home) / policy.kmPerPoint)),
    },
    region,
  ];
}

const EARTH_RADIUS_KM = 6371.0088;

/** By treaty of 1959. */
export const KM_IN_A_MILE = 1.609344;

/** Great-circle distance in kilometres (haversine, mean radius). */
export function distanceKm(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const rad = Math.PI / 180;
  const h =
    Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 +
    Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Points for skills: depth beyond what the seat asks, and breadth over the coverage lines of the challenge, capped together. */
export function depthPoints(policy: Policy, levelsBeyond: number, coverageLevels: number): number {
  return Math.min(
    policy.depthMax,
    policy.depthPerLevel * levelsBeyond + policy.depthPerNeed * coverageLevels,
  );
}

/** Everything that a peer in a seat adds to the score, zeros included, waived terms left out. */
export function seatTerms(question: Question, seatIndex: number, p: number): Term[] {
  const { pool, challenge, policy } = question;
  const peer = pool.peers[p]!;
  const seat = challenge.seats[seatIndex]!;
  const home = pool.council[p]!;
  const beyond = Object.entries(seat.skills).reduce(
    (sum, [skill, level]) => sum + levelIn(peer.skills, skill) - level,
    0,
  );
  const needs = challenge.coverage.reduce((sum, line) => sum + levelIn(peer.skills, line.skill), 0);
  const waived = question.waived.get(p);
  return [
    ...(home === NONE ? [] : councilTerms(policy, pool.councils[question.council]!, pool.councils[home]!)),
    ...ownTerms(policy, peer),
    { term: 'depthMax', points: depthPoints(policy, beyond, needs) },
  ]
    .filter(({ term }) => !waived?.has(term as WaivableTerm))
    .map(({ term, points }) => ({ term, seat: seat.id, points }));
}

/** The sum of `seatTerms` for many peers of one seat, from columns, with what depends on the home council worked out once. */
export function seatValue(
  question: Question,
  seatIndex: number,
  councilPoints: CouncilPoints,
): (p: number) => number {
  const { pool, challenge, policy } = question;
  const asked = Object.entries(challenge.seats[seatIndex]!.skills);
  const askedColumns = asked.map(([skill]) => pool.levels(skill));
  const needColumns = challenge.coverage.map(({ skill }) => pool.levels(skill));
  const askedSum = asked.reduce((sum, [, level]) => sum + level, 0);
  return (p) => {
    if (question.waived.has(p)) return total(seatTerms(question, seatIndex, p));
    let [beyond, needs] = [-askedSum, 0];
    for (const column of askedColumns) beyond += column[p]!;
    for (const column of needColumns) needs += column[p]!;
    return councilPoints.of(p) + depthPoints(policy, beyond, needs);
  };
}

/** What a peer brings to any seat of one challenge, but for the depth of skills; by home council and by peer, on demand. */
export class CouncilPoints {
  private readonly byCouncil: (number | undefined)[];

  constructor(private readonly question: Question) {
    this.byCouncil = new Array<number | undefined>(question.pool.councils.length);
  }

  of(p: number): number {
    const { pool, policy } = this.question;
    // The sum of ownTerms, from columns.
    const own = policy.base + pool.rating[p]! - policy.recent * pool.recent[p]! - (policy.repeat[0] ?? 0);
    const home = pool.council[p]!;
    if (home === NONE) return own;
    return (
      own +
      (this.byCouncil[home] ??= total(
        councilTerms(policy, pool.councils[this.question.council]!, pool.councils[home]!),
      ))
    );
  }
}

function ownTerms(policy: Policy, peer: Peer): Term[] {
  return [
    { term: 'base', points: policy.base },
    { term: 'rating', points: peer.rating },
    { term: 'recent', points: -policy.recent * peer.recent },
    { term: 'repeat', points: -(policy.repeat[0] ?? 0) },
  ];
}

/** What the team as a whole adds: empty seats, regions, newcomers, experience, coverage, the window's penalty. Zeros included. */
export function teamTerms(question: Question, team: Team, penalty: number): Term[] {
  const { pool, challenge, policy } = question;
  const counted = challenge.seats.flatMap((seat, s) =>
    countsForTeam(seat) && team[s] !== NONE ? [team[s]!] : [],
  );
  const regions = new Set(counted.map((p) => pool.region[p]!).filter((region) => region !== NONE)).size;
  const reviews = counted.map((p) => pool.peers[p]!.reviews);
  const novices = reviews.filter((count) => count === 0).length;
  const experienced = reviews.filter((count) => count >= policy.experiencedFrom).length;
  return [
    ...challenge.seats.map((seat, s) => ({
      term: 'unfilled',
      seat: seat.id,
      points: countsForTeam(seat) && team[s] === NONE ? -policy.unfilled : 0,
    })),
    { term: 'extraRegion', points: policy.extraRegion * Math.max(0, regions - 1) },
    { term: 'extraNovice', points: -policy.extraNovice * Math.max(0, novices - 1) },
    {
      term: 'missingExperienced',
      points: -policy.missingExperienced * Math.max(0, policy.experiencedWanted - experienced),
    },
    ...challenge.coverage.map(({ skill, level, peers }) => {
      const able = counted.filter((p) => levelIn(pool.peers[p]!.skills, skill) >= level).length;
      return { term: 'uncovered', skill, points: -policy.uncovered * Math.max(0, peers - able) };
    }),
    { term: 'penalty', points: -penalty },
  ];
}

/** The terms of a team that are not zero; their sum is its score. */
export function termsOf(question: Question, team: Team, penalty: number): Term[] {
  const seats = team.flatMap((p, s) => (p === NONE ? [] : seatTerms(question, s, p)));
  return [...seats, ...teamTerms(question, team, penalty)].filter(({ points }) => points !== 0);
}

export function total(terms: readonly Term[]): number {
  return terms.reduce((sum, { points }) => sum + points, 0);
}
