import type { EntityManager } from 'typeorm';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { notFound } from '../web/problems.js';
import { Peer, type PeerConflict } from './peer.entity.js';

/** A peer declares a link with a council that bars them from it. Declaring the same again changes nothing. */
export async function declareConflict(
  tx: EntityManager,
  actor: Actor,
  peerId: string,
  link: PeerConflict,
): Promise<void> {
  const peer = await tx.findOne(Peer, { where: { id: peerId }, lock: { mode: 'pessimistic_write' } });
  if (!peer) throw notFound('peer');
  const { councilId: council, type } = link;
  if (peer.conflicts.some((one) => one.councilId === council && one.type === type)) return;
  peer.conflicts = [...peer.conflicts, link];
  await tx.save(peer);
  await record(tx, actor, 'peer.conflict', `peer:${peerId}`, { council, type });
}
