import { In, type EntityManager } from 'typeorm';
import { lastDay, type CivilDate, type DateRange } from '../calendar/dates.js';
import { programmeYear, programmeYearRange } from '../calendar/programme-year.js';
import type { CalendarRules } from '../calendar/window-rules.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { CouncilLink } from '../councils/council-link.entity.js';
import { Council } from '../councils/council.entity.js';
import { PROGRAMME_FORMAT, type Policy, type Programme } from '../matching/problem/programme.js';
import type { Assignment, YearInput } from '../matching/year/year-of.js';
import { Peer } from '../peers/peer.entity.js';
import type { Kind } from '../policy/content.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { PROPOSABLE } from '../proposals/proposals.service.js';
import { barsOf, busyElections, loadServed, toChallenge, toCouncil, yearPeer, type Served } from '../proposals/team-problem.js';

/**
 * The challenges of a programme year that wait for a team, with the windows still to come: those that have seats and whose first
 * such window lies in the year.
 */
export async function plannableChallenges(tx: EntityManager, year: number, today: CivilDate): Promise<Challenge[]> {
  const waiting = await tx.find(Challenge, { where: { state: In(PROPOSABLE) }, order: { createdAt: 'ASC', id: 'ASC' } });
  for (const challenge of waiting) challenge.windows = challenge.windows.filter(({ start }) => start > today);
  return waiting.filter(({ seats, windows }) => {
    const [first] = windows.map(({ start }) => start).sort();
    return seats.length > 0 && first !== undefined && programmeYear(first) === year;
  });
}

/**
 * The rows of some challenges and the whole active pool as one programme. What peers are booked for elsewhere stays as it is: those
 * days and the rest around them are taken, and count against their caps. Agreed teams are what people know.
 */
export async function yearInput(
  tx: EntityManager,
  challenges: Challenge[],
  year: number,
  policy: { weights: Policy; calendar: CalendarRules; kinds: Map<string, Kind> },
): Promise<YearInput> {
  const councils = await tx.find(Council, { order: { code: 'ASC' } });
  const links = await tx.findBy(CouncilLink, { relation: 'neighbour' });
  const peers = await tx.find(Peer, { where: { state: 'active' }, order: { name: 'ASC', id: 'ASC' } });
  const range = rangeOf(challenges, year);
  const served = (await loadServed(tx, range)).filter(({ challengeId }) => !challenges.some(({ id }) => id === challengeId));
  const known = new Map(councils.map((council) => [council.id, council]));
  const elections = busyElections(councils, range, policy.calendar);
  const givers = peers.map((peer) =>
    yearPeer(peer, {
      range,
      home: known.get(peer.councilId ?? '') ?? null,
      elections,
      served: servedBy(served, peer),
      year: programmeYearRange(year),
    }),
  );
  const programme: Programme = {
    format: PROGRAMME_FORMAT,
    calendar: range,
    policy: policy.weights,
    councils: councils.map((council) =>
      toCouncil(
        council,
        links.filter(({ councilId }) => councilId === council.id).map(({ otherId }) => otherId),
      ),
    ),
    peers: givers,
    challenges: challenges.map((challenge) => planned(challenge, peers, policy.kinds, known.get(challenge.councilId))),
    commitments: [],
  };
  return { programme, incumbent: await agreedTeams(tx, challenges) };
}

/** A challenge with those excluded who are barred from it by its dates. */
function planned(
  challenge: Challenge,
  peers: Peer[],
  kinds: Map<string, Kind>,
  host: Council | undefined,
): Programme['challenges'][number] {
  const kind = kinds.get(challenge.kind);
  if (!kind) throw new Error(`no kind ${challenge.kind}`);
  const barred = peers.filter((peer) => barsOf(peer, challenge, kind, host)).map(({ id }) => id);
  return toChallenge(challenge, kind, [...challenge.excluded, ...barred], host?.type === null);
}

/** The year and whatever windows reach beyond it. */
function rangeOf(challenges: Challenge[], year: number): DateRange {
  const { from, to } = programmeYearRange(year);
  const ends = challenges.flatMap(({ windows }) => windows.map(({ start, days }) => lastDay(start, days)));
  return { from, to: [to, ...ends].sort().at(-1) ?? to };
}

function servedBy(served: Served[], { id }: Peer): Served[] {
  return served.filter(({ peerId }) => peerId === id);
}

async function agreedTeams(tx: EntityManager, challenges: Challenge[]): Promise<Assignment[]> {
  const agreed = await tx.findBy(Proposal, { challengeId: In(challenges.map(({ id }) => id)), state: 'agreed' });
  return agreed.map(({ challengeId, windowId, seats }) => ({ challenge: challengeId, window: windowId, seats }));
}
