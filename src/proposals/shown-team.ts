import { In, type EntityManager } from 'typeorm';
import { sayDays } from '../calendar/phrases.js';
import { lastDay } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { seatLabel } from '../kinds/seats.js';
import { Peer } from '../peers/peer.entity.js';
import { badField, conflict } from '../web/problems.js';
import { Proposal } from './proposal.entity.js';

/**
 * The agreed team of a challenge that is locked, if it is the one that somebody was shown before saying yes, no or "invite them".
 * Throws a 409 that says what is different where another team stands now, or none; a 400 where what was shown is no team of it.
 */
export async function requireShown(tx: EntityManager, challengeId: string, shown: string): Promise<Proposal> {
  const agreed = await tx.findOneBy(Proposal, { challengeId, state: 'agreed' });
  if (agreed?.id === shown) return agreed;
  const before = await tx.findOneBy(Proposal, { id: shown, challengeId });
  if (!before)
    throw badField('/proposalId', `found "${shown}"; allowed: the id of the team that the challenge shows`);
  if (!agreed)
    throw conflict(
      'team-set-aside',
      'The team that you were shown was set aside since; nothing is asked of you until another one is proposed.',
    );
  const different = await differences(tx, before, agreed);
  throw conflict(
    'team-changed',
    `The team was changed since you were shown it, so nothing was sent. ${different} Look at the team as it is now.`,
  );
}

/**
 * Throws a 409 unless the challenge still asks for the days and the seats of a proposal: a scope may be changed after teams were
 * proposed for it.
 */
export function requireAsAsked(challenge: Challenge, proposal: Proposal): void {
  const { firstDay, days } = proposal;
  if (!challenge.windows.some((window) => window.start === firstDay && window.days === days))
    throw conflict(
      'window-gone',
      `${sayDays(firstDay, proposal.lastDay)}: these days are no longer offered. Ask for teams again.`,
    );
  const wanted = challenge.seats.map(({ id }) => id);
  const strange = [...wanted, ...Object.keys(proposal.seats)].find(
    (seat) => !wanted.includes(seat) || !(seat in proposal.seats),
  );
  if (strange !== undefined)
    throw conflict(
      'seats-changed',
      `The seats were changed since this team was proposed (${seatLabel(strange)}). Ask for teams again.`,
    );
}

/** What a team has that another one had not, in sentences. */
async function differences(tx: EntityManager, before: Proposal, now: Proposal): Promise<string> {
  const moved =
    before.firstDay === now.firstDay && before.days === now.days
      ? []
      : [`The days are ${sayDays(now.firstDay, lastDay(now.firstDay, now.days))}.`];
  const changed = now.reasons.seats.flatMap(({ seat }) =>
    now.seats[seat] === before.seats[seat] ? [] : [{ seat, id: now.seats[seat] ?? null }],
  );
  const ids = changed.flatMap(({ id }) => (id === null ? [] : [id]));
  const peers = await tx.find(Peer, { where: { id: In(ids) }, select: { id: true, name: true } });
  const nameOf = (id: string | null): string => peers.find((peer) => peer.id === id)?.name ?? 'nobody yet';
  return [...moved, ...changed.map(({ seat, id }) => `${seatLabel(seat)} is ${nameOf(id)}.`)].join(' ');
}
