import type { Response } from 'express';
import { Problem } from './problems.js';
import { QueryInt, Text } from './fields.js';

/** Cursor paging of a list: at most `limit` rows after the one that `after` names. */
export class PageQuery {
  @Text({ optional: true, max: 400, description: 'The cursor of the page before, from its Link header' })
  after?: string;

  @QueryInt({ optional: true, min: 1, max: 200, description: 'Rows on a page, 50 unless told' })
  limit?: number;
}

export const limitOf = (query: PageQuery): number => query.limit ?? 50;

/** The sort key of the last row of a page, made opaque. */
export function cursorOf(...keys: string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** Reads a cursor of so many keys; null where none was given. Throws a 400 for one that is not ours. */
export function readCursor(after: string | undefined, keys: number): string[] | null {
  if (after === undefined) return null;
  try {
    const value = JSON.parse(Buffer.from(after, 'base64url').toString('utf8')) as unknown;
    if (Array.isArray(value) && value.length === keys && value.every((key) => typeof key === 'string'))
      return value;
  } catch {
    // told below
  }
  throw new Problem(400, 'bad-input', 'The cursor is not one of ours.', [
    { pointer: 'after', detail: 'use the Link header of the page before' },
  ]);
}

/** The page that is asked for of a list that is held whole. Throws a 400 for a cursor whose row is not in it any more. */
export function pageOfAll<T extends { id: string }>(
  response: Response,
  path: string,
  query: PageQuery & Record<string, unknown>,
  rows: readonly T[],
): T[] {
  const [after] = readCursor(query.after, 1) ?? [];
  const at = rows.findIndex(({ id }) => id === after);
  if (after !== undefined && at < 0)
    throw new Problem(400, 'bad-input', 'The row of the cursor is gone; read the list from its beginning.', [
      { pointer: 'after', detail: 'leave it out' },
    ]);
  const from = at + 1;
  return page(response, path, query, rows.slice(from, from + limitOf(query) + 1), ({ id }) => cursorOf(id));
}

/** Cuts a list that was read with one row more than the page holds, and links the next page. */
export function page<T>(
  response: Response,
  path: string,
  query: PageQuery & Record<string, unknown>,
  rows: T[],
  cursor: (last: T) => string,
): T[] {
  const limit = limitOf(query);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  if (rows.length > limit && last !== undefined) {
    const rest = Object.entries<unknown>({ ...query, after: cursor(last) }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value as string | number)]],
    );
    response.setHeader('Link', `<${path}?${new URLSearchParams(rest).toString()}>; rel="next"`);
  }
  return shown;
}
