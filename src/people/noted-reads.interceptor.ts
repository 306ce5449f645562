import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { tap, type Observable } from 'rxjs';
import { NOTED, type SignedRequest } from './access.js';
import { NotedReads } from './noted-reads.js';

/** Notes who was shown the record of a peer that is not their own, and who was given people as a file. */
@Injectable()
export class NotedReadsInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly reads: NotedReads,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<SignedRequest>();
    const noted = this.reflector.get<string | undefined>(NOTED, context.getHandler());
    return next.handle().pipe(
      tap(() => {
        if (noted)
          this.reads.note(request.access.actor, noted, String((request.route as { path?: unknown }).path));
        const { object = '', access } = request;
        if (object.startsWith('peer:') && request.method === 'GET' && access.scope !== 'own')
          this.reads.note(access.actor, 'peer.read', object);
      }),
    );
  }
}
