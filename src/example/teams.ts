import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { addDays, daysBetween, endOfDayInLondon, lastDay, type CivilDate } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { Booking } from '../invitations/booking.entity.js';
import { bookingOf } from '../invitations/holds.js';
import { Invitation } from '../invitations/invitation.entity.js';
import { askedOf } from '../invitations/seat-offers.service.js';
import type { TeamsAnswer } from '../matching/files/teams-answer.js';
import type { Random } from '../matching/problem/random.js';
import { SYSTEM } from '../people/access.js';
import { Proposal } from '../proposals/proposal.entity.js';
import type { ProblemRows, Served } from '../proposals/problem/rows.js';
import { TeamRequest } from '../proposals/team-request.entity.js';

/** What the challenges of the example are matched with, bookings included as they come. */
export type GrowingRows = Omit<ProblemRows, 'served'> & { served: Map<string, Served[]> };

/** A done request with what answers it; the best is agreed as far as the state says. */
export async function loadProposals(
  tx: EntityManager,
  challenge: Challenge,
  answer: Pick<TeamsAnswer, 'teams' | 'blocked'>,
  today: CivilDate,
): Promise<Proposal[]> {
  const done = { state: 'done' as const, phase: 'done', finishedAt: new Date(), actor: SYSTEM.id };
  const asked = { challengeId: challenge.id, cause: 'request' as const, pins: { seats: {} }, without: [] };
  const request = await tx.save(tx.create(TeamRequest, { ...asked, ...done, blocked: answer.blocked }));
  const agreed = challenge.state !== 'team_proposed';
  return tx.save(
    answer.teams.map(({ rank, score, window, seats, terms, reasons }) => {
      const { start, days } = challenge.windows.find(({ id }) => id === window) ?? { start: today, days: 1 };
      const chosenOne = agreed && rank === 1;
      return tx.create(Proposal, {
        requestId: request.id,
        challengeId: challenge.id,
        rank,
        score,
        windowId: window,
        firstDay: start,
        days,
        seats,
        terms,
        reasons,
        state: chosenOne ? 'agreed' : agreed ? 'superseded' : 'proposed',
        approvals: [],
        ...(chosenOne ? agreement(challenge, today) : {}),
      });
    }),
  );
}

/** The agreed team of a challenge waits for its council, or silence has approved it. */
function agreement({ state }: Challenge, today: CivilDate): Partial<Proposal> {
  const waits = state === 'team_agreed';
  const approval = { by: 'silence' as const, actor: SYSTEM.id, at: new Date().toISOString() };
  return {
    agreedAt: new Date(),
    objectionDeadline: endOfDayInLondon(addDays(today, waits ? 5 : -1)),
    approvals: waits ? [] : [approval],
  };
}

/** When somebody was asked, and answered: some months before the visit, and some days ago at the latest. */
function askedBefore(
  firstDay: CivilDate,
  today: CivilDate,
  pending: boolean,
): Pick<Invitation, 'createdAt' | 'answeredAt'> {
  const [usual, latest] = [addDays(firstDay, -90), addDays(today, -4)];
  const on = usual < latest ? usual : latest;
  const answeredAt = pending ? null : new Date(`${addDays(on, 3)}T12:00:00Z`);
  return { createdAt: new Date(`${on}T09:00:00Z`), answeredAt };
}

/** The invitations and bookings of a team. */
export async function loadInvitations(
  tx: EntityManager,
  random: Random,
  { challenge, team, today }: { challenge: Challenge; team: Proposal; today: CivilDate },
  rows: GrowingRows,
): Promise<void> {
  const last = lastDay(team.firstDay, team.days);
  const seats = Object.entries(team.seats).filter((entry): entry is [string, string] => entry[1] !== null);
  for (const [index, [seat, peerId]] of seats.entries()) {
    // In an inviting challenge the first has not answered yet.
    const pending = challenge.state === 'inviting' && (index === 0 || random.chance(0.4));
    const invitation = await tx.save(
      tx.create(Invitation, {
        challengeId: challenge.id,
        proposalId: team.id,
        seat,
        peerId,
        ...askedOf(challenge, seat, team.onSite),
        calendarKey: randomUUID(),
        state: pending ? 'pending' : 'accepted',
        expiresAt: endOfDayInLondon(addDays(today, 8)),
        ...askedBefore(team.firstDay, today, pending),
      }),
    );
    if (!pending && (Number(team.firstDay.slice(8)) + index) % 6 === 0)
      await loadRefusal(tx, { challenge, team, seat, peerId, today }, rows);
    const restDays = rows.peers.find(({ id }) => id === peerId)?.restDays ?? 0;
    const kept = { state: pending ? 'held' : 'booked', restDays, familyId: challenge.familyId } as const;
    await tx.insert(Booking, bookingOf(invitation, kept));
    rows.served.set(peerId, [
      ...(rows.served.get(peerId) ?? []),
      {
        peerId,
        challengeId: challenge.id,
        familyId: challenge.familyId,
        firstDay: team.firstDay,
        lastDay: last,
      },
    ]);
  }
}

/** Somebody was asked before, and said no. */
async function loadRefusal(
  tx: EntityManager,
  {
    challenge,
    team,
    seat,
    peerId,
    today,
  }: { challenge: Challenge; team: Proposal; seat: string; peerId: string; today: CivilDate },
  { peers }: ProblemRows,
): Promise<void> {
  const held = peers.find(({ id }) => id === peerId);
  const others = peers.filter(
    ({ id, positions, councilId }) =>
      !Object.values(team.seats).includes(id) &&
      councilId !== challenge.councilId &&
      positions[0] === held?.positions[0],
  );
  const asked = others[daysBetween('2020-01-01', team.firstDay) % Math.max(1, others.length)];
  if (!asked) return;
  const usual = addDays(team.firstDay, -100);
  const answeredAt = new Date(`${usual < today ? usual : addDays(today, -1)}T00:00:00Z`);
  const reason = REFUSALS[daysBetween('2020-01-01', team.firstDay) % REFUSALS.length] ?? null;
  const rest = {
    state: 'declined' as const,
    reason,
    answeredAt,
    expiresAt: answeredAt,
    createdAt: addHours(answeredAt, -72),
  };
  await tx.insert(Invitation, {
    challengeId: challenge.id,
    proposalId: team.id,
    seat,
    peerId: asked.id,
    ...askedOf(challenge, seat, team.onSite),
    calendarKey: randomUUID(),
    ...rest,
  });
}

const REFUSALS = [
  'not free on these days',
  'too much to do at home',
  'a link with the council',
  'away on holiday',
  'not this year',
];
const addHours = (instant: Date, hours: number): Date => new Date(instant.getTime() + hours * 3_600_000);
