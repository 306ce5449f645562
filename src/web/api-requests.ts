import { createHash } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Settings } from '../settings.js';
import { isApiPath } from './pages.js';
import { Problem } from './problems.js';
import { networkOf } from './networks.js';

/** The version of the API, which stands on every answer, and which a request may name. */
export const API_VERSION = '1';
const WINDOW_S = 60;
/** So many programs of one network may each ask as much as they may. */
const NETWORK_TIMES = 20;
const isLimited = (path: string): boolean =>
  /^\/api(\/|$)/i.test(path) && !/^\/api\/(docs|openapi)/i.test(path);

/**
 * Refuses a token that came by plain http where the service is reached by https: whoever listened has it now. A program of the same
 * machine that comes by no proxy may do so, since nothing travelled.
 */
export function requireHttps({ ADDRESS }: Pick<Settings, 'ADDRESS'>): RequestHandler {
  return (request: Request, _: Response, next: NextFunction): void => {
    const isSafe = request.secure || !ADDRESS.startsWith('https://') || isFromHere(request);
    const isToken = /^\/api(\/|$)/i.test(request.path) && request.header('authorization') !== undefined;
    next(isToken && !isSafe ? notByHttps() : undefined);
  };
}

const isFromHere = (request: Request): boolean =>
  /^(::ffff:)?127\.|^::1$/.test(request.socket.remoteAddress ?? '') &&
  request.header('x-forwarded-for') === undefined &&
  request.header('forwarded') === undefined;

const notByHttps = (): Problem =>
  new Problem(
    403,
    'not-https',
    'This did not come by https, so that others may have read the token: make another one and revoke this one. Where it did, whoever runs the service sets TRUSTED_PROXIES to the number of proxies, which say X-Forwarded-Proto.',
  );

/**
 * Counts what each token asks in a minute of this process, and says with every answer how much is left; who has no token is counted by
 * network. Over the limit the answer is a 429 that says when to come again.
 */
export function limitRequests({ API_PER_MINUTE }: Pick<Settings, 'API_PER_MINUTE'>): RequestHandler {
  const limiter = new RateLimiterMemory({ points: API_PER_MINUTE, duration: WINDOW_S });
  // Whoever sends another token each time is counted by where they come from.
  const ofNetwork = new RateLimiterMemory({ points: API_PER_MINUTE * NETWORK_TIMES, duration: WINDOW_S });
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!isLimited(request.path)) {
      next();
      return;
    }
    const counted = ofNetwork.consume(networkOf(request)).then(() => limiter.consume(keyOf(request)));
    counted.then(
      (state) => {
        tell(response, API_PER_MINUTE, state);
        next();
      },
      (state: unknown) => {
        if (!(state instanceof RateLimiterRes)) {
          next(state);
          return;
        }
        tell(response, API_PER_MINUTE, state);
        const wait = seconds(state);
        response.setHeader('Retry-After', String(wait));
        next(
          new Problem(
            429,
            'too-many-requests',
            `Found more than ${String(API_PER_MINUTE)} requests in a minute; come again in ${String(wait)} seconds.`,
          ),
        );
      },
    );
  };
}

/** Says the version on each answer of the API, and takes no request for another one. */
export function nameVersion(request: Request, response: Response, next: NextFunction): void {
  if (!isApiPath(request.path)) {
    next();
    return;
  }
  response.setHeader('API-Version', API_VERSION);
  const wanted = request.header('api-version');
  next(
    wanted === undefined || wanted === API_VERSION
      ? undefined
      : new Problem(
          400,
          'unknown-version',
          `Found the version "${wanted.slice(0, 20)}" of the API; allowed: ${API_VERSION}.`,
        ),
  );
}

const seconds = ({ msBeforeNext }: RateLimiterRes): number => Math.ceil(msBeforeNext / 1000);

/** The names and form that the IETF's draft on rate limits gives them. */
function tell(response: Response, limit: number, state: RateLimiterRes): void {
  response.setHeader('RateLimit-Policy', `"token";q=${String(limit)};w=${String(WINDOW_S)}`);
  response.setHeader('RateLimit', `"token";r=${String(state.remainingPoints)};t=${String(seconds(state))}`);
}

/** Tokens are not kept, here neither; one that is written another way is the same. */
function keyOf(request: Request): string {
  const token = /^bearer +(\S+)/i.exec(request.header('authorization') ?? '')?.[1];
  return token ? createHash('sha256').update(token).digest('base64url') : networkOf(request);
}
