import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Problem } from '../web/problems.js';
import type { LinkPurpose } from './link.entity.js';
import { openLink } from './links.js';
import { Database } from '../database/database.js';

const MISSES_A_MINUTE = 20;

/** Where personal links come in: whoever guesses is slowed down. */
@Injectable()
export class LinkDoor {
  private readonly misses = new RateLimiterMemory({ points: MISSES_A_MINUTE, duration: 60 });

  constructor(private readonly db: Database) {}

  /** The id of what a link opens. Throws one and the same 404 for every link that opens nothing, a 429 after too many of them. */
  async open(request: Request, purpose: LinkPurpose, token: string): Promise<string> {
    const from = request.ip ?? '';
    const known = await this.misses.get(from);
    if (known && known.consumedPoints >= MISSES_A_MINUTE)
      throw new Problem(
        429,
        'too-many-tries',
        'Too many links that do not work were tried from here. Wait a minute and try again.',
      );
    try {
      return await openLink(this.db.manager, purpose, token, this.db.now());
    } catch (error) {
      await this.misses.consume(from).catch(() => undefined);
      throw error;
    }
  }
}
