import type { OpenAPIObject } from '@nestjs/swagger';
import { FIELD_WORDS } from './fields.js';
import { OPERATION_WORDS } from './operations.js';

/** What is said of an operation in the document. */
export interface Operation {
  operationId?: string;
  tags?: string[];
  security?: object[];
  summary?: string;
  parameters?: { name: string; in: string; description?: string; schema?: object; required?: boolean }[];
  responses: Record<string, { description?: string; headers?: object; content?: object }>;
}

const PARAMETER_WORDS: Record<string, string> = {
  id: 'Id of the thing',
  list: 'Which list the file is for, such as peers',
  import: 'Id of the import',
  year: 'Programme year, by the calendar year in which it begins in April',
  after: 'From the Link header of the page before; opaque',
  limit: 'Most rows in one answer',
  token: 'Id of the token, as the list has it',
  grouping: 'Only councils that belong to this grouping, by its id',
  position: 'Only peers who hold this position',
  name: 'Only those whose name holds these words, whatever the accents, apostrophes and capitals',
  challenge: 'Only those of this challenge',
};

const KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A UUID of your own for this request: sent again with the same body, it is done once and answered alike; with another body it is refused (422).',
  schema: { type: 'string', format: 'uuid' },
};
const MATCH = {
  name: 'If-Match',
  in: 'header',
  required: true,
  description: 'The ETag of what you edited, such as "3"; a 412 says that somebody changed it since.',
  schema: { type: 'string' },
};

const text = (description: string): object => ({ description, schema: { type: 'string' } });
const ALWAYS = {
  'API-Version': text('The version of the API, 1'),
  'X-Request-Id': text('Names the request, as the log does'),
  RateLimit: text('How many requests are left to this token, and in how many seconds there are more'),
  'RateLimit-Policy': text('How many requests a token may make in how many seconds'),
};
const ETAG = { ETag: text('The version of the thing; send it as If-Match with an edit') };
const LINK = { Link: text('Where there are more rows, their address as rel="next"') };

/** Adds words to an operation, and the headers that it takes and gives. `isVersioned`: by the answer's schema. */
export function describeOperation(
  method: string,
  operation: Operation,
  kind: { isVersioned: boolean; isList: boolean },
): void {
  const id = operation.operationId ?? '';
  const words = OPERATION_WORDS[id];
  if (words !== undefined) operation.summary = words;
  const parameters = (operation.parameters ??= []);
  for (const parameter of parameters)
    parameter.description ??= PARAMETER_WORDS[parameter.name] ?? FIELD_WORDS[parameter.name] ?? '';
  if (method === 'post') parameters.push(KEY);
  if (method === 'patch') parameters.push(MATCH);
  if (id === 'Policy_put') parameters.push({ ...MATCH, required: false });
  if (operation.tags?.includes('health')) return;
  for (const response of Object.values(operation.responses))
    response.headers = { ...ALWAYS, ...(kind.isVersioned ? ETAG : {}), ...(kind.isList ? LINK : {}) };
}

/** Adds words to every field that has none. */
export function describeFields({ components }: OpenAPIObject): void {
  for (const [name, schema] of Object.entries(components?.schemas ?? {})) {
    if (!('properties' in schema)) continue;
    for (const [field, shape] of Object.entries(schema.properties ?? {})) {
      const words = FIELD_WORDS[`${name}.${field}`] ?? FIELD_WORDS[field];
      if (words !== undefined) (shape as { description?: string }).description ??= words;
    }
  }
}
