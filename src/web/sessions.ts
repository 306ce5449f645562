import type { Request } from 'express';
import 'express-session';

/** Work that tells by a callback when it is done. */
export function called(work: (done: (error?: Error) => void) => void): Promise<void> {
  return new Promise((done, failed) => {
    work((error) => {
      if (error) failed(error);
      else done();
    });
  });
}

/** Keeps what was noted in a session before the answer leads on to where it is wanted. */
export const saved = (request: Request): Promise<void> => called((done) => request.session.save(done));
