import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { describeFields, describeOperation, type Operation } from './api-words/complete.js';
import { operationId } from '../web/operations.js';
import { isApiPath } from '../web/pages.js';

/** The description of the API, OpenAPI 3.1, from the controllers and their DTOs. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Critical Friend')
    .setDescription(
      'Peer challenges of local government: councils, the peer pool, balanced teams, confirmations and follow-up. Errors are RFC 9457 problems. A request may name the version that it is written for (API-Version: 1); docs/api.md says how long that holds.',
    )
    .setVersion('1')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addServer('/')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'A token that an administrator made, sent as it is; it says nothing by itself.',
    });
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: operationId,
  });
  // Pages are for people; only the API is described.
  document.paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => isApiPath(path)));
  for (const path of Object.values(document.paths))
    for (const [method, operation] of Object.entries(path as Record<string, Operation>)) {
      complete(operation);
      describeOperation(method, operation, kindOf(operation, document));
    }
  const schemas = ((document.components ??= {}).schemas ??= {});
  schemas.Problem = problemSchema();
  describeFields(document);
  return inVersion31(document) as OpenAPIObject;
}

function complete(operation: Operation): void {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  operation.responses['4XX'] = {
    description: 'Refused, with what was found, what is allowed and the next step',
    content,
  };
  operation.responses['5XX'] = { description: 'A fault on our side, or the database is away', content };
  operation.security = operation.tags?.includes('health') ? [] : [{ bearer: [] }];
}

/** Whether an answer has a version, and whether it is a list that goes on. */
function kindOf(
  { responses, parameters = [] }: Operation,
  { components }: OpenAPIObject,
): { isVersioned: boolean; isList: boolean } {
  const said = JSON.stringify([responses['200'], responses['201']]);
  const name = /"\$ref":"#\/components\/schemas\/(\w+)"/.exec(said)?.[1] ?? '';
  const shape = JSON.stringify(components?.schemas?.[name] ?? {});
  const isList = parameters.some((parameter) => parameter.name === 'after');
  return { isVersioned: !said.includes('"array"') && shape.includes('"version":'), isList };
}

const problemSchema = (): NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string] => ({
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: {
      type: 'string',
      format: 'uri',
      description: 'What kind of problem it is, as urn:critical-friend:problem:…; docs/api.md lists them',
    },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: {
            type: 'string',
            description: 'A JSON pointer into the body, or the name of a parameter',
          },
          detail: { type: 'string', description: 'What was found, and what is allowed' },
        },
      },
    },
  },
});

/** `nullable` is a word of 3.0; 3.1 says it in the type. */
function inVersion31(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(inVersion31);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, inVersion31(value)]),
  );
  if (nullable !== true) return nullable === undefined ? rest : { ...rest, nullable };
  if (typeof rest.type === 'string') return { ...rest, type: [rest.type, 'null'] };
  return { anyOf: [rest.allOf ? (rest.allOf as unknown[])[0] : { $ref: rest.$ref }, { type: 'null' }] };
}
