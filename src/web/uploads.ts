import type { NextFunction, Request, RequestHandler, Response } from 'express';
import multer, { MulterError } from 'multer';
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
