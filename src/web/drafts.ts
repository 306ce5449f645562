import { createHash, randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
import { Redirect } from './pages.js';

declare module 'express-session' {
  interface SessionData {
    /** Forms on their way, the newest last. */
    drafts: Draft[];
  }
}

/** What somebody filled in, and is about to send or to change. */
interface Draft {
  key: string;
  /** The page that it is of, by its hash: an address may hold a secret. */
  page: string;
  fields: Record<string, unknown>;
}

/** So many at once: somebody may have some pages open beside one another. */
const MOST = 5;

const pageOf = ({ path }: Request): string => createHash('sha256').update(path).digest('base64url');

/**
 * Keeps what a form holds in the session of its browser, and leads to the page that shows it: that page is not the answer to a form, so that
 * Back and Reload work. It is there as long as the session is.
 */
export function keepDraft(request: Request, form: object): Redirect {
  const { drafts = [] } = request.session as Partial<SessionData>;
  const draft = { key: randomUUID().slice(0, 8), page: pageOf(request), fields: { ...form } };
  request.session.drafts = [...drafts.slice(1 - MOST), draft];
  return new Redirect(`${request.path}?draft=${draft.key}`);
}

/** What a form of this page held, where the address names one that this browser has kept. */
export function draftIn(request: Request): Record<string, unknown> | null {
  const { drafts = [] } = request.session as Partial<SessionData>;
  const found = drafts.find(({ key, page }) => key === request.query.draft && page === pageOf(request));
  return found?.fields ?? null;
}
