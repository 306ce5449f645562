import { record } from '../people/audit.js';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { LinkDoor } from '../messages/link-door.js';
import { makeLink, revokeLinks } from '../messages/links.js';
import { MessagesService } from '../messages/messages.service.js';
import { type Actor } from '../people/access.js';
import { AccountsService } from '../people/accounts.service.js';
import { feedOf } from './feed.js';
import { Database } from '../database/database.js';

/** Calendar feeds: made, ended, and read by whoever has the address. */
@Injectable()
export class FeedsService {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
    private readonly accounts: AccountsService,
    private readonly links: LinkDoor,
  ) {}

  /** Ends the feed of an account and, where asked, makes another; returns its address, which is told this once. */
  change(actor: Actor, accountId: string, step: 'make' | 'end'): Promise<string | null> {
    return this.db.transact(async (tx) => {
      await revokeLinks(tx, 'feed', accountId, this.db.now());
      const token = step === 'make' ? await makeLink(tx, 'feed', accountId, null) : null;
      await record(tx, actor, 'feed.changed', `account:${accountId}`, { open: token !== null });
      return token && this.messages.address(`/feeds/${token}.ics`);
    });
  }

  /** The file that a calendar fetches, with what the account may see today. Throws a 404 for a token that opens nothing, a 429 after too many. */
  async read(request: Request, token: string): Promise<string> {
    const now = this.db.now();
    const accountId = await this.links.open(request, 'feed', token);
    const known = await this.accounts.actorOf(accountId);
    const address = (path: string): string => this.messages.address(path);
    return feedOf(this.db, known ? { ...known.actor, accountId } : null, { stamp: now, address });
  }
}
