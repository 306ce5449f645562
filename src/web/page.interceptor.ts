import {
  HttpException,
  StreamableFile,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { mergeMap, type Observable } from 'rxjs';
import { Download, isApiPath, Page, Redirect } from './pages.js';
import type { Views } from './views.js';
import { WORKBOOK, workbookOf } from './workbook-out.js';

/** A request whose page is about to be made. */
export type Held = Request & { heldSince?: Date | null };
/** A request for a list as a workbook. */
type Wanted = Request & { wantsWorkbook?: boolean };

/** What an address says of a list besides what is in it. */
const ORDER = ['sort', 'page'];
/** Lists that are workbooks of their own making. */
const OWN = /\/report\.xlsx$/;

/** Every list that is saved as CSV is there as a workbook too: the same address with .xlsx. */
export function workbooksByAddress(request: Request, _: Response, next: () => void): void {
  const { path } = request;
  if (request.method === 'GET' && path.endsWith('.xlsx') && !OWN.test(path) && !isApiPath(path)) {
    (request as Wanted).wantsWorkbook = true;
    request.url = request.url.replace(/\.xlsx(?=$|\?)/, '.csv');
  }
  next();
}

/** Turns what page controllers return into answers. */
export class PageInterceptor implements NestInterceptor {
  constructor(
    private readonly views: Views,
    private readonly time: { now: () => Date },
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
      const isWanted = (request as Wanted).wantsWorkbook === true;
      const { content, type, filename } = isWanted ? await this.workbook(result, request) : result;
      response.status(200).type(type).setHeader('Content-Disposition', `attachment; filename="${filename}"`);
      // Bytes as they are: an object would be answered as JSON.
      return typeof content === 'string' ? content : new StreamableFile(content);
    }
    if (isApiPath(request.path) || response.headersSent) return result;
    throw new HttpException('a page controller returned no page', 500);
  }

  /** A list that was asked for as a workbook, from its CSV. */
  private async workbook({ content, filename }: Download, { query }: Request): Promise<Download> {
    const name = filename.replace(/\.csv$/, '');
    const filters = Object.entries(query).flatMap(([key, value]) =>
      typeof value === 'string' && value !== '' && !ORDER.includes(key) ? [`${key}: ${value}`] : [],
    );
    const about = { name: name.replaceAll('-', ' '), filters, savedAt: this.time.now() };
    return new Download(await workbookOf(String(content), about), WORKBOOK, `${name}.xlsx`);
  }
}
