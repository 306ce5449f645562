import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Settings } from '../settings.js';

const DAYS = 180;
const MOST = 5;

/**
 * A browser remembers for whom it signed in before, in marks that only we can make and that name nobody. It opens nothing; it tells the
 * owner of an account from a stranger.
 */
export class KnownBrowsers {
  private readonly cookie: { name: string; secure: boolean };

  constructor(private readonly settings: Pick<Settings, 'ADDRESS' | 'SESSION_SECRET'>) {
    const secure = settings.ADDRESS.startsWith('https://');
    this.cookie = { name: `${secure ? '__Host-' : ''}known`, secure };
  }

  knows(request: Request, email: string): boolean {
    const mark = Buffer.from(this.markOf(email));
    return this.marksIn(request).some(
      (one) => one.length === mark.length && timingSafeEqual(Buffer.from(one), mark),
    );
  }

  remember(request: Request, response: Response, email: string): void {
    const mark = this.markOf(email);
    const marks = [mark, ...this.marksIn(request).filter((one) => one !== mark)].slice(0, MOST);
    const { name, secure } = this.cookie;
    const options = { httpOnly: true, sameSite: 'lax' as const, path: '/', maxAge: DAYS * 86_400_000 };
    response.cookie(name, marks.join('.'), { ...options, secure });
  }

  private marksIn(request: Request): string[] {
    const value = (request.cookies as Record<string, unknown> | undefined)?.[this.cookie.name];
    return typeof value === 'string' ? value.split('.').slice(0, MOST) : [];
  }

  private markOf(email: string): string {
    const { SESSION_SECRET } = this.settings;
    return createHmac('sha256', SESSION_SECRET).update(`known ${email.toLowerCase()}`).digest('base64url');
  }
}
