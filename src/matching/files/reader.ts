/** A fault in a file: where, what was found, what is allowed. */
export interface Fault {
  path: string;
  found: string;
  allowed: string;
}

/** Bad input: every fault found, in the order of the file. The message is for a council officer to read. */
export class BadInput extends Error {
  constructor(readonly faults: Fault[]) {
    const shown = faults
      .slice(0, 20)
      .map(({ path, found, allowed }) => `${path}: found ${found}; allowed: ${allowed}`);
    const more = faults.length > shown.length ? [`… and ${String(faults.length - shown.length)} more`] : [];
    super([...shown, ...more].join('\n'));
    this.name = 'BadInput';
  }
}

/** Checks one value and adds its faults; a shape is a tree of these. */
export type Shape = (value: unknown, path: string, faults: Fault[]) => void;

/** An object with exactly these keys; those named `optional` may be absent. */
export function object(required: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape {
  const known = new Map(Object.entries({ ...required, ...optional }));
  return (value, path, faults) => {
    if (!isRecord(value)) {
      fault(faults, path, value, 'an object');
      return;
    }
    for (const key of Object.keys(required)) {
      if (!Object.hasOwn(value, key))
        faults.push({ path: join(path, key), found: 'nothing', allowed: 'this key is required' });
    }
    for (const [key, item] of Object.entries(value)) {
      const shape = known.get(key);
      if (shape) shape(item, join(path, key), faults);
      else
        faults.push({
          path: join(path, key),
          found: 'an unknown key',
          allowed: [...known.keys()].join(', '),
        });
    }
  };
}

/** A list, of at most so many entries. */
export function list(item: Shape, most = Infinity): Shape {
  return (value, path, faults) => {
    if (!Array.isArray(value)) {
      fault(faults, path, value, 'a list');
      return;
    }
    if (value.length > most)
      faults.push({ path, found: `${String(value.length)} entries`, allowed: `at most ${String(most)}` });
    value.forEach((entry, index) => item(entry, `${path}[${String(index)}]`, faults));
  };
}

/** An object of free keys, each with the same kind of value. */
export function record(item: Shape): Shape {
  return (value, path, faults) => {
    if (!isRecord(value)) {
      fault(faults, path, value, 'an object');
      return;
    }
    for (const [key, entry] of Object.entries(value)) item(entry, join(path, key), faults);
  };
}

export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Shape {
  const allowed =
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number of ${String(min)} or more`
      : `a whole number from ${String(min)} to ${String(max)}`;
  return (value, path, faults) => {
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
      fault(faults, path, value, allowed);
  };
}

export function numeric(min: number, max: number): Shape {
  return (value, path, faults) => {
    const good = typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max;
    if (!good) fault(faults, path, value, `a number from ${String(min)} to ${String(max)}`);
  };
}

export const text: Shape = (value, path, faults) => {
  if (typeof value !== 'string') fault(faults, path, value, 'a text');
};

export const truth: Shape = (value, path, faults) => {
  if (typeof value !== 'boolean') fault(faults, path, value, 'true or false');
};

export function oneOf(names: readonly string[]): Shape {
  return (value, path, faults) => {
    if (!names.some((name) => name === value)) fault(faults, path, value, names.join(', '));
  };
}

export function orNull(shape: Shape): Shape {
  return (value, path, faults) => {
    if (value !== null) shape(value, path, faults);
  };
}

/** Any test of a value that already has the right form. */
export function where(test: (value: unknown) => boolean, allowed: string): Shape {
  return (value, path, faults) => {
    if (!test(value)) fault(faults, path, value, allowed);
  };
}

/** A value as a person may recognise it in the file, cut short. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const written = JSON.stringify(value);
  return written.length > 60 ? `${written.slice(0, 57)}…` : written;
}

function fault(faults: Fault[], path: string, value: unknown, allowed: string): void {
  faults.push({ path: path === '' ? 'the file' : path, found: describe(value), allowed });
}

function join(path: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
