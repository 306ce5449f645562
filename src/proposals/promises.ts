import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import { sayDays } from '../calendar/phrases.js';
import { conflict } from '../web/problems.js';
import type { Proposal } from './proposal.entity.js';

/** A seat that is offered to a peer, or that they said yes to, and that ends where a team is agreed. */
export interface EndingPromise {
  invitationId: string;
  peerId: string;
  name: string;
  seat: string;
  firstDay: CivilDate;
  lastDay: CivilDate;
  /** They said yes; else they were asked and have not answered. */
  saidYes: boolean;
  /** They are in the team, on other days or in another seat, and are asked anew. */
  askedAnew: boolean;
}

/** The days of the visit for which somebody was asked. */
interface Visit {
  visitFirstDay: CivilDate;
  visitLastDay: CivilDate;
}

/** What was promised, and does not go with a team: a yes is to a seat and to days. Those who said yes come first. */
export async function endingPromises(
  tx: EntityManager,
  { challengeId, seats, firstDay, lastDay }: Pick<Proposal, 'challengeId' | 'seats' | 'firstDay' | 'lastDay'>,
): Promise<EndingPromise[]> {
  const live = await tx.query<(Omit<EndingPromise, 'askedAnew'> & Visit)[]>(
    `SELECT b.invitation_id AS "invitationId", b.peer_id AS "peerId", p.name, b.seat, b.first_day::text AS "firstDay", b.last_day::text AS "lastDay",
       b.visit_first_day::text AS "visitFirstDay", b.visit_last_day::text AS "visitLastDay", b.state = 'booked' AS "saidYes"
     FROM bookings b JOIN peers p ON p.id = b.peer_id WHERE b.challenge_id = $1 AND b.live ORDER BY b.state, b.seat`,
    [challengeId],
  );
  const team = Object.values(seats);
  return live
    .filter(
      ({ seat, peerId, visitFirstDay, visitLastDay }) =>
        seats[seat] !== peerId || visitFirstDay !== firstDay || visitLastDay !== lastDay,
    )
    .map(({ visitFirstDay: _, visitLastDay: __, ...one }) => ({
      ...one,
      askedAnew: team.includes(one.peerId),
    }));
}

/** Throws a 409 where somebody said yes whose yes would end, and whoever agrees was not shown that. */
export function requireMeant(ending: EndingPromise[], shown: readonly string[]): void {
  const unseen = ending.filter(({ saidYes, invitationId }) => saidYes && !shown.includes(invitationId));
  if (unseen.length === 0) return;
  const said = unseen.map(
    ({ name, firstDay, lastDay }) => `${name} said yes to ${sayDays(firstDay, lastDay)}`,
  );
  throw conflict(
    'yes-would-end',
    `${said.join('; ')}: by this team that would end. Look at what it means for them, and agree it then; or choose a team that keeps them.`,
    unseen.map(({ invitationId, name, seat }) => ({
      pointer: '/ends',
      detail: `${invitationId} (${name}, ${seat}) is not among those whose yes is to end`,
    })),
  );
}
