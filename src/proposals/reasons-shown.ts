import type { SeatReason } from '../matching/reasons/reason.js';
import { seesOfPeer, type Role } from '../people/permissions.js';

const isOfRating = ({ term }: { term: string }): boolean => term === 'rating';

/** Parts of a score as far as a role may see them: how a peer was rated is not for everybody who reads of a team. */
export const partsFor = <T extends { term: string }>(role: Role, parts: T[]): T[] =>
  seesOfPeer(role, 'rating') ? parts : parts.filter((part) => !isOfRating(part));

/** Why somebody sits in a seat, as far as a role may see it. */
export const reasonFor = (role: Role, reason: SeatReason): SeatReason => ({
  ...reason,
  gains: partsFor(role, reason.gains),
  costs: partsFor(role, reason.costs),
});
