import { createHash, randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
import { Redirect } from './pages.js';
import { Problem } from './problems.js';
import { saved } from './sessions.js';

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

const draftsOf = (request: Request): Draft[] => (request.session as Partial<SessionData>).drafts ?? [];

/**
 * Keeps what a form holds in the session of its browser, and leads to the page that shows it: that page is not the answer to a form, so that
 * Back and Reload work. It is there until it is sent, or the session ends.
 */
export async function keepDraft(request: Request, form: object): Promise<Redirect> {
  const draft = { key: randomUUID().slice(0, 8), page: pageOf(request), fields: { ...form } };
  request.session.drafts = [...draftsOf(request).slice(1 - MOST), draft];
  // The page that it leads to is asked for at once.
  await saved(request);
  return new Redirect(`${request.path}?draft=${draft.key}`);
}

/** What a form of this page held; null where its address names none. Throws a 410 for one that was sent, or is not kept any more. */
export function draftIn(request: Request): Record<string, unknown> | null {
  const { draft } = request.query;
  if (draft === undefined) return null;
  const found = draftsOf(request).find(({ key, page }) => key === draft && page === pageOf(request));
  if (!found)
    throw new Problem(
      410,
      'draft-gone',
      'What was filled in here has been sent, or is not kept any more. Look whether it has arrived before you fill it in again.',
    );
  return found.fields;
}

/** What was sent is no draft any more: whoever uses the browser next does not see it. */
export async function forgetDrafts(request: Request): Promise<void> {
  const [all, page] = [draftsOf(request), pageOf(request)];
  const others = all.filter((one) => one.page !== page);
  if (others.length === all.length) return;
  request.session.drafts = others;
  await saved(request);
}
