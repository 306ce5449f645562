import type { Type } from '@nestjs/common';
import type { ObjectLiteral } from 'typeorm';
import type { Handlers, JobName, Payloads } from './jobs/names.js';
import type { Access } from './people/access.js';
import type { Action } from './people/permissions.js';
import type { ReadCell } from './web/cells.js';
import type { Refusals } from './web/problem.filter.js';

/** A provider of the running service, by its class. */
export type Get = <T>(provider: Type<T>) => T;

/** What a feature does besides answering: in the worker, not on request. */
export interface Work {
  /** What its jobs do: parse, call the service, return. */
  handlers?: Handlers;
  /** What becomes of a thing whose job failed for the last time. */
  gaveUp?: { [Name in JobName]?: (payload: Payloads[Name]) => Promise<void> };
  /** What comes with a new day, by name, in this order. Each may run any number of times on a day, and a day may be missed. */
  daily?: Record<string, (now: Date) => Promise<unknown>>;
  /** Looks for work that was left undone for longer than so many seconds, as after an accident. */
  sweeps?: ((olderThanSeconds: number) => Promise<unknown>)[];
}

/** A list that goes out as a file, and comes in from one by the same columns. */
export interface FileList {
  /** What it holds, for people. */
  text: string;
  columns: readonly string[];
  /** Columns that together name one row, the first set of which no cell is empty; where there is none, all columns do. */
  keys: readonly (readonly string[])[];
  /** Columns that name a row to people; those of its key unless told. */
  named?: readonly string[];
  /** Where it is saved as CSV. Of a list that there is for each year, after its `about`. */
  saved: (about: string) => string;
  /** Who may bring such a file. */
  action: Action;
  /** Of a list that there is for each year: that year in words. Throws a 400 for what is none. */
  about?: (about: string) => string;
  /** Whether a file may stand for all that is held, between two days, of those whom it names; `about` is then those days: "2026-09-01/2027-03-31". */
  span?: true;
  /** How each of its columns is read, as far as one reads it by itself. */
  cells: (access: Access, about: string) => Promise<Readonly<Record<string, ReadCell>>>;
  export: (access: Access, about: string) => Promise<string>;
  /** The same with what else a file changes, for whoever looks at it; the export where there is nothing else. */
  shown?: (access: Access, about: string) => Promise<string>;
  /** With the columns too that whoever brings a file may not see: to tell whether the list moved, and shown to nobody. */
  whole?: () => Promise<string>;
  /** What entering such a file leads to besides, for whoever looks at it. */
  besides?: string;
  /** Columns that a file does not change of a row that is known, and where that is done. */
  fixed?: { columns: readonly string[]; where: string };
  /** All or nothing. Throws a 400 that names every row and column at fault. */
  import: (access: Access, csv: string, about: string) => Promise<unknown>;
}

/** What a page says once a step is taken, by the step's name in its address. */
export type Confirmations = Readonly<Record<string, { title: string; next: string }>>;

/** A module of the service as the lists at its top read it. */
export interface Feature extends Type {
  /** Its tables. */
  entities?: Type<ObjectLiteral>[];
  work?: (get: Get) => Work;
  confirmations?: Confirmations;
  /** Its lists that may come from a file, by name. */
  lists?: (get: Get) => Record<string, FileList>;
  /** What the database refuses by the constraints of its tables. */
  refusals?: Refusals;
}
