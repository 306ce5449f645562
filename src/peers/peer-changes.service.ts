import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Jobs } from '../jobs/jobs.js';
import type { Actor } from '../people/access.js';
import { PeerChange, PLACING_FIELDS } from './peer-change.entity.js';
import type { Peer } from './peer.entity.js';

/** Notes that what places a peer has changed; a job then looks at the seats that they hold. */
@Injectable()
export class PeerChanges {
  constructor(private readonly jobs: Jobs) {}

  /** In the transaction of the change. Does nothing for a new peer, and where only other things changed. */
  async note(tx: EntityManager, actor: Actor, before: Partial<Peer>, after: Peer): Promise<void> {
    if (before.id === undefined) return;
    const fields = PLACING_FIELDS.filter(
      (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
    );
    if (fields.length === 0) return;
    const { id } = await tx.save(tx.create(PeerChange, { peerId: after.id, fields, actor: actor.id }));
    await this.jobs.add(tx, 'peer-changed', `peer-changed-${id}`, { peerChange: id });
  }
}
