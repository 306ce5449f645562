import { createHmac, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Settings } from '../settings.js';
import { isSame } from '../web/secrets.js';

const DAYS_MS = 180 * 86_400_000;
const MOST = 5;

/**
 * A browser remembers for whom it signed in before, in marks that only we can make and that name nobody. They open nothing; they tell the
 * owner of an account from a stranger, until the owner signs out everywhere.
 */
export class KnownBrowsers {
  private readonly cookie: { name: string; secure: boolean };

  constructor(private readonly settings: Pick<Settings, 'ADDRESS' | 'SESSION_SECRET'>) {
    const secure = settings.ADDRESS.startsWith('https://');
    this.cookie = { name: `${secure ? '__Host-' : ''}known`, secure };
  }

  /** Whether this browser signed in with an address, at an instant or after. */
  knows(request: Request, email: string, since: Date | null): boolean {
    if (since === null) return false;
    const from = Math.max(since.getTime(), Date.now() - DAYS_MS);
    return this.marksIn(request).some((mark) => {
      const [issued = '', nonce = '', proof = ''] = mark.split('-');
      return parseInt(issued, 36) >= from && isSame(proof, this.proofOf(email, issued, nonce));
    });
  }

  /** A mark of its own for each browser. */
  remember(request: Request, response: Response, email: string): void {
    const [issued, nonce] = [Date.now().toString(36), randomBytes(9).toString('hex')];
    const others = this.marksIn(request).filter((mark) => {
      const [at = '', by = '', proof = ''] = mark.split('-');
      return !isSame(proof, this.proofOf(email, at, by));
    });
    const marks = [[issued, nonce, this.proofOf(email, issued, nonce)].join('-'), ...others].slice(0, MOST);
    const { name, secure } = this.cookie;
    const options = { httpOnly: true, sameSite: 'lax' as const, path: '/', maxAge: DAYS_MS };
    response.cookie(name, marks.join('.'), { ...options, secure });
  }

  private marksIn(request: Request): string[] {
    const value = (request.cookies as Record<string, unknown> | undefined)?.[this.cookie.name];
    return typeof value === 'string' ? value.split('.').slice(0, MOST) : [];
  }

  private proofOf(email: string, issued: string, nonce: string): string {
    const { SESSION_SECRET } = this.settings;
    const text = `known ${email.toLowerCase()} ${issued} ${nonce}`;
    return createHmac('sha256', SESSION_SECRET).update(text).digest('hex');
  }
}
