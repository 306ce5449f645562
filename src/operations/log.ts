import { countRequest } from './metrics.js';
import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { pino, type Logger } from 'pino';
import { onBehalfOf } from '../jobs/cause.js';
import type { SignedRequest } from '../people/access.js';
import type { Settings } from '../settings.js';
import { shortened } from '../web/networks.js';

export function makeLog({ LOG_LEVEL, MODE }: Pick<Settings, 'LOG_LEVEL' | 'MODE'>, name: string): Logger {
  return pino({ name, level: LOG_LEVEL, base: { name, mode: MODE } });
}

const isData = (message: unknown): message is object => typeof message === 'object' && message !== null;

/** The framework's own words, through ours. */
export function frameworkLog(log: Logger): LoggerService {
  const say =
    (level: 'info' | 'warn' | 'error' | 'debug') =>
    (message: unknown): void => {
      if (isData(message)) log[level](message);
      else log[level](String(message));
    };
  return {
    // What the framework says of itself is for those who look for faults; what we say by it is data.
    log: (message: unknown) => {
      if (isData(message)) log.info(message);
      else log.debug(String(message));
    },
    warn: say('warn'),
    error: say('error'),
    debug: say('debug'),
    verbose: say('debug'),
    fatal: say('error'),
  };
}

/**
 * One line for each request: the route as declared, never the address as sent, since that can carry a secret. Of where it came from the
 * network, not the machine.
 */
export function logRequests(log: Logger) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const signed = request as Partial<SignedRequest> & Request;
    signed.id = randomUUID();
    const start = process.hrtime.bigint();
    response.setHeader('X-Request-Id', signed.id);
    response.on('close', () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? 'no route';
      const ms = Math.round(Number(process.hrtime.bigint() - start) / 1e6);
      countRequest(request.method, route, response.statusCode, ms);
      log.info({
        request: signed.id,
        method: request.method,
        route,
        status: response.statusCode,
        problem: signed.problem,
        cut: response.writableFinished ? undefined : true,
        ms,
        from: shortened(request.ip ?? ''),
        actor: signed.actor?.id,
        object: signed.object ?? signed.asked,
      });
    });
    onBehalfOf(signed.id, next);
  };
}
