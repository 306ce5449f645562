import type { ValidationError } from '@nestjs/common';
import type { FieldError } from './problems.js';

/** The faults of a body, by JSON pointer. */
export function fieldErrors(errors: ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = `${parent}/${property.replace(/~/g, '~0').replace(/\//g, '~1')}`;
    return [
      ...Object.values(constraints ?? {}).map((detail) => ({ pointer, detail })),
      ...fieldErrors(children ?? [], pointer),
    ];
  });
}
