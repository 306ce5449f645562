import type { EntityManager } from 'typeorm';
import { addDays, lastDay, toDayNumber, type DateRange } from '../calendar/dates.js';
import { preElectionPeriods, type ElectionCycle } from '../calendar/elections.js';
import { programmeYear, programmeYearRange } from '../calendar/programme-year.js';
import type { CalendarRules } from '../calendar/window-rules.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { CouncilLink } from '../councils/council-link.entity.js';
import { Council } from '../councils/council.entity.js';
import { NONE, Pool } from '../matching/problem/pool.js';
import type * as matching from '../matching/problem/programme.js';
import { ask, type Question } from '../matching/problem/question.js';
import type { Pins } from '../matching/rules/pins.js';
import { busyRanges } from '../peers/availability.js';
import { Peer } from '../peers/peer.entity.js';
import type { Kind } from '../policy/content.js';
import type { RequestPins } from './team-request.entity.js';

/** Days around the windows within which other visits matter for rest. */
const AROUND_DAYS = 120;

/** Policy as the problem needs it. */
export interface ProblemPolicy {
  weights: matching.Policy;
  kind: Kind;
  calendar: CalendarRules;
}

/** Weights that have no meaning for a host body without the facts of a council. */
const NO_LIKENESS = { sameType: 0, populationWithin1_5: 0, populationWithin2_5: 0, ruralMax: 0, distanceMax: 0 };

/** Rows of the database that make a problem; `peers` are the active ones, in the order that breaks ties. */
export interface ProblemRows {
  councils: Council[];
  links: Pick<CouncilLink, 'councilId' | 'otherId'>[];
  peers: PoolPeer[];
  served: Served[];
}

export interface Served {
  peerId: string;
  challengeId: string;
  firstDay: string;
  lastDay: string;
}

/**
 * Makes the rows of one challenge and the whole active pool into a question for the engine. Peers who refuse the region, are not
 * released for all windows, or declined before are excluded; a member's own pre-election periods count as busy.
 */
export async function loadProblem(
  tx: EntityManager,
  challenge: Challenge,
  policy: ProblemPolicy,
  without: readonly string[],
  among: Among | null = null,
): Promise<Question> {
  const councils = await tx.find(Council, { order: { code: 'ASC' } });
  const links = await tx.findBy(CouncilLink, { relation: 'neighbour', councilId: challenge.councilId });
  const peers = await loadPool(tx, among);
  const served = await tx.query<Served[]>(
    `SELECT peer_id AS "peerId", challenge_id AS "challengeId", first_day::text AS "firstDay", last_day::text AS "lastDay" FROM bookings WHERE live AND challenge_id <> $1 AND last_day >= $2`,
    [challenge.id, addDays(calendarOf(challenge).from, -365)],
  );
  return questionFrom(challenge, policy, { councils, links, peers, served }, without);
}

/** What of a peer makes the problem. */
export type PoolPeer = Pick<
  Peer,
  | 'id'
  | 'class'
  | 'party'
  | 'councilId'
  | 'positions'
  | 'skills'
  | 'accreditations'
  | 'conflicts'
  | 'availability'
  | 'refusedRegions'
  | 'releasedUntil'
  | 'reviews'
  | 'rating'
  | 'maxChallenges'
  | 'maxDays'
  | 'restDays'
>;

/** A part of the pool, where the question is about some seats and people only. */
export interface Among {
  positions: string[];
  ids: string[];
}

/** The active pool, in the order that breaks ties. Read as plain rows: thousands of entities cost more than the search itself. */
function loadPool(tx: EntityManager, among: Among | null): Promise<PoolPeer[]> {
  return tx.query<PoolPeer[]>(
    `SELECT id, class, party, council_id AS "councilId", positions, skills, accreditations, conflicts, availability,
       refused_regions AS "refusedRegions", released_until::text AS "releasedUntil", reviews, rating,
       max_challenges AS "maxChallenges", max_days AS "maxDays", rest_days AS "restDays"
     FROM peers WHERE state = 'active' AND ($1::text[] IS NULL OR positions && $1 OR id = ANY($2::uuid[])) ORDER BY name, id`,
    [among?.positions ?? null, among?.ids ?? []],
  );
}

/** Live bookings that matter for a range of days: within it, or near enough for the twelve months before. */
export async function loadServed(tx: EntityManager, range: DateRange): Promise<Served[]> {
  return tx.query<Served[]>(
    `SELECT peer_id AS "peerId", challenge_id AS "challengeId", first_day::text AS "firstDay", last_day::text AS "lastDay" FROM bookings WHERE live AND last_day >= $1 AND first_day <= $2`,
    [addDays(range.from, -365), addDays(range.to, 365)],
  );
}

/** The same from rows at hand. */
export function questionFrom(
  challenge: Challenge,
  policy: ProblemPolicy,
  { councils, links, peers, served }: ProblemRows,
  without: readonly string[],
): Question {
  const range = calendarOf(challenge);
  const last = lastOf(challenge) ?? range.to;
  const known = new Map(councils.map((council) => [council.id, council]));
  const year = yearOf(challenge);
  const counts = countServed(served, range.from, year);
  const busy = busyElections(councils, range, policy.calendar);
  const neighbours = links.filter(({ councilId }) => councilId === challenge.councilId).map(({ otherId }) => otherId);
  const pool = new Pool(
    councils.map((council) => toCouncil(council, council.id === challenge.councilId ? neighbours : [])),
    peers.map((peer) => toPeer(peer, { last, range, kind: policy.kind, home: known.get(peer.councilId ?? '') ?? null, busy, counts })),
  );
  for (const { peerId, challengeId, firstDay, lastDay: last } of served) {
    const p = pool.find(peerId);
    if (p !== undefined && firstDay <= year.to && last >= year.from)
      pool.place(p, { challenge: challengeId, dates: { first: toDayNumber(firstDay), last: toDayNumber(last) } });
  }
  const host = known.get(challenge.councilId);
  const excluded = [...challenge.excluded, ...without, ...peers.filter((peer) => isBarred(peer, challenge, host)).map(({ id }) => id)];
  return ask(pool, policy.weights, toChallenge(challenge, policy.kind, excluded, host?.type === null));
}

/** Pins by index, for a question. Peers who are not in the pool any more are not pinned. */
export function toPins(question: Question, pins: RequestPins): Pins {
  const { challenge, pool } = question;
  const seats = new Map<number, number>();
  challenge.seats.forEach(({ id }, s) => {
    const peer = pins.seats[id];
    const p = peer === null ? NONE : peer === undefined ? undefined : pool.find(peer);
    if (p !== undefined) seats.set(s, p);
  });
  const window = challenge.windows.findIndex(({ id }) => id === pins.window);
  return window >= 0 ? { window, seats } : { seats };
}

function calendarOf({ windows }: Challenge): DateRange {
  const starts = windows.map(({ start }) => start).sort();
  const ends = windows.map(({ start, days }) => lastDay(start, days)).sort();
  return { from: addDays(starts[0] ?? '2026-04-01', -AROUND_DAYS), to: addDays(ends.at(-1) ?? '2026-04-01', AROUND_DAYS) };
}

/** The last day of the last window; undefined where there is none. */
function lastOf({ windows }: Pick<Challenge, 'windows'>): string | undefined {
  return windows
    .map(({ start, days }) => lastDay(start, days))
    .sort()
    .at(-1);
}

/** The programme year whose caps count: that of the first window. */
function yearOf({ windows }: Challenge): DateRange {
  return programmeYearRange(programmeYear(windows.map(({ start }) => start).sort()[0] ?? '2026-04-01'));
}

interface Counts {
  /** Challenges in the twelve months before the first window. */
  recent: number;
  /** Outside the programme year of the caps, but near enough to need rest. */
  elsewhere: Served[];
}

function countServed(served: Served[], from: string, year: DateRange): Map<string, Counts> {
  const first = addDays(from, AROUND_DAYS);
  const counts = new Map<string, Counts>();
  for (const one of served) {
    const known = counts.get(one.peerId) ?? { recent: 0, elsewhere: [] };
    if (one.firstDay < first && one.lastDay >= addDays(first, -365)) known.recent++;
    if (one.lastDay < year.from || one.firstDay > year.to) known.elsewhere.push(one);
    counts.set(one.peerId, known);
  }
  return counts;
}

/** The pre-election periods in a range by council, as busy days. */
export function busyElections(
  councils: Council[],
  range: DateRange,
  { generalElections, addedBankHolidays }: CalendarRules,
): Map<string, [string, string][]> {
  const byCycle = new Map<string, [string, string][]>();
  const periods = (cycle: ElectionCycle | null): [string, string][] => {
    const key = JSON.stringify(cycle);
    const known =
      byCycle.get(key) ??
      preElectionPeriods(cycle, range, generalElections, addedBankHolidays).map(({ from, to }) => [from, to] as [string, string]);
    byCycle.set(key, known);
    return known;
  };
  return new Map(councils.map((council) => [council.id, periods(council.elections)]));
}

export function toCouncil(council: Council, neighbours: string[]): matching.Council {
  return {
    id: council.id,
    // Bodies without the facts of a council are never alike to one; see NO_LIKENESS.
    type: council.type ?? 'unitary',
    region: council.region ?? 'none',
    lat: council.latitude ?? 0,
    lon: council.longitude ?? 0,
    population: council.population ?? 1,
    rural: council.rurality ?? 0,
    leading: council.leadingGroup,
    neighbours,
  };
}

interface PeerContext {
  /** The last day of the last window. */
  last: string;
  range: DateRange;
  kind: Pick<Kind, 'accreditation'>;
  home: Council | null;
  busy: Map<string, [string, string][]>;
  counts: Map<string, Counts>;
}

function toPeer(peer: PoolPeer, { last, range, kind, home, busy, counts }: PeerContext): matching.Peer {
  const { recent, elsewhere } = counts.get(peer.id) ?? { recent: 0, elsewhere: [] };
  const elections = peer.class === 'member' && peer.councilId !== null ? (busy.get(peer.councilId) ?? []) : [];
  const rest = elsewhere.map(({ firstDay, lastDay: end }): [string, string] => [
    addDays(firstDay, -peer.restDays),
    addDays(end, peer.restDays),
  ]);
  return {
    id: peer.id,
    class: peer.class,
    positions: peer.positions,
    // A home without the facts of a council counts as from outside local government.
    council: home?.type ? peer.councilId : null,
    party: peer.party,
    skills: peer.skills,
    reviews: peer.reviews,
    rating: peer.rating,
    recent,
    maxChallenges: peer.maxChallenges,
    maxDays: peer.maxDays,
    restDays: peer.restDays,
    unavailable: [...busyRanges(peer.availability, range), ...elections, ...rest],
    conflicts: peer.conflicts.filter(({ until }) => until === null || until >= last).map(({ councilId }) => councilId),
    ...(kind.accreditation
      ? { kinds: peer.accreditations.filter(({ expiresOn }) => expiresOn === null || expiresOn >= last).map((one) => one.kind) }
      : {}),
  };
}

export function toChallenge(challenge: Challenge, kind: Kind, excluded: string[], unlike: boolean): matching.Challenge {
  return {
    id: challenge.id,
    council: challenge.councilId,
    kind: challenge.kind,
    seats: challenge.seats,
    coverage: challenge.coverage,
    windows: challenge.windows,
    policy: { ...kind.weights, ...(unlike ? NO_LIKENESS : {}) },
    excluded,
    waived: challenge.waived.map(({ peerId, term }) => ({ peer: peerId, term })),
  };
}

function isBarred(peer: PoolPeer, { windows }: Challenge, host: Council | undefined): boolean {
  const released = peer.releasedUntil === null || windows.every(({ start, days }) => lastDay(start, days) <= (peer.releasedUntil ?? ''));
  return !released || (host?.region !== null && host?.region !== undefined && peer.refusedRegions.includes(host.region));
}

/** A peer for a whole year: what they are booked for takes its days, the rest around it, and its part of the caps. */
export function yearPeer(
  peer: Peer,
  {
    range,
    home,
    elections,
    served,
    year,
  }: { range: DateRange; home: Council | null; elections: Map<string, [string, string][]>; served: Served[]; year: DateRange },
): matching.Peer {
  const inYear = served.filter(({ firstDay, lastDay: end }) => firstDay <= year.to && end >= year.from);
  const days = inYear.reduce((sum, { firstDay, lastDay: end }) => sum + toDayNumber(end) - toDayNumber(firstDay) + 1, 0);
  const counts = new Map([[peer.id, { recent: served.filter(({ lastDay: end }) => end < range.from).length, elsewhere: served }]]);
  const whole = toPeer(peer, { last: range.from, range, kind: { accreditation: false }, home, busy: elections, counts });
  return {
    ...whole,
    // Conflicts that end within the year bar by challenge; see barsOf.
    conflicts: peer.conflicts.filter(({ until }) => until === null || until >= range.to).map(({ councilId }) => councilId),
    unavailable: whole.unavailable.flatMap((busy) => within(busy, range)),
    maxChallenges: Math.max(0, peer.maxChallenges - inYear.length),
    maxDays: Math.max(0, peer.maxDays - days),
  };
}

function within([from, to]: [string, string], range: DateRange): [string, string][] {
  const cut: [string, string] = [from < range.from ? range.from : from, to > range.to ? range.to : to];
  return cut[0] <= cut[1] ? [cut] : [];
}

/** Whether something stands against a peer at one challenge that the dates of its windows decide: release, region, conflict, accreditation. */
export function barsOf(peer: Peer, challenge: Challenge, kind: Kind, host: Council | undefined): boolean {
  const last = lastOf(challenge) ?? '';
  const isConflicted = peer.conflicts.some(
    ({ councilId, until }) => councilId === challenge.councilId && (until === null || until >= last),
  );
  const isAccredited = peer.accreditations.some(
    ({ kind: name, expiresOn }) => name === challenge.kind && (expiresOn === null || expiresOn >= last),
  );
  return isBarred(peer, challenge, host) || isConflicted || (kind.accreditation && !isAccredited);
}
