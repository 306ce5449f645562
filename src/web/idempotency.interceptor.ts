import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { IdempotencyKey } from './idempotency-key.entity.js';
import { Problem } from './problems.js';
import { Database } from '../database/database.js';

const WAIT_MS = 20_000;
/** A first request that has not answered by then is taken to have died; what it did is guarded by keys of its own. */
const ABANDONED_MS = 60_000;

type Signed = Request & { access?: { actor: { id: string } } };

/** A POST sent again with its Idempotency-Key gets the first answer and has no second effect; with another body, a 422. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly db: Database) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Signed>();
    const key = request.header('idempotency-key');
    if (request.method !== 'POST' || key === undefined || !request.access) return next.handle();
    if (!/^[\x21-\x7e]{1,100}$/.test(key))
      throw new Problem(
        400,
        'bad-input',
        'Found an Idempotency-Key that cannot be used; allowed: 1 to 100 visible characters.',
      );
    const identity = { actor: request.access.actor.id, key };
    return from(this.once(identity, hashOf(request), context.switchToHttp().getResponse<Response>(), next));
  }

  private async once(
    identity: { actor: string; key: string },
    requestHash: string,
    response: Response,
    next: CallHandler,
  ): Promise<unknown> {
    const claimed = await this.db.manager
      .createQueryBuilder()
      .insert()
      .into(IdempotencyKey)
      .values({ ...identity, requestHash, createdAt: this.db.now() })
      .orIgnore()
      .returning('key')
      .execute();
    if ((claimed.raw as unknown[]).length === 0) return this.replay(identity, requestHash, response, next);
    return this.perform(identity, response, next);
  }

  private async perform(
    identity: { actor: string; key: string },
    response: Response,
    next: CallHandler,
  ): Promise<unknown> {
    try {
      const body: unknown = await firstValueFrom(next.handle(), { defaultValue: undefined });
      const location = response.getHeader('location');
      await this.db.manager.update(IdempotencyKey, identity, {
        status: response.statusCode,
        body: (body ?? null) as never,
        location: location === undefined ? null : String(location),
      });
      return body;
    } catch (error) {
      // Nothing was done, so that the same key may be tried again.
      await this.db.manager.delete(IdempotencyKey, identity);
      throw error;
    }
  }

  private async replay(
    identity: { actor: string; key: string },
    requestHash: string,
    response: Response,
    next: CallHandler,
  ): Promise<unknown> {
    const until = Date.now() + WAIT_MS;
    while (Date.now() < until) {
      const first = await this.db.manager.findOneBy(IdempotencyKey, identity);
      if (!first) return this.once(identity, requestHash, response, next);
      if (first.requestHash !== requestHash)
        throw new Problem(
          422,
          'key-reused',
          'This Idempotency-Key was used for another request; take a new one.',
        );
      if (first.status !== null) {
        response.status(first.status);
        if (first.location !== null) response.setHeader('Location', first.location);
        return first.body;
      }
      if (this.db.now().getTime() - first.createdAt.getTime() > ABANDONED_MS)
        return this.perform(identity, response, next);
      await pause(25);
    }
    throw new Problem(
      409,
      'still-running',
      'The first request with this Idempotency-Key is still at work; try again.',
    );
  }
}

function hashOf({ method, path, body }: Request): string {
  return createHash('sha256')
    .update(JSON.stringify([method, path, body]))
    .digest('hex');
}
