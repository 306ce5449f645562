import { createConfig, lintFromString } from '@redocly/openapi-core';
import request from 'supertest';
import { routesOf } from '../support/routes.js';
import { FIELD_WORDS } from '../../src/operations/api-words/fields.js';
import { OPERATION_WORDS } from '../../src/operations/api-words/operations.js';
import { isApiPath } from '../../src/web/pages.js';
import { Service } from '../support/service.js';

interface Described {
  operationId: string;
  summary?: string;
  parameters?: { name: string; in: string; description?: string }[];
  responses: Record<string, { headers?: object }>;
}

let service: Service;
let document: {
  openapi: string;
  components: { schemas: Record<string, { properties?: Record<string, { description?: string }> }> };
  paths: Record<
    string,
    Record<string, { requestBody?: { content: Record<string, { schema: { $ref?: string } }> } }>
  >;
};

beforeAll(async () => {
  service = await Service.start({ worker: false });
  document = (await request(service.app.getHttpServer()).get('/api/openapi.json')).body as typeof document;
});
afterAll(() => service.stop());

describe('the OpenAPI document', () => {
  it('is 3.1, and the linter finds nothing', async () => {
    expect(document.openapi).toMatch(/^3\.1/);
    const config = await createConfig({
      extends: ['recommended'],
      rules: {
        'operation-4xx-response': 'error',
        'no-server-example.com': 'off',
      },
    });
    const problems = await lintFromString({ source: JSON.stringify(document), config });
    expect(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`),
    ).toEqual([]);
  });

  it('describes every route of the API but the metrics and what GOV.UK Notify calls, and no page', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const routes = routesOf(service.app)
      .filter(({ path }) => isApiPath(path) && !['/metrics', '/api/delivery-receipts'].includes(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(routes.sort());
  });

  it('says in words what every operation, parameter and field is', () => {
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path),
    ) as unknown as Described[];
    expect(operations.filter(({ summary }) => !summary).map(({ operationId }) => operationId)).toEqual([]);
    const parameters = operations.flatMap(({ operationId, parameters = [] }) =>
      parameters.filter(({ description }) => !description).map(({ name }) => `${operationId}: ${name}`),
    );
    expect(parameters).toEqual([]);
    const fields = Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties)
        .filter(([, { description }]) => !description)
        .map(([field]) => `${name}.${field}`),
    );
    expect(fields).toEqual([]);
  });

  it('has no words for what is not there', () => {
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((operation) => (operation as unknown as Described).operationId),
    );
    expect(Object.keys(OPERATION_WORDS).filter((id) => !ids.includes(id))).toEqual([]);
    const schemas = Object.entries(document.components.schemas);
    const fields = schemas.flatMap(([name, { properties = {} }]) =>
      Object.keys(properties).flatMap((field) => [field, `${name}.${field}`]),
    );
    expect(Object.keys(FIELD_WORDS).filter((field) => !fields.includes(field))).toEqual([]);
  });

  it('says which headers a request takes and an answer has', () => {
    const edit = document.paths['/api/peers/{id}']?.patch as unknown as Described;
    expect(edit.parameters?.find(({ name }) => name === 'If-Match')).toMatchObject({
      in: 'header',
      required: true,
    });
    expect(Object.keys(edit.responses['200']?.headers ?? {})).toEqual(
      expect.arrayContaining(['ETag', 'RateLimit', 'API-Version']),
    );
    const book = document.paths['/api/challenges']?.post as unknown as Described;
    expect(book.parameters?.map(({ name }) => name)).toContain('Idempotency-Key');
    const list = document.paths['/api/challenges']?.get as unknown as Described;
    expect(Object.keys(list.responses['200']?.headers ?? {})).toContain('Link');
  });

  it('can be read by a person', async () => {
    const page = await request(service.app.getHttpServer()).get('/api/docs/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Critical Friend API');
  });

  it('names a body for every change that takes one, and no route takes fields beyond it', async () => {
    const bodies = routesOf(service.app).filter(
      ({ method, path }) =>
        document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method]?.requestBody?.content['application/json'],
    );
    expect(bodies.length).toBeGreaterThan(15);
    const admin = await service.token('admin');
    // Signals are no administrator's to write.
    const adviser = await service.token('adviser', { region: 'London' });
    for (const { method, path, rule } of bodies) {
      if (rule?.resource || path.includes(':id')) continue;
      const http = request(service.app.getHttpServer());
      const response = await http[method](path)
        .set('Authorization', `Bearer ${path === '/api/signals' ? adviser : admin}`)
        .set('If-Match', '"1"')
        .send({ isAdmin: true });
      expect([path, response.status]).toEqual([path, 400]);
      expect(JSON.stringify(response.body)).toContain('isAdmin');
    }
  });
});

describe('the service itself', () => {
  it('answers that it lives and is ready, and counts', async () => {
    const http = request(service.app.getHttpServer());
    expect((await http.get('/health/live')).body).toEqual({ status: 'ok' });
    expect((await http.get('/health/ready')).body).toEqual({ status: 'ok' });
    expect((await http.get('/metrics')).text).toContain('process_resident_memory_bytes');
  });

  it.each([
    ['no JSON', '{"kind": ', 'application/json', 400],
    ['a list', '[]', 'application/json', 400],
    [
      'NUL in a text',
      JSON.stringify({ councilId: '00000000-0000-4000-8000-000000000000', kind: 'a\u0000b', windows: [] }),
      'application/json',
      400,
    ],
    [
      '31 February',
      JSON.stringify({
        councilId: '00000000-0000-4000-8000-000000000000',
        kind: 'finance',
        windows: [{ start: '2027-02-31', days: 3 }],
      }),
      'application/json',
      400,
    ],
    ['too large a body', JSON.stringify({ kind: 'x'.repeat(2_000_000) }), 'application/json', 413],
    ['a media type of no use', '<a/>', 'application/xml', 415],
  ])('refuses %s with a problem', async (_, body, type, status) => {
    const response = await request(service.app.getHttpServer())
      .post('/api/challenges')
      .set('Authorization', `Bearer ${await service.token('adviser')}`)
      .type(type)
      .send(body);
    expect(response.status).toBe(status);
    expect(response.type).toBe('application/problem+json');
    expect(response.body).toMatchObject({
      status,
      type: expect.stringMatching(/^urn:/) as unknown,
      detail: expect.any(String) as unknown,
    });
    expect(response.text).not.toMatch(/node_modules|\.ts:/);
  });

  it('says 404 for an address it does not know: as a problem to programs, as a page to people', async () => {
    const answers = await Promise.all(
      ['/api/nothing', '/nothing/here'].map((path) => request(service.app.getHttpServer()).get(path)),
    );
    expect(answers.map(({ status, type }) => [status, type])).toEqual([
      [404, 'application/problem+json'],
      [404, 'text/html'],
    ]);
  });
});
