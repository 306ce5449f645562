import type { DataSource } from 'typeorm';
import connectPgSimple from 'connect-pg-simple';
import cookieParser from 'cookie-parser';
import { doubleCsrf } from 'csrf-csrf';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import session, { type SessionData, type Store } from 'express-session';
import type { Pool } from 'pg';
import type { Settings } from '../settings.js';
import { isApiPath } from '../web/pages.js';
import { Problem } from '../web/problems.js';
import { paths } from '../web/paths.js';
import { called, saved } from '../web/sessions.js';
import type { Tries } from '../web/tries.js';
import { readUpload } from '../web/uploads.js';
import { lateForm, lateIn, marked, unmarked, type LateForm } from './late-forms.js';

declare module 'express-session' {
  interface SessionData {
    accountId: string;
    /** Milliseconds since 1970: when the person signed in. */
    since: number;
    /** What the browser says of itself, so that people know their sessions apart. */
    browser: string;
    /** Milliseconds since 1970: when the person last proved who they are. */
    provedAt: number;
    /** Who has proved the first step of two, and where they go after the second. */
    pending: { accountId: string; by: 'code' | 'provider'; next: string; due: 'code' | 'set-up'; at: number };
    /** The key of an app that is being set up, sealed. */
    newKey: string;
    /** Whether the store has had it: from then on it is changed there, and not made. */
    isKept: boolean;
  }
}

const MINUTE = 60_000;
export const IDLE_MS = 30 * MINUTE;
export const ABSOLUTE_MS = 12 * 60 * MINUTE;
/** Between the two steps of a sign-in. */
const PENDING_MS = 10 * MINUTE;
/** What is risky is asked for again, before it is shown, after a quarter of an hour. What was shown may be sent as long as a session lasts idle. */
const PROVED_MS = { see: 15 * MINUTE, send: 45 * MINUTE };

/** What stands between a browser and the pages: its session, kept in PostgreSQL, and proof that a form is ours. */
export interface PageSecurity {
  handlers: RequestHandler[];
  /** The token that every form carries. */
  csrf: (request: Request, response: Response) => string;
}

export function pageSecurity(source: DataSource, settings: Settings, tries: Tries): PageSecurity {
  const secure = settings.ADDRESS.startsWith('https://');
  const prefix = secure ? '__Host-' : '';
  const cookie = { httpOnly: true, sameSite: 'lax' as const, secure, path: '/' };
  const store = storeIn(source);
  const { generateCsrfToken, doubleCsrfProtection } = doubleCsrf({
    getSecret: () => settings.SESSION_SECRET,
    getSessionIdentifier: (request) => (accountIn(request) === undefined ? 'nobody' : request.sessionID),
    cookieName: `${prefix}form`,
    cookieOptions: cookie,
    getCsrfTokenFromRequest: (request) => {
      const { _csrf } = (request.body ?? {}) as { _csrf?: unknown };
      return typeof _csrf === 'string' ? unmarked(_csrf) : undefined;
    },
    errorConfig: { statusCode: 403 },
  });
  const sessions = session({
    name: `${prefix}session`,
    secret: settings.SESSION_SECRET,
    store,
    resave: false,
    saveUninitialized: false,
    // Half an hour of nothing, counted from the last answer.
    rolling: true,
    cookie: { ...cookie, maxAge: IDLE_MS },
  });
  return {
    handlers: [
      ...[cookieParser(), sessions, endOldSessions, refuseOtherSites],
      ...[
        readUpload((request) => accountIn(request) !== undefined),
        protect(doubleCsrfProtection, settings, tries),
      ],
    ].map(forPages),
    csrf: (request, response) =>
      marked(generateCsrfToken(request, response), settings.SESSION_SECRET, accountIn(request)),
  };
}

/** Sessions in the database, over the connections that are there. */
function storeIn(source: DataSource): Store {
  const Living = livingStore();
  const driver = source.driver as unknown as { pool?: Pool; master: Pool };
  return new Living({
    pool: driver.pool ?? driver.master,
    tableName: 'sessions',
    pruneSessionInterval: 15 * 60,
  });
}

/** Who is signed in; undefined for nobody, also while the store of sessions is away. */
export const accountIn = (request: Request): string | undefined =>
  (request.session as Partial<SessionData> | undefined)?.accountId;

/** The API has tokens of its own and no sessions. */
function forPages(handler: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (isApiPath(request.path)) next();
    else void handler(request, response, next);
  };
}

/** Twelve hours after the sign-in it is over, however busy the session was. */
function endOldSessions(request: Request, _: Response, next: NextFunction): void {
  const { accountId, since = 0 } = request.session;
  if (accountId === undefined || Date.now() - since < ABSOLUTE_MS) next();
  else request.session.regenerate(next);
}

/** A browser says from which site a form was sent; only our own may. */
function refuseOtherSites(request: Request, _: Response, next: NextFunction): void {
  if (request.method === 'GET' || request.method === 'HEAD') {
    next();
    return;
  }
  const site = request.header('sec-fetch-site');
  const origin = request.header('origin');
  // Pages tell nobody where one came from, so that their own forms may come from "null"; the token of the form decides then.
  const foreign = origin !== undefined && origin !== 'null' && hostOf(origin) !== request.header('host');
  next((site !== undefined && site !== 'same-origin' && site !== 'none') || foreign ? notOurs() : undefined);
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/** A form without a token of this session is refused; one of ours whose session is over waits until its person is signed in again. */
function protect(handler: RequestHandler, { SESSION_SECRET }: Settings, tries: Tries): RequestHandler {
  return (request, response, next) => {
    void handler(request, response, (error?: unknown) => {
      const late = error ? lateForm(request, SESSION_SECRET, accountIn(request)) : null;
      if (late)
        tries
          .count('kept', late.accountId)
          .then(() => keep(request, late))
          .then(() => response.redirect(303, whereTo(request)), next);
      // A session that is over needs no end.
      else if (error && request.path === paths.signOut && accountIn(request) === undefined)
        response.redirect(303, paths.signIn);
      else if (error) next(notOurs());
      else {
        // What waited is sent, now that it comes again.
        if (request.method === 'POST' && lateIn(request, accountIn(request))?.path === request.originalUrl)
          delete request.session.late;
        next();
      }
    });
  };
}

async function keep(request: Request, late: LateForm): Promise<void> {
  request.session.late = late;
  await saved(request);
}

const whereTo = (request: Request): string =>
  accountIn(request) === undefined
    ? `${paths.signIn}?next=${encodeURIComponent(paths.lateForm)}`
    : paths.lateForm;

const notOurs = (): Problem =>
  new Problem(
    403,
    'form-not-ours',
    'Nothing was changed: you were signed out meanwhile, as after half an hour without doing anything, or the form was not sent from our own page. Sign in, open the page again and repeat it.',
  );

type Done = (fault?: unknown) => void;

/**
 * Sessions in PostgreSQL. One that was ended stays ended: a request that began before and saves after must not bring it back, so that what
 * was there before is changed and never made again.
 */
function livingStore(): ReturnType<typeof connectPgSimple> {
  const Store = connectPgSimple(session);
  return class extends Store {
    override set(sid: string, data: SessionData, done?: Done): void {
      if (!data.isKept) {
        data.isKept = true;
        super.set(sid, data, done);
        return;
      }
      const { query } = this as unknown as { query: (sql: string, values: unknown[], done: Done) => void };
      const sql = 'UPDATE sessions SET sess = $2, expire = now() + make_interval(secs => $3) WHERE sid = $1';
      query.call(this, sql, [sid, data, IDLE_MS / 1000], (fault) => done?.(fault));
    }
  };
}

/** Begins to wait for the second step of a sign-in; until then nobody is signed in. */
export async function awaitSecondStep(
  request: Request,
  pending: Omit<SessionData['pending'], 'at'>,
  newKey: string,
): Promise<void> {
  await renew(request);
  request.session.pending = { ...pending, at: Date.now() };
  request.session.newKey = newKey;
  await saved(request);
}

/** Who waits for a step of the sign-in; undefined where nobody does, or did for too long. */
export function pendingIn(
  request: Request,
  due: SessionData['pending']['due'],
): SessionData['pending'] | undefined {
  const { pending } = request.session as Partial<SessionData>;
  return pending?.due === due && Date.now() - pending.at < PENDING_MS ? pending : undefined;
}

/** Keeps the key of an app that is being set up. */
export async function keepNewKey(request: Request, newKey: string): Promise<void> {
  request.session.newKey = newKey;
  await saved(request);
}

/** The key of the app that is being set up in this session; empty where none is. */
export const newKeyIn = (request: Request): string => (request.session as Partial<SessionData>).newKey ?? '';

/** Whether the person proved lately who they are. */
export function hasProved(request: Request, to: keyof typeof PROVED_MS): boolean {
  const { provedAt = 0 } = request.session as Partial<SessionData>;
  return Date.now() - provedAt < PROVED_MS[to];
}

/** The person has proved again who they are; it is kept before the answer leads on to where that is asked. */
export async function noteProof(request: Request): Promise<void> {
  request.session.provedAt = Date.now();
  await saved(request);
}

/** Another id, and nothing of before but a form that waits. */
async function renew(request: Request): Promise<void> {
  const { late } = request.session as Partial<SessionData>;
  await called((done) => request.session.regenerate(done));
  // It waits for its person also while somebody else is signed in here, who does not see it.
  if (late) request.session.late = late;
}

/** A new session for somebody who has proved who they are: its id was never seen before. */
export async function signIn(request: Request, accountId: string): Promise<void> {
  await renew(request);
  request.session.accountId = accountId;
  request.session.since = Date.now();
  request.session.provedAt = Date.now();
  request.session.browser = (request.header('user-agent') ?? 'unknown').slice(0, 200);
  await saved(request);
}

export async function signOut(request: Request): Promise<void> {
  await called((done) => request.session.destroy(done));
}
