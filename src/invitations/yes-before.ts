import { IsNull, Not, type EntityManager } from 'typeorm';
import { Invitation } from './invitation.entity.js';
import type { Dates } from './said.js';

/** The days to which a peer said yes before this invitation to the same challenge, and that were given up since by others; null where there are none. */
export async function yesBefore(
  tx: EntityManager,
  { id, challengeId, peerId }: Pick<Invitation, 'id' | 'challengeId' | 'peerId'>,
): Promise<Dates | null> {
  const [before] = await tx.find(Invitation, {
    where: {
      ...{ id: Not(id), challengeId, peerId, state: 'withdrawn' },
      answeredThrough: Not(IsNull()),
    },
    order: { createdAt: 'DESC' },
    take: 1,
  });
  return before?.onSite ?? null;
}
