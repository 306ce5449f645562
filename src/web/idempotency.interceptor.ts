import { createHash } from 'node:crypto';
import {
  Injectable,
  SetMetadata,
  type CallHandler,
  type CustomDecorator,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { waitedTooLong, Database } from '../database/database.js';
import { IdempotencyKey } from './idempotency-key.entity.js';
import { Problem } from './problems.js';

const SHOWN_ONCE = 'shown-once';

/** The answer of this route holds a secret: it is not kept, and a second request with its key hears that it was shown. */
export const ShownOnce = (): CustomDecorator => SetMetadata(SHOWN_ONCE, true);

type Signed = Request & { access?: { actor: { id: string } } };
type Identity = Pick<IdempotencyKey, 'actor' | 'key'>;

/** Headers of an answer that belong to it, and are sent again with it. */
const KEPT = { location: 'Location', etag: 'ETag' } as const;

/**
 * A POST sent again with its Idempotency-Key gets the first answer and has no second effect; with another body, a 422. The key, the
 * effect and the answer are one transaction: after a failure at any moment either all three are there or none, and whoever sends the
 * key while the first is at work waits at the row of the key.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly db: Database,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Signed>();
    const key = request.header('idempotency-key');
    if (request.method !== 'POST' || key === undefined || !request.access) return next.handle();
    if (!/^[\x21-\x7e]{1,100}$/.test(key))
      throw new Problem(
        400,
        'bad-input',
        'Found an Idempotency-Key that cannot be used; allowed: 1 to 100 visible characters.',
      );
    const identity = { actor: request.access.actor.id, key };
    const response = http.getResponse<Response>();
    const isSecret = this.reflector.get<boolean | undefined>(SHOWN_ONCE, context.getHandler()) ?? false;
    return from(
      this.db.together(async () => {
        const first = await this.claim(identity, hashOf(request));
        if (!first) return this.perform(identity, next, { response, isSecret });
        if (isSecret) throw shownOnce();
        return replay(first, response);
      }),
    );
  }

  /** Takes the key, and gives null; or gives the first answer to it, once that is there. */
  private async claim(identity: Identity, requestHash: string): Promise<IdempotencyKey | null> {
    const claimed = await this.db.manager
      .createQueryBuilder()
      .insert()
      .into(IdempotencyKey)
      .values({ ...identity, requestHash, createdAt: this.db.now() })
      .orIgnore()
      .returning('key')
      .execute()
      .catch((error: unknown) => {
        throw waitedTooLong(error) ? stillRunning() : error;
      });
    if ((claimed.raw as unknown[]).length > 0) return null;
    const first = await this.db.manager.findOneByOrFail(IdempotencyKey, identity);
    if (first.requestHash === requestHash) return first;
    throw new Problem(
      422,
      'key-reused',
      'This Idempotency-Key was used for another request; take a new one.',
    );
  }

  private async perform(
    identity: Identity,
    next: CallHandler,
    { response, isSecret }: { response: Response; isSecret: boolean },
  ): Promise<unknown> {
    const body: unknown = await firstValueFrom(next.handle(), { defaultValue: undefined });
    const headers = Object.entries(KEPT).map(([field, name]) => [
      field,
      response.getHeader(name)?.toString(),
    ]);
    await this.db.manager.update(IdempotencyKey, identity, {
      status: response.statusCode,
      body: (isSecret ? null : (body ?? null)) as never,
      ...(Object.fromEntries(headers) as { [field in keyof typeof KEPT]?: string }),
    });
    return body;
  }
}

function replay(first: IdempotencyKey, response: Response): unknown {
  response.status(first.status ?? 200);
  for (const field of ['location', 'etag'] as const) {
    const value = first[field];
    if (value !== null) response.setHeader(KEPT[field], value);
  }
  return first.body;
}

const shownOnce = (): Problem =>
  new Problem(
    409,
    'shown-once',
    'This was done already with this Idempotency-Key, and its answer was shown once; it is kept nowhere.',
  );

const stillRunning = (): Problem =>
  new Problem(
    409,
    'still-running',
    'The first request with this Idempotency-Key is still at work; send it again in a moment.',
  );

function hashOf({ method, originalUrl, body }: Request): string {
  return createHash('sha256')
    .update(JSON.stringify([method, originalUrl, body]))
    .digest('hex');
}
