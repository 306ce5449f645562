import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidatorOptions } from 'class-validator';
import 'reflect-metadata';
import { Page, Redirect, fieldOf, type Download, type PageError } from './pages.js';
import { BadInput } from '../matching/files/reader.js';
import { inWords } from '../calendar/phrases.js';
import { readTypedDay } from './british-dates.js';
import { fieldErrors } from './field-errors.js';
import { daysOf } from './fields.js';
import { Problem } from './problems.js';

/** How everything that is sent is checked, by form or by API: nothing is taken that is not named. */
export const CHECKED: ValidatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: false,
};

/** What a form shows when it is not there for the first time: what was typed, and what is wrong with it. */
export interface Again {
  input: Record<string, unknown>;
  errors: PageError[];
}

/** A form that nobody has filled in yet. */
export const FRESH: Again = { input: {}, errors: [] };

/** What a page says where somebody was quicker; the form stands as it was typed, and may be sent again. */
const CHANGED =
  'Somebody has changed this since you opened it. What you typed is still here, and not saved: saving it now takes the place of what it says now.';

const REFUSALS = [400, 409, 412, 422, 428, 429];

/**
 * Reads a form and does its work; where either refuses, shows the form again with what was typed and why. `show` gets nothing to
 * lose: the page that it makes is answered with the status of the refusal.
 */
export async function submit<T extends object>(
  form: new () => T,
  body: unknown,
  work: (filled: T) => Promise<Redirect | Page | Download>,
  show: (again: Again) => Promise<Page>,
): Promise<Redirect | Page | Download> {
  const { _csrf, ...input } = isObject(body) ? body : {};
  const filled = plainToInstance(form, withDays(form, trimmed(input) as Again['input']));
  const faults = fieldErrors(validateSync(filled, CHECKED));
  if (faults.length > 0) return again(show, { status: 400 }, input, worded(form, faults.map(toPageError)));
  try {
    return await work(filled);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    return again(show, refusal, input, refusal.errors);
  }
}

/** The same for a form that leads to one page once its work is done. */
export const submitTo = <T extends object>(
  to: string,
  form: new () => T,
  body: unknown,
  work: (filled: T) => Promise<void>,
  show: (again: Again) => Promise<Page>,
): Promise<Redirect | Page | Download> =>
  submit(form, body, (filled) => work(filled).then(() => new Redirect(to)), show);

/** Days as the service writes them, however they were typed; what is none stays, and is refused. */
function withDays(form: new () => object, input: Again['input']): Again['input'] {
  const days = daysOf(form.prototype as object).flatMap((name) => {
    const typed = input[name];
    const day = typeof typed === 'string' ? readTypedDay(typed) : null;
    return day === null ? [] : [[name, day] as const];
  });
  return { ...input, ...Object.fromEntries(days) };
}

async function again(
  show: (again: Again) => Promise<Page>,
  { status, retryAfterS }: Pick<Refusal, 'status' | 'retryAfterS'>,
  input: Again['input'],
  errors: PageError[],
): Promise<Page> {
  const page = await show({ input, errors });
  return new Page(page.view, { ...page.model, errors }, status, retryAfterS);
}

interface Refusal {
  status: number;
  errors: PageError[];
  retryAfterS?: number | undefined;
}

function refusalOf(error: unknown): Refusal | null {
  if (error instanceof BadInput)
    return {
      status: 400,
      errors: error.faults.map(({ path, found, allowed }) => ({
        field: fieldOf({ pointer: path, detail: '' }),
        text: `${path}: found ${found}; allowed: ${allowed}`,
      })),
    };
  if (!(error instanceof Problem) || !REFUSALS.includes(error.status)) return null;
  if (error.status === 412) return { status: 412, errors: [{ field: '', text: CHANGED }] };
  const errors =
    error.errors.length > 0 ? error.errors.map(toPageError) : [{ field: '', text: error.message }];
  return { status: error.status, errors, retryAfterS: error.retryAfterS };
}

/** A fault in a file says its row and column, since there is no field to stand beside. */
const toPageError = (fault: { pointer: string; detail: string }): PageError =>
  fault.pointer.startsWith('row ')
    ? { field: 'file', text: `${sentence(fault.pointer)}: ${fault.detail}` }
    : { field: fieldOf(fault), text: inWords(sentence(fault.detail)) };

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const WORDS = 'form-words';

/** What a page says when a field is missing or wrong: "Enter a reason". */
export function Says(words: string): PropertyDecorator {
  return (target, property) => {
    const known = (Reflect.getMetadata(WORDS, target) ?? {}) as Record<string, string>;
    Reflect.defineMetadata(WORDS, { ...known, [String(property)]: words }, target);
  };
}

/** One fault for each field, in the form's own words where it has some. */
function worded(form: new () => object, errors: PageError[]): PageError[] {
  const words = (Reflect.getMetadata(WORDS, form.prototype as object) ?? {}) as Record<string, string>;
  const days = daysOf(form.prototype as object);
  const seen = new Set<string>();
  return errors.flatMap(({ field, text }) => {
    const name = field.split('-')[0] ?? '';
    const key = words[name] === undefined ? field : name;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ field, text: words[name] ?? (days.includes(name) ? A_DAY : `${sentence(name)}: ${text}`) }];
  });
}

/** Where a form has no words of its own for a day. */
const A_DAY = 'Enter a day, such as 8 June 2027';

/** Spaces around what was typed are nobody's intention, and what was left empty was not said. */
function trimmed(value: unknown): unknown {
  if (typeof value === 'string') return value.trim().replace(/\r\n/g, '\n') || undefined;
  if (Array.isArray(value)) return value.map(trimmed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (trimmed(one) === undefined ? [] : [[key, trimmed(one)]])),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list from checkboxes: one tick comes as a text, several as a list, none not at all. */
export const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];

/** What was said, to be sent again from a page of answers to check. */
export function hiddenFields(form: object): { name: string; value: unknown }[] {
  return Object.entries(form).flatMap(([name, value]) =>
    name === 'step'
      ? []
      : listOf(typeof value === 'number' ? String(value) : (value as unknown)).map((one) => ({
          name,
          value: one,
        })),
  );
}
