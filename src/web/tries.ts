import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { Database } from '../database/database.js';
import { Settings } from '../settings.js';
import { Problem } from './problems.js';

const QUARTER_S = 15 * 60;
const HOUR_S = 3600;
const HERE = 'Too many tries from here. Wait a quarter of an hour and try again.';

/** How often something may be tried within so many seconds, and what is said after that. */
const LIMITS = {
  /** Forms that anybody may send, by network. */
  forms: { points: 20, duration: QUARTER_S, words: HERE },
  /** Codes asked for, by network; those that led to a sign-in are given back, so that a whole council may come from one address. */
  asked: { points: 60, duration: QUARTER_S, words: HERE },
  /** Codes asked for one address from one network, or from browsers that it signed in with before. */
  askedFor: {
    points: 5,
    duration: QUARTER_S,
    words:
      'Five codes were asked for this address. Type the last one on the page where you asked for it, or wait a quarter of an hour.',
  },
  /** Codes asked for one address by browsers that it never signed in with: its owner’s own browser is not slowed down by strangers. */
  askedByStrangers: {
    points: 30,
    duration: HOUR_S,
    words:
      'Too many codes were asked for this address. Wait an hour, or use a browser that you signed in with before.',
  },
  /** Wrong codes, by network. */
  wrong: { points: 20, duration: QUARTER_S, words: HERE },
  /** Wrong codes of the second step, by account: whoever is asked for one has proved the first. */
  second: {
    points: 10,
    duration: QUARTER_S,
    words: 'Too many wrong codes. Wait a quarter of an hour and try again.',
  },
  /** Forms that are kept for who signs in again, by account. */
  kept: {
    points: 20,
    duration: HOUR_S,
    words: 'Too many forms came after the sign-in was over. Sign in, and open the page again.',
  },
  /** Links that are looked up at the same moment, by network; those that open something are given back. */
  linksAtOnce: {
    points: 60,
    duration: 60,
    words: 'Too many links were tried from here at once. Wait a minute and try again.',
  },
  /** Links that open nothing, by network. */
  links: {
    points: 20,
    duration: 60,
    words: 'Too many links that do not work were tried from here. Wait a minute and try again.',
  },
} as const;
export type Limit = keyof typeof LIMITS;

/** Slows down whoever tries something again and again. All processes count together, in the database. */
@Injectable()
export class Tries {
  private readonly limiters: Record<Limit, RateLimiterPostgres>;

  constructor(
    db: Database,
    private readonly settings: Settings,
  ) {
    const entries = Object.entries(LIMITS).map(([name, { points, duration }]) => {
      const store = {
        storeClient: db.manager.dataSource,
        storeType: 'typeorm',
        tableName: 'tries',
        tableCreated: true,
      };
      return [name, new RateLimiterPostgres({ ...store, keyPrefix: name, points, duration })];
    });
    this.limiters = Object.fromEntries(entries) as Record<Limit, RateLimiterPostgres>;
  }

  /** Counts one. Throws a 429 where there were too many; what is refused does not count, so that waiting helps. */
  async count(limit: Limit, who: string): Promise<void> {
    await this.limiters[limit].consume(this.keyOf(who)).catch(async (error: unknown) => {
      if (!(error instanceof RateLimiterRes)) throw error;
      await this.giveBack(limit, who);
      throw tooMany(limit, error.msBeforeNext);
    });
  }

  /** Throws a 429 where there were too many, and counts nothing. */
  async requireFew(limit: Limit, who: string): Promise<void> {
    const known = await this.limiters[limit].get(this.keyOf(who));
    if (known && known.consumedPoints >= LIMITS[limit].points) throw tooMany(limit, known.msBeforeNext);
  }

  /** It came to a good end, and counts no more. */
  async giveBack(limit: Limit, who: string): Promise<void> {
    const known = await this.limiters[limit].get(this.keyOf(who));
    // Nothing is saved up: who gave back more than they took would be free to guess.
    if (known && known.consumedPoints > 0) await this.limiters[limit].reward(this.keyOf(who));
  }

  /** Addresses of people and machines are not stored. */
  private keyOf(who: string): string {
    return createHmac('sha256', this.settings.SESSION_SECRET).update(who).digest('base64url').slice(0, 22);
  }
}

const tooMany = (limit: Limit, msBeforeNext: number): Problem =>
  Object.assign(new Problem(429, 'too-many-tries', LIMITS[limit].words), {
    retryAfterS: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  });
