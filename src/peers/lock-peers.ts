import { In, type EntityManager } from 'typeorm';
import { notFound } from '../web/problems.js';
import { Peer } from './peer.entity.js';

/**
 * Locks peers for a transaction that will promise them something, in the order of their ids, so that no two teams wait for each other.
 * It comes before anything that refers to them: a reference locks the row too, and two that both refer and then lock would deadlock.
 */
export function lockPeers(tx: EntityManager, ids: string[]): Promise<Peer[]> {
  const ordered = [...new Set(ids)].sort();
  return tx.find(Peer, {
    where: { id: In(ordered) },
    order: { id: 'ASC' },
    lock: { mode: 'for_no_key_update' },
  });
}

/** One peer, for a change of the record. Throws a 404. */
export async function lockedPeer(tx: EntityManager, id: string): Promise<Peer> {
  const peer = await tx.findOne(Peer, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!peer) throw notFound('peer');
  return peer;
}
