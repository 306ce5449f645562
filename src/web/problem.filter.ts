import {
  Catch,
  HttpException,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { QueryFailedError } from 'typeorm';
import { BadInput } from '../matching/files/reader.js';
import { isApiPath } from './pages.js';
import { paths } from './paths.js';
import { Problem, PROVE_AGAIN, type FieldError } from './problems.js';
import type { Views } from './views.js';

interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  errors?: FieldError[];
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Sign in first',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Media type not supported',
  422: 'Cannot be processed',
  428: 'Version needed',
  429: 'Too many requests',
  500: 'Fault on our side',
  503: 'Not available',
};

/** What the database refuses, by the name of the constraint: told as a conflict, with its next step. */
export type Refusals = Readonly<Record<string, readonly [type: string, detail: string]>>;

/** Whether a change came through is not known where the connection broke. */
const NEXT_STEP_LATER =
  'The database cannot be reached at the moment. If you sent something, look whether it has arrived before you send it again.';

/** What a page says above the detail. */
const PAGE_TITLES: Record<number, string> = {
  403: 'You cannot do this',
  404: 'Page not found',
  409: 'This is not possible now',
  413: 'The file is too large',
  429: 'Too many tries',
  500: 'Sorry, something went wrong',
  503: 'Sorry, the service is not available',
};

interface Known {
  refusals: Refusals;
  /** What may be asked of an address; nothing where there is none. */
  methodsOf: (path: string) => string[];
}

/** Turns everything thrown into an RFC 9457 answer, or into a page. The only place that knows both our errors and HTTP. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Logger,
    private readonly views: Views,
    private readonly known: Known,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request & { id?: string; problem?: string }>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.wrongMethod(error, request, response) ?? asProblem(error, this.known.refusals);
    if (problem.status === 503)
      this.log.warn({ request: request.id, problem: problem.type }, problem.message);
    else if (problem.status >= 500)
      this.log.error(
        { request: request.id, err: { name: errorName(error), stack: stackOf(error) } },
        'request failed',
      );
    request.problem = problem.type;
    if (response.headersSent) return;
    if (problem.retryAfterS !== undefined) response.setHeader('Retry-After', String(problem.retryAfterS));
    if (!isApiPath(request.path)) {
      this.showPage(problem, request, response);
      return;
    }
    const body: ProblemBody = {
      type: `urn:critical-friend:problem:${problem.type}`,
      title: TITLES[problem.status] ?? 'Problem',
      status: problem.status,
      detail: problem.message,
      instance: `urn:uuid:${request.id ?? ''}`,
      ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
    };
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="Critical Friend"');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(body));
  }

  /** A program that asks something else of an address than it takes is told what it takes. */
  private wrongMethod(error: unknown, { method, path }: Request, response: Response): Problem | null {
    if (!(error instanceof NotFoundException) || !isApiPath(path)) return null;
    const methods = this.known.methodsOf(path);
    if (methods.length === 0) return null;
    response.setHeader('Allow', methods.join(', '));
    return new Problem(405, 'method-not-allowed', `Found ${method}; allowed: ${methods.join(', ')}.`);
  }

  /** Who is not signed in is asked to; everybody else is told on a page. */
  private showPage(
    { status, type, message }: Problem,
    request: Request & { id?: string },
    response: Response,
  ): void {
    if (status === 401) {
      response.redirect(
        303,
        `${paths.signIn}?next=${encodeURIComponent(request.method === 'GET' ? request.originalUrl : '/')}`,
      );
      return;
    }
    const proof = `${paths.prove}?next=${encodeURIComponent(request.originalUrl)}`;
    if (type === PROVE_AGAIN && request.method === 'GET') {
      response.redirect(303, proof);
      return;
    }
    const title =
      (type === 'dead-link' ? 'This link does not work' : PAGE_TITLES[status]) ?? 'This cannot be used';
    const logged =
      status >= 500 ? [`It is logged under ${request.id ?? ''}. Try again in a few minutes.`] : [];
    const links = [
      ...(type === PROVE_AGAIN
        ? [{ href: paths.prove, text: 'Prove that it is you (opens in a new tab)', isNewTab: true }]
        : []),
      { href: paths.home, text: 'Go to the start page' },
    ];
    const model = { title, paragraphs: [message, ...logged], links };
    response
      .status(status)
      .type('html')
      .send(this.views.render('web/views/message.njk', model, request, response));
  }
}

function asProblem(error: unknown, refusals: Refusals): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof BadInput) {
    const errors = error.faults.map(({ path, found, allowed }) => ({
      pointer: path,
      detail: `found ${found}; allowed: ${allowed}`,
    }));
    return new Problem(400, 'bad-input', 'What was sent cannot be used.', errors);
  }
  if (error instanceof QueryFailedError) return ofDatabase(error.driverError as DriverError, refusals);
  if (error instanceof HttpException) return ofFramework(error);
  if (isExpressError(error))
    return new Problem(
      error.status,
      'bad-request',
      error.status === 413
        ? 'What was sent is too large to be read. Send it in parts.'
        : error.expose
          ? error.message
          : 'The request could not be read.',
    );
  if (isUnreachable(error)) return new Problem(503, 'database-away', NEXT_STEP_LATER);
  return new Problem(
    500,
    'fault',
    'Something went wrong on our side; it was logged under the id given as instance.',
  );
}

type DriverError = Error & { code?: string; constraint?: string };

function ofDatabase(error: DriverError, refusals: Refusals): Problem {
  const { code, constraint } = error;
  const known = refusals[constraint ?? ''];
  if (known) return new Problem(409, ...known);
  if (code === '23505') return new Problem(409, 'duplicate', 'There is one like this already.');
  if (code === '23503')
    return new Problem(409, 'reference', 'What this refers to is not there, or still in use.');
  if (code === '22021' || code === '22P05')
    return new Problem(400, 'bad-input', 'Found a character that cannot be stored (NUL); remove it.');
  if (code === '40001' || code === '40P01' || code === '55P03')
    return new Problem(503, 'busy', 'Others are changing the same records; nothing was changed. Try again.');
  // What has no code is no answer of the database: the connection broke.
  if (code === undefined || code.startsWith('08') || code.startsWith('57P'))
    return new Problem(503, 'database-away', NEXT_STEP_LATER);
  return new Problem(
    500,
    'fault',
    'Something went wrong on our side; it was logged under the id given as instance.',
  );
}

function ofFramework(error: HttpException): Problem {
  const status = error.getStatus();
  // The framework's own words for an address that nothing answers are for programmers.
  return status === 404
    ? new Problem(404, 'not-found', 'There is nothing at this address. If it was typed, check it for slips.')
    : new Problem(status, 'bad-request', error.message);
}

function isExpressError(error: unknown): error is Error & { status: number; expose: boolean } {
  return (
    error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500
  );
}

/** What the pool and the driver say when a connection has broken under a piece of work. */
const BROKEN_CONNECTION =
  /Connection terminated|timeout exceeded when trying to connect|Driver not Connected|connection error and is not queryable|QueryRunner(?:Provider)?AlreadyReleased|Query runner already released|Cannot use a pool after calling end/i;

function isUnreachable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = error instanceof Error ? error.message : '';
  return (
    /^(ECONN|EPIPE|57P|08)/.test(code) ||
    BROKEN_CONNECTION.test(text) ||
    BROKEN_CONNECTION.test(errorName(error))
  );
}

const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** Frames only: messages can carry what a person typed. */
function stackOf(error: unknown): string[] {
  return error instanceof Error
    ? (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '))
    : [];
}
