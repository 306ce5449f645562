import { HttpException, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { mergeMap, type Observable } from 'rxjs';
import { Download, isApiPath, Page, Redirect } from './pages.js';
import type { Views } from './views.js';

/** A request whose page is about to be made. */
export type Held = Request & { heldSince?: Date | null };

/** Turns what page controllers return into answers. */
export class PageInterceptor implements NestInterceptor {
  constructor(
    private readonly views: Views,
    /** Since when work is held back, which every page of staff says. */
    private readonly heldSince: () => Promise<Date | null>,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    return next
      .handle()
      .pipe(
        mergeMap((result: unknown) =>
          this.answer(result, http.getRequest<Request>(), http.getResponse<Response>()),
        ),
      );
  }

  private async answer(result: unknown, request: Request, response: Response): Promise<unknown> {
    if (result instanceof Page) {
      (request as Held).heldSince = await this.heldSince();
      response.status(result.status).type('html');
      if (result.retryAfterS !== undefined) response.setHeader('Retry-After', String(result.retryAfterS));
      return this.views.render(result.view, result.model, request, response);
    }
    if (result instanceof Redirect) {
      response.status(303).setHeader('Location', result.to);
      return '';
    }
    if (result instanceof Download) {
      response
        .status(200)
        .type(result.type)
        .setHeader('Content-Disposition', `attachment; filename="${result.filename}"`);
      return result.content;
    }
    if (isApiPath(request.path) || response.headersSent) return result;
    throw new HttpException('a page controller returned no page', 500);
  }
}
