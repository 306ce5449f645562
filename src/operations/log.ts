import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { pino, type Logger } from 'pino';
import type { SignedRequest } from '../people/access.js';
import type { Settings } from '../settings.js';

export function makeLog({ LOG_LEVEL, MODE }: Pick<Settings, 'LOG_LEVEL' | 'MODE'>, name: string): Logger {
  return pino({ name, level: LOG_LEVEL, base: { name, mode: MODE } });
}

/** The framework's own words, through ours. */
export function frameworkLog(log: Logger): LoggerService {
  const say =
    (level: 'info' | 'warn' | 'error' | 'debug') =>
    (message: unknown): void =>
      log[level](String(message));
  return {
    // What the framework says of itself is for those who look for faults; what we say by it is data.
    log: (message: unknown) =>
      typeof message === 'object' && message !== null ? log.info(message) : log.debug(String(message)),
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
    next();
  };
}

/** An address without its last part, so that it says from which network something came and names no machine: a /24 of IPv4, a /48 of IPv6. */
export function shortened(address: string): string {
  const four = /^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/i.exec(address)?.[1];
  return four ? `${four}.0` : `${address.split(':').slice(0, 3).join(':')}::`;
}
