import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Jobs } from '../jobs/jobs.js';
import type { Actor } from '../people/access.js';
import { MessagesService } from '../messages/messages.service.js';
import { paths } from '../web/paths.js';
import { PeerChange, PLACING_FIELDS } from './peer-change.entity.js';
import type { Peer } from './peer.entity.js';

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
    const fields = PLACING_FIELDS.filter(
      (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
    );
    if (fields.length === 0) return;
    const { id } = await tx.save(tx.create(PeerChange, { peerId: after.id, fields, actor: actor.id }));
    await this.jobs.add(tx, 'peer-changed', `peer-changed-${id}`, { peerChange: id });
  }

  /** Whoever has the address may sign in as the peer: so that it is not changed unseen, the one before hears of it too. */
  private async tellOfAddress(
    tx: EntityManager,
    before: Partial<Peer>,
    { id, email, version }: Peer,
  ): Promise<void> {
    if (!before.email || before.email === email) return;
    const what = email
      ? `Messages to you as a peer go to ${email} from now on, and codes to sign in too.`
      : 'There is no address of yours as a peer any more, so that you get no messages.';
    await this.messages.post(tx, {
      template: 'account-changed',
      data: { what, page: this.messages.address(paths.account) },
      to: [before.email, email],
      cause: `peer-address-${id}-${String(version)}`,
      about: `peer:${id}`,
    });
  }
}
