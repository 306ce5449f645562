import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Response } from 'supertest';

interface Operation {
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
}

type Paths = Record<string, Record<string, Operation>>;

/** Holds answers against the OpenAPI document: the status is described, and the body is of its schema, with nothing beyond it. */
export class ResponseChecker {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly paths: Paths;
  private readonly known = new Map<string, ValidateFunction>();

  constructor(document: object) {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    const closed = structuredClone(document) as {
      paths: Paths;
      components: { schemas: Record<string, { properties?: object; additionalProperties?: boolean }> };
    };
    for (const schema of Object.values(closed.components.schemas))
      if (schema.properties) schema.additionalProperties ??= false;
    this.ajv.addSchema(closed, 'api');
    this.paths = closed.paths;
  }

  check(method: string, path: string, response: Response): void {
    const bare = path.split('?')[0] ?? '';
    const template = this.templateOf(bare, method);
    if (template === undefined) {
      if (response.status === 404) return;
      throw new Error(`${method} ${bare} is not described in the OpenAPI document`);
    }
    const { responses } = this.paths[template]?.[method] ?? { responses: {} };
    const status = responses[String(response.status)]
      ? String(response.status)
      : `${String(response.status).slice(0, 1)}XX`;
    const described = responses[status];
    if (!described)
      throw new Error(
        `${method} ${template} answered ${String(response.status)}, which is not described: ${response.text.slice(0, 300)}`,
      );
    // What is described without content has none.
    if (described.content === undefined && response.text === '') return;
    const type = response.type;
    const schema = described.content?.[type];
    if (!schema)
      throw new Error(`${method} ${template} answered ${type}, which is not described for ${status}`);
    if (!type.includes('json')) return;
    const validate = this.validator(template, method, status, type);
    if (!validate(response.body))
      throw new Error(
        `${method} ${template} ${status} is not of its schema: ${this.ajv.errorsText(validate.errors)}\n${response.text.slice(0, 500)}`,
      );
  }

  private validator(template: string, method: string, status: string, type: string): ValidateFunction {
    const pointer = ['paths', template, method, 'responses', status, 'content', type, 'schema']
      .map((part) => encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1')))
      .join('/');
    const known = this.known.get(pointer) ?? this.ajv.compile({ $ref: `api#/${pointer}` });
    this.known.set(pointer, known);
    return known;
  }

  /** The described path that an address is of; words before variables. */
  private templateOf(path: string, method: string): string | undefined {
    const fits = Object.keys(this.paths).filter(
      (template) =>
        this.paths[template]?.[method] &&
        new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
    );
    return fits.sort((a, b) => a.split('{').length - b.split('{').length)[0];
  }
}
