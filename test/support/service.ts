import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Client } from 'pg';
import { pino } from 'pino';
import request, { type Test } from 'supertest';
import { DataSource } from 'typeorm';
import { makeApp } from '../../src/app.js';
import { startWorker } from '../../src/background.js';
import type { Role } from '../../src/people/permissions.js';
import { aYearFrom, createToken, type TokenFor } from '../../src/people/tokens.js';
import { Database } from '../../src/database/database.js';
import { readSettings, type Settings } from '../../src/settings.js';
import { TestClock } from './clock.js';
import { asApplication, createDatabase } from './database.js';
import { freePort } from './ports.js';
import { ResponseChecker } from './response-checker.js';

/** Answers of all services of a thread are held against one document. */
let checker: Promise<ResponseChecker> | undefined;

/** The whole service for one test file: its own database, the web application, and a worker where wanted. */
export class Service {
  readonly source: DataSource;
  readonly db: Database;
  private readonly tokens = new Map<string, string>();
  private worker: { close: () => Promise<void> } | null = null;

  private constructor(
    readonly app: NestExpressApplication,
    readonly settings: Settings,
    /** The time of the web application and of the worker. */
    readonly clock: TestClock,
    /** Its database, as the owner. */
    readonly owner: string,
  ) {
    this.source = app.get(DataSource);
    this.db = app.get(Database);
  }

  static async start(
    options: {
      worker?: boolean;
      queueUrl?: string;
      example?: boolean;
      environment?: Record<string, string>;
    } = {},
  ): Promise<Service> {
    const ownerUrl = await createDatabase(options.example);
    // Links in messages name it before the service starts.
    const port = await freePort();
    const settings = readSettings({
      DATABASE_URL: asApplication(ownerUrl),
      LOG_LEVEL: 'silent',
      API_PER_MINUTE: '1000000',
      MODE: 'example',
      PORT: String(port),
      ADDRESS: `http://127.0.0.1:${String(port)}`,
      ...options.environment,
      ...(options.queueUrl ? { QUEUE_URL: options.queueUrl } : {}),
    });
    const clock = new TestClock();
    const app = await makeApp(settings, pino({ level: 'silent' }), clock);
    await app.listen(port, '127.0.0.1');
    const service = new Service(app, settings, clock, ownerUrl);
    if (options.worker ?? true)
      service.worker = await startWorker(settings, pino({ level: 'silent' }), clock);
    return service;
  }

  async stop(): Promise<void> {
    await this.worker?.close();
    await this.app.close();
  }

  /** The description of the API: all services of one run have the same, and the first writes it down for the others. */
  private async document(): Promise<object> {
    const path = join(process.env.TEST_FOLDER ?? '', 'openapi.json');
    const known = await readFile(path, 'utf8').catch(() => null);
    if (known !== null) return JSON.parse(known) as object;
    const { text } = await request(this.app.getHttpServer()).get('/api/openapi.json');
    const half = `${path}.${randomUUID()}`;
    await writeFile(half, text);
    await rename(half, path);
    return JSON.parse(text) as object;
  }

  /** What the service itself may not do, as the owner of the database. */
  async asOwner(...statements: string[]): Promise<void> {
    const owner = new Client({ connectionString: this.owner });
    await owner.connect();
    try {
      for (const statement of statements) await owner.query(statement);
    } finally {
      await owner.end();
    }
  }

  /** A token of a role, made once for each scope. */
  async token(role: Role, scope: Partial<Omit<TokenFor, 'name' | 'role'>> = {}): Promise<string> {
    const key = JSON.stringify([role, scope]);
    const known =
      this.tokens.get(key) ??
      (await createToken(this.source.manager, {
        name: key,
        role,
        expiresAt: aYearFrom(new Date()),
        ...scope,
      }));
    this.tokens.set(key, known);
    return known;
  }

  /** Sends a request as somebody; the answer is held against the OpenAPI document. */
  async send(
    who: Role | { token: string },
    method: 'get' | 'post' | 'put' | 'patch',
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ): Promise<Awaited<Test>> {
    const token = typeof who === 'string' ? await this.token(who) : who.token;
    const agent = request(this.app.getHttpServer());
    const sent = agent[method](path).set({ Authorization: `Bearer ${token}`, ...headers });
    const response = await (body === undefined
      ? sent
      : typeof body === 'string'
        ? sent.type('text/csv').send(body)
        : sent.send(body));
    checker ??= this.document().then((document) => new ResponseChecker(document));
    (await checker).check(method, path, response);
    return response;
  }

  /** Sends a request that must succeed, and gives its body. */
  async done<T = Record<string, unknown>>(
    who: Role | { token: string },
    method: 'get' | 'post' | 'put' | 'patch',
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await this.send(who, method, path, body, headers);
    if (response.status >= 300)
      throw new Error(`${method} ${path} answered ${String(response.status)}: ${response.text}`);
    return response.body as T;
  }
}

export const newKey = (): string => randomUUID();

/** Looks again until something is there; throws after 20 seconds. */
export async function eventually<T>(
  look: () => Promise<T | null | undefined | false>,
  what = 'it',
): Promise<T> {
  for (const until = Date.now() + 20_000; Date.now() < until;) {
    const found = await look();
    if (found) return found;
    await new Promise((next) => setTimeout(next, 25));
  }
  throw new Error(`${what} did not come to be within 20 seconds`);
}
