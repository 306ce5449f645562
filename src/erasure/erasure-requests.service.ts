import { addMonths } from '../calendar/dates.js';
import { record } from '../people/audit.js';
import { Injectable } from '@nestjs/common';
import { type Actor } from '../people/access.js';
import { holdersOf } from '../people/recipients.js';
import { paths } from '../web/paths.js';
import { Database } from '../database/database.js';
import { MessagesService } from '../messages/messages.service.js';

/** Takes a peer's wish to be erased to the programme office. */
@Injectable()
export class ErasureRequests {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
  ) {}

  /** Asks once, however often it is sent. */
  async ask(actor: Actor, id: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const asked = await tx.query<unknown[]>(
        'UPDATE peers SET erasure_asked_at = $2 WHERE id = $1 AND erasure_asked_at IS NULL RETURNING id',
        [id, this.db.now()],
      );
      if ((asked[0] as unknown[]).length === 0) return;
      const data = { page: this.messages.address(paths.erase(id)), until: addMonths(this.db.today(), 1) };
      await this.messages.post(tx, {
        template: 'erasure-asked',
        data,
        to: await holdersOf(tx, 'programme'),
        cause: `erasure-${id}`,
        about: `peer:${id}`,
      });
      await record(tx, actor, 'peer.erasure-asked', `peer:${id}`);
    });
  }
}
