/** One fault in what was sent: a JSON pointer into the body (or the name of a parameter), and what to do about it. */
export interface FieldError {
  pointer: string;
  detail: string;
}

/**
 * A refusal that the caller can act on, told as RFC 9457 problem details. `type` is stable; `detail` says what was found and
 * what is allowed, and names the next step.
 */
export class Problem extends Error {
  /** Seconds after which it may go well. */
  retryAfterS: number | undefined;
  /** Further faults of a long file, which are too many to be told in an answer. */
  more: FieldError[] = [];

  constructor(
    readonly status: number,
    readonly type: string,
    detail: string,
    readonly errors: FieldError[] = [],
  ) {
    super(detail);
  }
}

/** The type of the refusal that a person can lift by proving again who they are. */
export const PROVE_AGAIN = 'prove-again';

export const notFound = (what: string): Problem =>
  new Problem(404, 'not-found', `There is no such ${what}, or it is not yours to see.`);

export const badInput = (detail: string, errors: FieldError[] = []): Problem =>
  new Problem(400, 'bad-input', detail, errors);

export const conflict = (type: string, detail: string, errors: FieldError[] = []): Problem =>
  new Problem(409, type, detail, errors);

/** A fault in one field. */
export function badField(pointer: string, detail: string): Problem {
  return badInput('What was sent cannot be used.', [{ pointer, detail }]);
}

/** The faults of a problem at the fields of a form that are called otherwise; gives the error back. */
export function atField(error: unknown, from: string, to: string): unknown {
  const { errors } = error as { errors?: { pointer: string }[] };
  for (const fault of errors ?? []) fault.pointer = fault.pointer.replace(from, to);
  return error;
}
