import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { isRecordedDate } from '../calendar/dates.js';

/** What every field may say of itself. */
interface Common {
  /** May be left out. */
  optional?: boolean;
  /** May be null. */
  nullable?: boolean;
  description?: string;
}

/** One decorator says type, validation and OpenAPI of a field. */
function field(
  api: ApiPropertyOptions,
  rules: PropertyDecorator[],
  { optional, nullable, description }: Common,
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      ...api,
      required: !optional,
      ...(nullable ? { nullable: true } : {}),
      ...(description ? { description } : {}),
    } as ApiPropertyOptions),
    ...rules,
    ...(optional ? [nullable ? IsOptional() : ValidateIf((_, value) => value !== undefined)] : []),
    ...(nullable && !optional ? [ValidateIf((_, value) => value !== null)] : []),
  );
}

const NO_CONTROL = /^(?:[^\p{Cc}]|[\t\n\r])*$/u;

/** Text of 1 to `max` characters (2,000 unless told), without control characters. */
export function Text(
  options: Common & { max?: number; min?: number; pattern?: RegExp } = {},
): PropertyDecorator {
  const { max = 2000, min = 1 } = options;
  const rules = [
    IsString(),
    MinLength(min),
    MaxLength(max),
    Matches(NO_CONTROL, { message: 'must not contain control characters' }),
  ];
  return field(
    { type: String, minLength: min, maxLength: max },
    options.pattern ? [...rules, Matches(options.pattern)] : rules,
    options,
  );
}

export function Email(options: Common = {}): PropertyDecorator {
  return field({ type: String, format: 'email', maxLength: 254 }, [IsEmail(), MaxLength(254)], options);
}

/** A telephone number as people write it, with an extension where there is one; may be left out. */
export function Telephone(): PropertyDecorator {
  const message = 'allowed: a telephone number, such as 020 7946 0123 or +44 20 7946 0123';
  return field(
    { type: String, maxLength: 40 },
    [Matches(/^[+\d(](?:[\d ()+./-]|ext|x){5,39}$/i, { message }), MaxLength(40)],
    { optional: true },
  );
}

export function Int(options: Common & { min: number; max: number }): PropertyDecorator {
  return field(
    { type: 'integer', minimum: options.min, maximum: options.max },
    [IsInt(), Min(options.min), Max(options.max)],
    options,
  );
}

/** A whole number in a query string. */
export function QueryInt(options: Common & { min: number; max: number }): PropertyDecorator {
  return applyDecorators(
    Int(options),
    Transform(({ value }) =>
      typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : (value as unknown),
    ),
  );
}

export function Decimal(options: Common & { min: number; max: number }): PropertyDecorator {
  return field(
    { type: 'number', minimum: options.min, maximum: options.max },
    [IsNumber(), Min(options.min), Max(options.max)],
    options,
  );
}

/** A number with decimals, also from a form or an address. */
export function QueryDecimal(options: Common & { min: number; max: number }): PropertyDecorator {
  return applyDecorators(
    Decimal(options),
    Transform(({ value }) =>
      typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : (value as unknown),
    ),
  );
}

export function Flag(options: Common = {}): PropertyDecorator {
  return field({ type: Boolean }, [IsBoolean()], options);
}

export function Uuid(options: Common = {}): PropertyDecorator {
  return field({ type: String, format: 'uuid' }, [IsUUID()], options);
}

/** A list of ids, at most 500. */
export function Uuids(options: Common = {}): PropertyDecorator {
  const items = { type: 'string', format: 'uuid' };
  return field(
    { type: 'array', items, maxItems: 500 },
    [IsArray(), ArrayMaxSize(500), IsUUID(undefined, { each: true })],
    options,
  );
}

/** The address of something to read, https or http. */
export function Link(options: Common = {}): PropertyDecorator {
  const rules = [
    IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false }),
    MaxLength(1000),
  ];
  return field({ type: String, format: 'uri', maxLength: 1000 }, rules, options);
}

/** A civil date, YYYY-MM-DD. */
export function Day(options: Common = {}): PropertyDecorator {
  const exists = ValidateBy({
    name: 'isRecordedDate',
    validator: {
      validate: isRecordedDate,
      defaultMessage: () => 'must be a day of the calendar from 1900 to 2200, as YYYY-MM-DD',
    },
  });
  const remember: PropertyDecorator = (target, property) =>
    Reflect.defineMetadata(DAYS, [...daysOf(target), property], target);
  return applyDecorators(field({ type: String, format: 'date' }, [exists], options), remember);
}

const DAYS = Symbol('days');

/** Which properties of a form or body are days, by its prototype. */
export const daysOf = (target: object): string[] =>
  (Reflect.getMetadata(DAYS, target) as string[] | undefined) ?? [];

/** An instant, in answers only. */
export function Instant(options: Common = {}): PropertyDecorator {
  return field({ type: String, format: 'date-time' }, [IsString()], options);
}

export function Choice(values: readonly string[], options: Common = {}): PropertyDecorator {
  return field(
    { type: String, enum: options.nullable ? [...values, null] : [...values] },
    [IsIn(values)],
    options,
  );
}

export function Texts(options: Common & { max?: number; of?: readonly string[] } = {}): PropertyDecorator {
  const { max = 200, of } = options;
  const items = of ? { type: 'string', enum: [...of] } : { type: 'string', maxLength: 200 };
  const rules = of
    ? [IsIn(of, { each: true })]
    : [IsString({ each: true }), MaxLength(200, { each: true }), Matches(NO_CONTROL, { each: true })];
  return field({ type: 'array', items, maxItems: max }, [IsArray(), ArrayMaxSize(max), ...rules], options);
}

export function Ints(options: Common & { min: number; max: number; most: number }): PropertyDecorator {
  const items = { type: 'integer', minimum: options.min, maximum: options.max };
  const rules = [
    IsArray(),
    ArrayMaxSize(options.most),
    IsInt({ each: true }),
    Min(options.min, { each: true }),
    Max(options.max, { each: true }),
  ];
  return field({ type: 'array', items, maxItems: options.most }, rules, options);
}

/** One object of a class of ours. */
export function One(of: () => new () => object, options: Common = {}): PropertyDecorator {
  return field({ type: () => of() }, [IsObject(), ValidateNested(), Type(of)], options);
}

/** A list of objects of a class of ours. */
export function Many(of: () => new () => object, options: Common & { max?: number } = {}): PropertyDecorator {
  const { max = 500 } = options;
  return field(
    { type: () => of(), isArray: true, maxItems: max },
    [IsArray(), ArrayMaxSize(max), IsObject({ each: true }), ValidateNested({ each: true }), Type(of)],
    options,
  );
}

const isLevels = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length <= 200 &&
  Object.values(value).every(
    (level) => Number.isInteger(level) && (level as number) >= least && (level as number) <= most,
  );

/** Whole numbers by name, such as skill levels. */
export function Levels(options: Common & { min: number; max: number }): PropertyDecorator {
  const { min, max } = options;
  const rule = ValidateBy({
    name: 'isLevels',
    validator: {
      validate: (value) => isLevels(value, min, max),
      defaultMessage: () => `must be an object of whole numbers from ${String(min)} to ${String(max)}`,
    },
  });
  return field(
    { type: 'object', additionalProperties: { type: 'integer', minimum: min, maximum: max } },
    [rule],
    options,
  );
}

/** Texts or null by name, such as peers by seat. */
export function Names(options: Common = {}): PropertyDecorator {
  const valid = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => one === null || typeof one === 'string');
  const rule = ValidateBy({
    name: 'isNames',
    validator: { validate: valid, defaultMessage: () => 'must be an object of texts or null' },
  });
  return field({ type: 'object', additionalProperties: { type: 'string', nullable: true } }, [rule], options);
}

/** Anything that JSON can hold, checked elsewhere. */
export function Free(options: Common = {}): PropertyDecorator {
  return field({ type: 'object', additionalProperties: true }, [IsObject()], options);
}
