import type { Request } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Problem } from './problems.js';

/** From one address, within a quarter of an hour. */
const TRIES = 20;

/** Slows down whoever sends a form without a sign-in again and again. */
export class Tries {
  private readonly limiter = new RateLimiterMemory({ points: TRIES, duration: 15 * 60 });

  /** Counts one. Throws a 429 beyond 20 from an address in a quarter of an hour. */
  async count(request: Request): Promise<void> {
    await this.limiter.consume(request.ip ?? '').catch(() => {
      throw new Problem(
        429,
        'too-many-tries',
        'Too many tries from here. Wait a quarter of an hour and try again.',
      );
    });
  }
}
