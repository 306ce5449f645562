import { hostIdsOf } from '../../challenges/hosts.js';
import { In, IsNull, type EntityManager } from 'typeorm';
import { lastDay, type CivilDate, type DateRange } from '../../calendar/dates.js';
import { programmeYear, programmeYearRange } from '../../calendar/programme-year.js';
import type { CalendarRules } from '../../calendar/window-rules.js';
import { Challenge } from '../../challenges/challenge.entity.js';
import { Council } from '../../councils/council.entity.js';
import { PROGRAMME_FORMAT, type Policy, type Programme } from '../../matching/problem/programme.js';
import type { Assignment, YearInput } from '../../matching/year/year-of.js';
import type { Kind } from '../../kinds/kind.js';
import type { Position } from '../../reference/content.js';
import { Proposal } from '../../proposals/proposal.entity.js';
import { PROPOSABLE } from '../../proposals/requests.service.js';
import {
  hostBodies,
  houseOf,
  isBarredByDates,
  toChallenge,
  unaccreditedOf,
} from '../../proposals/problem/challenge.js';
import type { KeptPool } from '../../proposals/problem/kept-pool.js';
import { nearTo } from '../../proposals/problem/question.js';
import { datedWindows } from '../../proposals/problem/windows.js';
import { basisOf, toPeer } from '../../proposals/problem/peer.js';
import { homesOf } from '../../proposals/problem/homes.js';
import { loadNotAgain, type PoolPeer, type ProblemRows } from '../../proposals/problem/rows.js';

/**
 * The challenges of a programme year that wait for a team, with the windows still to come: those that have seats and whose first
 * such window lies in the year.
 */
export async function plannableChallenges(
  tx: EntityManager,
  year: number,
  today: CivilDate,
): Promise<Challenge[]> {
  return (await waitingChallenges(tx, today))
    .filter((one) => one.year === year)
    .map(({ challenge }) => challenge);
}

/** All that wait for a team, with seats and windows still to come, and the programme year of the first of these. */
export async function waitingChallenges(
  tx: EntityManager,
  today: CivilDate,
): Promise<{ challenge: Challenge; year: number }[]> {
  const waiting = await tx.find(Challenge, {
    // A further stay is for the team of its challenge.
    where: { state: In(PROPOSABLE), stayOfId: IsNull() },
    order: { createdAt: 'ASC', id: 'ASC' },
  });
  for (const challenge of waiting) challenge.windows = challenge.windows.filter(({ start }) => start > today);
  return waiting.flatMap((challenge) => {
    const [first] = challenge.windows.map(({ start }) => start).sort();
    return challenge.seats.length > 0 && first !== undefined
      ? [{ challenge, year: programmeYear(first) }]
      : [];
  });
}

/**
 * The rows of some challenges and the whole active pool as one programme. What peers are booked for elsewhere stays as it is: those
 * days and the rest around them are taken, and count against their caps. Agreed teams are what people know.
 */
export async function yearInput(
  tx: EntityManager,
  pool: KeptPool,
  {
    challenges,
    year,
    ...policy
  }: {
    challenges: Challenge[];
    year: number;
    weights: Policy;
    calendar: CalendarRules;
    kinds: Map<string, Kind>;
    positions: Position[];
  },
): Promise<YearInput> {
  const range = rangeOf(challenges, year);
  const rows = await pool.rows(tx, range);
  const { councils, houses, peers } = rows;
  const ids = challenges.map(({ id }) => id);
  const refused = await loadNotAgain(tx, ids);
  const known = new Map(councils.map((council) => [council.id, council]));
  const around = { councils: known, planned: new Set(ids), range, year, calendar: policy.calendar };
  const programme: Programme = {
    format: PROGRAMME_FORMAT,
    calendar: range,
    policy: policy.weights,
    councils: hostBodies(rows, firstDaysOf(challenges, range.from)),
    peers: peersOf(rows, around),
    challenges: challenges.map((challenge) =>
      toPlan(challenge, peers, policy, {
        hosts: hostIdsOf(challenge).flatMap((id) => known.get(id) ?? []),
        house: houseOf(challenge, houses),
        notAgain: refused.get(challenge.id) ?? [],
      }),
    ),
    commitments: [],
  };
  return { programme, incumbent: await agreedTeams(tx, challenges) };
}

/** By host body, the first day of a challenge there. Where a body is a partner of one and the first of another, its own day counts. */
function firstDaysOf(challenges: Challenge[], otherwise: CivilDate): Map<string, CivilDate> {
  const firstDay = ({ windows }: Challenge): CivilDate => windows[0]?.start ?? otherwise;
  return new Map([
    ...challenges.flatMap((one) => one.partnerIds.map((id): [string, CivilDate] => [id, firstDay(one)])),
    ...challenges.map((one): [string, CivilDate] => [one.councilId, firstDay(one)]),
  ]);
}

/** The pool for the whole year: what peers are booked for takes its days, the rest around it, and its part of the caps. */
function peersOf(
  rows: ProblemRows,
  around: {
    councils: Map<string, Council>;
    /** The challenges that are planned: what is booked for them is not fixed. */
    planned: ReadonlySet<string>;
    range: DateRange;
    year: number;
    calendar: CalendarRules;
  },
): Programme['peers'] {
  const { councils, planned, range, calendar } = around;
  const year = programmeYearRange(around.year);
  const basis = {
    ...basisOf(rows, range, { calendar, tellsKinds: false }),
    ...{ linkedOn: range.to, accreditedOn: range.to },
  };
  const isNear = nearTo(range);
  return rows.peers.map((peer) => {
    const taken = (rows.served.get(peer.id) ?? []).filter(
      (one) => isNear(one) && !planned.has(one.challengeId),
    );
    return toPeer(peer, basis, {
      bodies: peer.homes.length > 0 ? homesOf(peer, range, councils) : null,
      closed: [],
      recent: taken.filter(({ lastDay: end }) => end < range.from).length,
      taken,
      spent: taken.filter(({ firstDay }) => firstDay >= year.from && firstDay <= year.to),
      stays: [],
    });
  });
}

/** A challenge with those excluded who are barred from it by its dates. */
function toPlan(
  challenge: Challenge,
  peers: readonly PoolPeer[],
  { kinds, positions }: { kinds: Map<string, Kind>; positions: Position[] },
  { notAgain, ...hosted }: { hosts: Council[]; house: ReadonlySet<string>; notAgain: string[] },
): Programme['challenges'][number] {
  const kind = kinds.get(challenge.kind);
  if (!kind) throw new Error(`no kind ${challenge.kind}`);
  const windows = datedWindows(challenge.windows);
  const barred = peers.filter((peer) => isBarredByDates(peer, windows, hosted)).map(({ id }) => id);
  const planned = {
    ...toChallenge(challenge, { kind, positions }, [...barred, ...notAgain]),
    ...(kind.accreditation ? { unaccredited: unaccreditedOf(peers, challenge) } : {}),
  };
  // The plan of a year knows whole visits only, in its reasons too.
  return { ...planned, seats: planned.seats.map(({ presence: _, offSite: __, ...seat }) => seat) };
}

/** The year and whatever windows reach beyond it. */
function rangeOf(challenges: Challenge[], year: number): DateRange {
  const { from, to } = programmeYearRange(year);
  const ends = challenges.flatMap(({ windows }) => windows.map(({ start, days }) => lastDay(start, days)));
  return { from, to: [to, ...ends].sort().at(-1) ?? to };
}

async function agreedTeams(tx: EntityManager, challenges: Challenge[]): Promise<Assignment[]> {
  const agreed = await tx.findBy(Proposal, {
    challengeId: In(challenges.map(({ id }) => id)),
    state: 'agreed',
  });
  return agreed.map(({ challengeId, windowId, seats }) => ({
    challenge: challengeId,
    window: windowId,
    seats,
  }));
}
