import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { networkOf } from '../web/networks.js';
import { Tries } from '../web/tries.js';
import type { LinkPurpose } from './link.entity.js';
import { openLink } from './links.js';
import { Database } from '../database/database.js';

/** Where personal links come in: whoever guesses is slowed down. */
@Injectable()
export class LinkDoor {
  constructor(
    private readonly db: Database,
    private readonly tries: Tries,
  ) {}

  /** The id of what a link opens. Throws one and the same 404 for every link that opens nothing, a 429 after too many of them. */
  async open(request: Request, purpose: LinkPurpose, token: string): Promise<string> {
    const network = networkOf(request);
    // Counted before it is looked at, so that many at once are no way round; a whole council may come from one network at the same moment.
    await this.tries.count('linksAtOnce', network);
    await this.tries.requireFew('links', network);
    const subject = await openLink(this.db.manager, purpose, token, this.db.now()).catch(
      async (error: unknown) => {
        await this.tries.count('links', network);
        throw error;
      },
    );
    await this.tries.giveBack('linksAtOnce', network);
    return subject;
  }
}
