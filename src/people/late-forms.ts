import { createHmac } from 'node:crypto';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
import { localPath } from './local-path.js';
import { paths } from '../web/paths.js';
import { isSame } from '../web/secrets.js';

declare module 'express-session' {
  interface SessionData {
    /** A form that came after its session had ended. */
    late: LateForm;
  }
}

/** What was typed into a form whose session ended before it was sent: kept in the browser's next session, for the same person alone. */
export interface LateForm {
  accountId: string;
  /** Where it was sent, with its query. */
  path: string;
  fields: Record<string, unknown>;
}

/** Characters of a form that is kept; a file is not. */
const MOST_KEPT = 100_000;

/** Stands between the token of a form and the account that it was shown to. */
const MARK = '~';

const HOUR_MS = 3_600_000;
/** Longer than any session: a form that was shown before is nobody's any more. */
const MARK_HOURS = 13;

const markOf = (secret: string, accountId: string, shown: string): string =>
  `${accountId}.${shown}.${createHmac('sha256', secret).update(`form of ${accountId} ${shown}`).digest('base64url')}`;

const hourOf = (at: number): string => String(Math.floor(at / HOUR_MS));

/** The token of a form, with whom it is shown to where somebody is signed in. */
export const marked = (
  token: string,
  secret: string,
  accountId: string | undefined,
  at = Date.now(),
): string => (accountId === undefined ? token : `${token}${MARK}${markOf(secret, accountId, hourOf(at))}`);

/** The token without the mark. */
export const unmarked = (sent: string): string => sent.split(MARK)[0] ?? '';

/**
 * A form that cannot be taken since its session is over, if it is one of ours: the browser says that a page of ours sent it, and it carries
 * the mark of the account that it was shown to. Null for everything else, and where somebody else is signed in by now.
 */
export function lateForm(request: Request, secret: string, signedIn: string | undefined): LateForm | null {
  const { _csrf: sent, ...fields } = (request.body ?? {}) as Record<string, unknown>;
  const isOurs = request.method === 'POST' && request.header('sec-fetch-site') === 'same-origin';
  if (!isOurs || typeof sent !== 'string') return null;
  const mark = sent.split(MARK)[1] ?? '';
  const [accountId = '', shown = ''] = mark.split('.');
  if (!isSame(mark, markOf(secret, accountId, shown))) return null;
  if (Number(hourOf(Date.now())) - Number(shown) > MARK_HOURS) return null;
  if (signedIn !== undefined && signedIn !== accountId) return null;
  const text = JSON.stringify(fields);
  // No column holds the character that ends a text in other languages, and nobody types it.
  if (text.length > MOST_KEPT || text.includes('\\u0000')) return null;
  // To end a session that is over, nobody has to sign in.
  if (request.path === paths.signOut) return null;
  return { accountId, path: localPath(request.originalUrl), fields };
}

/** The form that waits in this session for who is signed in; it is nobody else's to see. */
export function lateIn(request: Request, accountId: string | undefined): LateForm | undefined {
  const { late } = request.session as Partial<SessionData>;
  return late?.accountId === accountId ? late : undefined;
}

/** Each text of a form, under the name that it was sent by: `windows[0][start]`. */
export function flat(value: unknown, name = ''): { name: string; value: string }[] {
  if (Array.isArray(value))
    return value.flatMap((one, n) =>
      flat(one, typeof one === 'object' ? `${name}[${String(n)}]` : `${name}[]`),
    );
  if (typeof value !== 'object' || value === null) return [{ name, value: String(value) }];
  return Object.entries(value).flatMap(([key, one]) => flat(one, name ? `${name}[${key}]` : key));
}
