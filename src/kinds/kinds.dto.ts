import { Choice, Day, Free, Int, QueryInt, Text, Uuids } from '../web/fields.js';
import { Transform } from 'class-transformer';
import { listOf, Says } from '../web/forms.js';
import { HOLDS_FROM } from '../reference/coming-forms.js';
import { coverageOf, numberOf, weightOf } from './kind-lines.js';
import { CLOCK_FIELDS, describe, KIND_FIELDS, type FormField } from './kind-fields.js';
import type { Clock, Kind } from './kind.js';

const VERSION = { min: 1, max: 2_147_483_647 };

/** A kind in the API; its other fields come from the description of a kind. */
export class KindView {
  @Text() id: string;
  @Int(VERSION) version: number;
}
describe(
  KindView.prototype,
  Object.fromEntries(Object.entries(KIND_FIELDS).map(([name, { api }]) => [name, [api]])),
);

/** The page of a kind; its other fields come from the description of a kind. */
export class KindForm {
  @QueryInt(VERSION) version: number;
  @Free() clock: Record<string, string>;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
  @Says(HOLDS_FROM) @Day({ optional: true }) holdsFrom?: string;
  @Choice(['preview', 'save']) step: 'preview' | 'save';
  /** Whether the page showed which challenges keep their clock. */
  @Choice(['yes'], { optional: true }) asked?: 'yes';
  @Transform(({ value }) => listOf(value)) @Uuids({ optional: true }) takeOver?: string[];
}
describe(
  KindForm.prototype,
  Object.fromEntries(Object.entries(KIND_FIELDS).map(([name, { form }]) => [name, form?.rules ?? []])),
);

/** A kind as its page changed it. What is no number stays what it is: the check of the content says so at its field. */
export function changedBy(kind: Kind, form: KindForm): Kind {
  const said = form as unknown as Record<string, string | number | undefined>;
  const fields = Object.entries(KIND_FIELDS).flatMap(([name, { form: field }]): [string, unknown][] =>
    field ? [[name, read(field.as, said[name])]] : [],
  );
  const clock = Object.fromEntries(
    Object.keys(CLOCK_FIELDS).map((step) => [step, form.clock[step] ? numberOf(form.clock[step]) : null]),
  ) as unknown as Clock;
  const { retired, ...rest } = Object.fromEntries(fields) as Partial<Kind>;
  // A kind that never was retired does not say so.
  return { ...kind, ...rest, clock, ...(retired || kind.retired !== undefined ? { retired } : {}) };
}

function read(as: FormField['as'], said: string | number | undefined): unknown {
  if (as === 'tick') return said === 'yes';
  if (as === 'keys') return parts(said, /[\s,]+/);
  if (as === 'lines') return parts(said, '\n');
  if (as === 'coverage') return parts(said, '\n').map(coverageOf);
  if (as === 'weights') return Object.fromEntries(parts(said, '\n').map(weightOf));
  return said;
}

const parts = (said: string | number | undefined, separator: string | RegExp): string[] =>
  String(said ?? '')
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
