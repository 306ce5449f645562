import type { FieldError } from './problems.js';

/** A page to be shown: a template with its model. */
export class Page {
  constructor(
    readonly view: string,
    readonly model: PageModel,
    readonly status = 200,
    /** Of a page that says to come again. */
    readonly retryAfterS?: number,
  ) {}
}

/** Every page says where one is. */
export interface PageModel {
  title: string;
  errors?: PageError[];
  [name: string]: unknown;
}

/** One fault: at its field, and in the summary above. */
export interface PageError {
  /** The id of the field; empty where none is to blame. */
  field: string;
  text: string;
}

/** After a form has done its work: on to another page. */
export class Redirect {
  constructor(readonly to: string) {}
}

/** Something to be saved rather than shown. */
export class Download {
  constructor(
    readonly content: string | Buffer,
    readonly type: string,
    readonly filename: string,
  ) {}
}

/** What belongs to the API, and what to pages: they differ in sign-in, errors and forms. */
export const isApiPath = (path: string): boolean => /^\/(api|health|metrics)(\/|$)/i.test(path);

/** "/windows/0/start" of the API is the field "windows-0-start" of a form. */
export const fieldOf = ({ pointer }: FieldError): string => pointer.replace(/^\//, '').replaceAll('/', '-');
