import type { EntityManager } from 'typeorm';
import type { Seat } from '../../matching/problem/programme.js';
import { addDays, type CivilDate } from '../../calendar/dates.js';
import type { AvailabilityRange } from '../../peers/availability.js';
import type { PoolPeer } from './rows.js';
import type { Dated } from './windows.js';

/** A peer whom an adviser keeps in a seat, in spite of something that the seat wishes for. */
export interface Kept {
  peerId: string;
  seat: string;
  bars: string[];
}

/** Those of a challenge. */
export const loadKept = (tx: EntityManager, challengeId: string): Promise<Kept[]> =>
  tx.query<Kept[]>(
    `SELECT peer_id AS "peerId", seat, bars FROM circumstances WHERE challenge_id = $1 AND state = 'kept' AND cardinality(bars) > 0`,
    [challengeId],
  );

/** A peer's own calendar tells of our visit too: what it says of the days that they are kept for does not stand against those days. */
export function onOwnDays(peer: PoolPeer, own: readonly Dated[]): PoolPeer {
  const { calendar } = peer.availability;
  if (own.length === 0 || !calendar) return peer;
  const left = own.reduce<AvailabilityRange[]>(
    (busy, days) => busy.flatMap((one) => outside(one, days)),
    calendar,
  );
  return { ...peer, availability: { ...peer.availability, calendar: left } };
}

/** What of a range lies before and after some days. */
function outside(range: AvailabilityRange, { firstDay, lastDay }: Dated): AvailabilityRange[] {
  const before = { ...range, to: earlier(range.to, addDays(firstDay, -1)) };
  const after = { ...range, from: later(range.from, addDays(lastDay, 1)) };
  return [before, after].filter(({ from, to }) => from <= to);
}

const earlier = (one: CivilDate, other: CivilDate): CivilDate => (one < other ? one : other);
const later = (one: CivilDate, other: CivilDate): CivilDate => (one > other ? one : other);

/** For this challenge, whoever is kept counts as holding what their seat asks: position, skills, group. Nothing of it is stored. */
export function asKept(
  peer: PoolPeer,
  kept: readonly Kept[],
  seats: readonly Seat[],
  leading: string | null,
): PoolPeer {
  const mine = kept.filter(({ peerId }) => peerId === peer.id);
  return mine.reduce((as, { seat: id, bars }) => {
    const seat = seats.find((one) => one.id === id);
    if (!seat) return as;
    return {
      ...as,
      ...(bars.includes('position') ? { positions: [...as.positions, ...seat.positions] } : {}),
      ...(bars.includes('skill') ? { skills: atLeast(as.skills, seat.skills) } : {}),
      ...(bars.includes('party')
        ? { party: seat.party === 'leading' && leading !== null ? leading : 'kept' }
        : {}),
    };
  }, peer);
}

function atLeast(held: Record<string, number>, asked: Record<string, number>): Record<string, number> {
  const raised = Object.entries(asked).map(([skill, level]) => [skill, Math.max(level, held[skill] ?? 0)]);
  return { ...held, ...(Object.fromEntries(raised) as Record<string, number>) };
}
