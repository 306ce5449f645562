import { createHmac } from 'node:crypto';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
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

const markOf = (secret: string, accountId: string): string =>
  `${accountId}.${createHmac('sha256', secret).update(`form of ${accountId}`).digest('base64url')}`;

/** The token of a form, with whom it is shown to where somebody is signed in. */
export const marked = (token: string, secret: string, accountId: string | undefined): string =>
  accountId === undefined ? token : `${token}${MARK}${markOf(secret, accountId)}`;

/** The token without the mark. */
export const unmarked = (sent: string): string => sent.split(MARK)[0] ?? '';

/**
 * A form that cannot be taken since its session is over, if it is one of ours: the browser says that a page of ours sent it, and it carries
 * the mark of the account that it was shown to. Null for everything else, and where somebody else is signed in by now.
 */
export function lateForm(request: Request, secret: string, signedIn: string | undefined): LateForm | null {
  const { _csrf: sent, ...fields } = (request.body ?? {}) as Record<string, unknown>;
  if (request.header('sec-fetch-site') !== 'same-origin' || typeof sent !== 'string') return null;
  const mark = sent.split(MARK)[1] ?? '';
  const accountId = mark.split('.')[0] ?? '';
  if (!isSame(mark, markOf(secret, accountId))) return null;
  if (signedIn !== undefined && signedIn !== accountId) return null;
  if (JSON.stringify(fields).length > MOST_KEPT) return null;
  return { accountId, path: request.originalUrl, fields };
}

/** The form that waits in this session. */
export const lateIn = (request: Request): LateForm | undefined =>
  (request.session as Partial<SessionData>).late;

/** Each text of a form, under the name that it was sent by: `windows[0][start]`. */
export function flat(value: unknown, name = ''): { name: string; value: string }[] {
  if (Array.isArray(value)) return value.flatMap((one) => flat(one, `${name}[]`));
  if (typeof value !== 'object' || value === null) return [{ name, value: String(value) }];
  return Object.entries(value).flatMap(([key, one]) => flat(one, name ? `${name}[${key}]` : key));
}
