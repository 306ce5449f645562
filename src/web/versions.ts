import type { Request, Response } from 'express';
import { Problem } from './problems.js';

/** States the version of a thing that can be edited. */
export function sendVersion(response: Response, version: number): void {
  response.setHeader('ETag', `"${String(version)}"`);
}

/** The version that an edit was made from. Throws 428 without If-Match. */
export function versionSent(request: Request): number {
  const match = /^"(\d{1,9})"$/.exec(request.header('if-match') ?? '');
  if (match) return Number(match[1]);
  throw new Problem(
    428,
    'version-needed',
    'Send the ETag of what you edited as If-Match, such as "3", so that nobody else’s change is lost.',
  );
}

/** Throws 412 where somebody changed the thing since. */
export function requireVersion(now: number, sent: number): void {
  if (now !== sent)
    throw new Problem(
      412,
      'changed-meanwhile',
      `This was changed since you read it (version ${String(now)}, yours ${String(sent)}). Read it again and repeat the edit.`,
    );
}
