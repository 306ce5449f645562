import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Jobs } from '../jobs/jobs.js';
import type { Actor } from '../people/access.js';
import { MessagesService } from '../messages/messages.service.js';
import { record } from '../people/audit.js';
import { paths } from '../web/paths.js';
import { notFound } from '../web/problems.js';
import { CHANGED_FIELDS, PeerChange } from './peer-change.entity.js';
import { Peer, type PeerConflict } from './peer.entity.js';

/** Notes that what places a peer has changed; a job then looks at the seats that they hold. */
@Injectable()
export class PeerChanges {
  constructor(
    private readonly jobs: Jobs,
    private readonly messages: MessagesService,
  ) {}

  /** In the transaction of the change. Does nothing for a new peer, and where only other things changed. */
  async note(tx: EntityManager, actor: Actor, before: Partial<Peer>, after: Peer): Promise<void> {
    if (before.id === undefined) return;
    await this.tellOfAddress(tx, before, after);
    const fields = CHANGED_FIELDS.filter(
      (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
    );
    if (fields.length === 0) return;
    const { id } = await tx.save(tx.create(PeerChange, { peerId: after.id, fields, actor: actor.id }));
    await this.jobs.add(tx, 'peer-changed', `peer-changed-${id}`, { peerChange: id });
  }

  /** A peer declares a link with a council that bars them from it. Declaring the same again changes nothing. */
  async declare(tx: EntityManager, actor: Actor, peerId: string, link: PeerConflict): Promise<void> {
    const peer = await tx.findOne(Peer, { where: { id: peerId }, lock: { mode: 'pessimistic_write' } });
    if (!peer) throw notFound('peer');
    const { councilId: council, type } = link;
    if (peer.conflicts.some((one) => one.councilId === council && one.type === type)) return;
    const before = { ...peer };
    peer.conflicts = [...peer.conflicts, link];
    await this.note(tx, actor, before, await tx.save(peer));
    await record(tx, actor, 'peer.conflict', `peer:${peerId}`, { council, type });
  }

  /** Whoever has the address may sign in as the peer: so that it is not changed unseen, the one before hears of it too. */
  async tellOfAddress(tx: EntityManager, before: Partial<Peer>, { id, email, version }: Peer): Promise<void> {
    if (!before.email || before.email === email) return;
    // The old address may be somebody else's: it hears that it is not used any more, and not which one is.
    const told = [
      { to: before.email, what: 'Messages to you as a peer do not come to this address any more.' },
      {
        to: email,
        what: 'Messages to you as a peer come to this address from now on, and codes to sign in too.',
      },
    ];
    for (const { to, what } of told)
      await this.messages.post(tx, {
        template: 'account-changed',
        data: { what, page: this.messages.address(paths.account) },
        to: [to],
        cause: `peer-address-${id}-${String(version)}`,
        about: `peer:${id}`,
      });
  }
}
