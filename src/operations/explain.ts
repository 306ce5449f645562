export const NOT_UP_TO_DATE =
  'the database is not up to date; run the migration first: node dist/src/cli.js migrate.';

/** What went wrong at the start, in one sentence that says what to do. */
export function explain(error: unknown): string {
  const { code, port, message } = error as { code?: string; port?: number; message?: string };
  if (code === 'EADDRINUSE')
    return `port ${String(port ?? '')} is taken by another program; set PORT to a free one.`;
  if (code === 'EACCES' && port !== undefined)
    return `port ${String(port)} may not be used by this user; set PORT to one above 1023.`;
  if (code === 'EROFS' || code === 'EEXIST' || code === 'ENOTDIR' || code === 'EACCES')
    return 'the folder .data cannot be written; make it writable, remove what stands in its place, or set DATABASE_URL.';
  if (code === 'ENOSPC' || code === '53100') return 'the disk is full; free some space and start again.';
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'no database answers at DATABASE_URL; check its host and port, and that it runs.';
  if (code === '28P01' || code === '28000')
    return 'the database refuses the user or password of DATABASE_URL.';
  if (code === '3D000') return 'the database named in DATABASE_URL does not exist; create it first.';
  if (code === '42P01' || code === '42703') return NOT_UP_TO_DATE;
  if (code === '42501')
    return 'the user of DATABASE_URL lacks a right in the database. The user of web and worker gets its rights when the owner of the database runs "node dist/src/cli.js migrate" and "GRANT critical_friend_app TO" that user; the owner itself must be able to create tables and the extensions btree_gist and pg_trgm.';
  if (error instanceof AggregateError && error.errors.length > 0) return explain(error.errors[0]);
  return (message ?? String(error)).split('\n')[0] ?? '';
}
