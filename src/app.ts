import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import compression from 'compression';
import express, { type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { AppModule, FEATURES } from './app.module.js';
import type { Clock } from './database/clock.js';
import { Database } from './database/database.js';
import { heldSince } from './operations/restored.js';
import { frameworkLog, logRequests } from './operations/log.js';
import { surroundingsOf } from './overview/navigation.js';
import { describeApi } from './operations/openapi.js';
import { pageSecurity } from './people/session.js';
import { findBearer } from './people/tokens.js';
import type { Settings } from './settings.js';
import { limitRequests, nameVersion, requireHttps } from './web/api-requests.js';
import { fieldErrors } from './web/field-errors.js';
import { CHECKED } from './web/forms.js';
import { PageInterceptor, workbooksByAddress } from './web/page.interceptor.js';
import { isApiPath } from './web/pages.js';
import { ProblemFilter, type Refusals } from './web/problem.filter.js';
import { badInput, Problem } from './web/problems.js';
import { Tries } from './web/tries.js';
import { readListBody } from './web/uploads.js';
import { ASSETS, Views } from './web/views.js';
import { WORKBOOK } from './web/workbook-out.js';

const BODY_LIMIT = '1mb';
const YEAR_S = 31_536_000;
const API_TYPES =
  /^(application\/([\w.+-]+\+)?json|text\/csv|application\/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet)\s*(;|$)/i;

const notOfAType = (said: string): Problem =>
  new Problem(
    415,
    'media-type',
    `Found a body of the type "${said.slice(0, 60)}"; allowed: application/json, and text/csv for imports.`,
  );

/** Readies the web application, for `main` and for tests alike. */
export async function makeApp(
  settings: Settings,
  log: Logger,
  clock?: Clock,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(settings, 'web', clock), {
    logger: frameworkLog(log),
    abortOnError: false,
    bodyParser: false,
  });
  app.set('trust proxy', settings.TRUSTED_PROXIES);
  app.use(logRequests(log));
  compress(app);
  protect(app, settings.OIDC_ISSUER);
  app.use(workbooksByAddress);
  app.use(nameVersion);
  app.use(requireHttps(settings));
  app.use(limitRequests(settings));
  serveAssets(app);
  readBodies(app);
  const { handlers, csrf } = pageSecurity(app.get(DataSource), settings, app.get(Tries, { strict: false }));
  for (const handler of handlers) app.use(handler);
  const db = app.get(Database);
  const views = new Views((request, response) =>
    surroundingsOf(request, { settings, csrf: () => csrf(request, response) }),
  );
  const refusals = Object.assign({}, ...FEATURES.map((feature) => feature.refusals)) as Refusals;
  app.useGlobalFilters(
    new ProblemFilter(log, views, { refusals, methodsOf: (path) => methodsOf(app, path) }),
  );
  app.useGlobalInterceptors(new PageInterceptor(views, db, () => heldSince(db)));
  checkInput(app);
  SwaggerModule.setup('api/docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'Critical Friend API',
  });
  return app;
}

interface Layer {
  match: (path: string) => boolean;
  route?: { methods: Record<string, boolean> };
}

/** What may be asked of an address, in capitals; nothing where there is no such address. */
function methodsOf(app: NestExpressApplication, path: string): string[] {
  const { stack } = (app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } }).router;
  const methods = stack.flatMap(({ route, match }, n) =>
    route && match.call(stack[n], path) ? Object.keys(route.methods) : [],
  );
  return [
    ...new Set(methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : method.toUpperCase()))),
  ];
}

/** Answers travel compressed, but for those that are sent bit by bit. */
function compress(app: NestExpressApplication): void {
  app.use(
    compression({
      filter: (request, response) => !isEventStream(response) && compression.filter(request, response),
    }),
  );
}

/** What comes in by the API is checked before anything else sees it. */
function checkInput(app: NestExpressApplication): void {
  app.useGlobalPipes(
    new ValidationPipe({
      transform: true,
      ...CHECKED,
      exceptionFactory: (errors) => badInput('What was sent cannot be used.', fieldErrors(errors)),
    }),
  );
}

/** Headers. Pages hold no script and no style of their own; the description of the API needs both for its explorer. */
function protect(app: NestExpressApplication, provider: string | undefined): void {
  app.disable('x-powered-by');
  app.set('env', 'production'); // no stack traces, whatever goes wrong
  const strict = {
    'default-src': ["'self'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  const forms = {
    'form-action': ["'self'", ...(provider ? [new URL(provider).origin] : [])],
    'base-uri': ["'none'"],
    'object-src': ["'none'"],
    'img-src': ["'self'", 'data:'],
  };
  const pages = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { ...strict, ...forms } },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  });
  const docs = helmet({
    contentSecurityPolicy: {
      // Also where the service is tried out over plain http.
      directives: {
        ...strict,
        'style-src': ["'self'", "'unsafe-inline'"],
        'upgrade-insecure-requests': null,
        'base-uri': ["'none'"],
      },
    },
  });
  app.use((request: Request, response: Response, next: () => void) => {
    (request.path.startsWith('/api/docs') ? docs : pages)(request, response, next);
  });
  app.use((request: Request, response: Response, next: () => void) => {
    if (!request.path.startsWith('/api/docs')) response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    next();
  });
}

/** Styles and script: their addresses change with their content. */
function serveAssets(app: NestExpressApplication): void {
  for (const { path, type, content } of ASSETS) {
    app.use(path, (_: Request, response: Response) => {
      response
        .type(type)
        .setHeader('Cache-Control', `public, max-age=${String(YEAR_S)}, immutable`)
        .send(content);
    });
  }
}

/** The API takes JSON and CSV, pages take forms. */
function readBodies(app: NestExpressApplication): void {
  const json = express.json({ limit: BODY_LIMIT });
  const db = app.get(Database);
  const form = express.urlencoded({ extended: true, limit: BODY_LIMIT, parameterLimit: 2000 });
  app.use((request: Request, _: Response, next: (fault?: unknown) => void) => {
    const said = request.header('content-type') ?? '';
    const sent = Number(request.header('content-length') ?? 0) > 0 || request.header('transfer-encoding');
    next(isApiPath(request.path) && sent && !API_TYPES.test(said) ? notOfAType(said) : undefined);
  });
  app.use((request: Request, _: Response, next: (fault?: unknown) => void) => {
    next(isWellFormed(request.query) ? undefined : badInput(NOT_WELL_FORMED));
  });
  app.use((request: Request, response: Response, next: () => void) =>
    isApiPath(request.path) ? json(request, response, next) : next(),
  );
  app.use((request: Request, response: Response, next: (fault?: unknown) => void) => {
    if (!isApiPath(request.path) || !request.is(['text/csv', WORKBOOK])) next();
    // Nobody has a large file read without a token that opens something.
    else
      findBearer(db, request.header('authorization')).then((bearer) => {
        if (bearer) readListBody(request, response, next);
        else next();
      }, next);
  });
  app.use((request: Request, response: Response, next: () => void) =>
    isApiPath(request.path) ? next() : form(request, response, next),
  );
  app.use((request: Request, _: Response, next: (fault?: unknown) => void) => {
    next(isWellFormed(request.body) ? undefined : badInput(NOT_WELL_FORMED));
  });
}

const LONE_HALF = /\p{Surrogate}/u;
const NOT_WELL_FORMED =
  'Found half of a character, which no text can hold, or lists within lists without end; type it again.';

/** No form of ours is as deep. */
const MOST_DEPTH = 20;

/** Whether every text in a value is one that can be stored and checked, and the value no deeper than anything that is asked for. */
function isWellFormed(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return !LONE_HALF.test(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === MOST_DEPTH) return false;
  return Object.entries(value).every(([key, one]) => isWellFormed(key) && isWellFormed(one, depth + 1));
}

const isEventStream = (response: Response): boolean =>
  String(response.getHeader('content-type')).startsWith('text/event-stream');
