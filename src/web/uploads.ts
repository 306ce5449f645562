import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import multer, { MulterError } from 'multer';
import { decoded, windowsText } from './decoded.js';
import { WORKBOOK } from './workbook-out.js';
import { Problem } from './problems.js';

const MOST_BYTES = 10_000_000;

const take = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: MOST_BYTES, files: 1, fields: 10, fieldSize: 10_000 },
}).single('file');

/**
 * Reads the one file of a form, so that what else the form says can be looked at before anything is done with it. `mayUpload` says of whom
 * a file is read at all.
 */
export function readUpload(mayUpload: (request: Request) => boolean): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (!request.is('multipart/form-data') || !mayUpload(request)) {
      next();
      return;
    }
    void take(request, response, (error: unknown) => {
      next(error ? asProblem(error) : undefined);
    });
  };
}

/** Whatever is wrong with it, it is the form that was sent: cut off on its way, or none. */
const asProblem = (error: unknown): Problem =>
  error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE'
    ? new Problem(413, 'too-large', `The file is too large; allowed: ${String(MOST_BYTES / 1_000_000)} MB.`)
    : new Problem(
        400,
        'bad-input',
        'The form could not be read: it was cut off, or holds more than one file or too much text. Send it again.',
      );

/** What a type may say that a text is written in; ISO 8859-1 is what Windows writes, but for signs that it does not have. */
const WINDOWS = /^(windows-1252|cp1252|iso-?8859-1|latin1)$/i;
const KNOWN = /^(utf-?8|utf-?16(le|be)?|us-ascii)$/i;

const takeBytes = express.raw({ type: ['text/csv', WORKBOOK], limit: MOST_BYTES });

/** Reads a body of CSV as text, however it is written; the bytes of a workbook are left as they are. */
export function readListBody(request: Request, response: Response, next: (fault?: unknown) => void): void {
  takeBytes(request, response, (fault?: unknown) => {
    try {
      if (request.is('text/csv'))
        request.body = uploadText(request.body, request.header('content-type') ?? '');
      next(fault);
    } catch (unreadable) {
      next(unreadable);
    }
  });
}

/** The text of an upload as its type says that it is written, or else however it is. Throws a 415 for an encoding that is not known. */
function uploadText(body: unknown, type: string): string {
  if (!Buffer.isBuffer(body)) return '';
  const label = /charset="?([^";\s]+)/i.exec(type)?.[1] ?? 'utf-8';
  if (WINDOWS.test(label)) return windowsText(body);
  if (KNOWN.test(label)) return decoded(body).text;
  throw new Problem(
    415,
    'media-type',
    `Found text written in "${label.slice(0, 60)}"; allowed: UTF-8, UTF-16, Windows-1252.`,
  );
}
