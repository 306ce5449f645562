import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { withSource } from '../../src/commands/prepare-database.js';
import type { Role } from '../../src/people/permissions.js';
import { aYearFrom, createToken } from '../../src/people/tokens.js';
import { asApplication } from './database.js';
import { freePort } from './ports.js';

/** The service as it runs for real: web and worker from the build, each a process. */
export class Processes {
  /** What they wrote to their logs. */
  readonly log: string[] = [];
  web: ChildProcess | null = null;
  worker: ChildProcess | null = null;
  private readonly tokens = new Map<Role, string>();

  private constructor(
    private readonly ownerUrl: string,
    private readonly port: number,
    private readonly environment: Record<string, string>,
  ) {}

  /** On a migrated database, whose owner's address is given. */
  static async start(ownerUrl: string, environment: Record<string, string> = {}): Promise<Processes> {
    const these = new Processes(ownerUrl, await freePort(), environment);
    try {
      these.web = await these.run('main');
      these.worker = await these.run('worker');
      return these;
    } catch (error) {
      await these.stop();
      throw error;
    }
  }

  get address(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  async run(what: 'main' | 'worker'): Promise<ChildProcess> {
    const started = fork(new URL(`../../src/${what}.js`, import.meta.url).pathname, {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: asApplication(this.ownerUrl),
        MODE: 'example',
        PORT: String(this.port),
        ADDRESS: this.address,
        API_PER_MINUTE: '1000000',
        ...this.environment,
      },
      execArgv: [],
      silent: true,
    });
    for (const stream of [started.stdout, started.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => this.log.push(line));
    const exit = once(started, 'exit').then(() => {
      throw new Error(`${what} did not start: ${this.log.slice(-3).join(' ')}`);
    });
    await Promise.race([once(started, 'message'), exit]);
    exit.catch(() => undefined); // later it may end when it is told to
    return started;
  }

  async token(role: Role): Promise<string> {
    const known = this.tokens.get(role);
    if (known) return known;
    const made = await withSource(this.ownerUrl, (source) =>
      createToken(source.manager, { name: `processes ${role}`, role, expiresAt: aYearFrom(new Date()) }),
    );
    this.tokens.set(role, made);
    return made;
  }

  /** Asks the API as somebody. */
  async ask(
    role: Role,
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${this.address}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${await this.token(role)}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      body: body ? JSON.stringify(body) : null,
    });
  }

  /** Asks the API for what must be given. */
  async done<T>(role: Role, method: string, path: string, body?: object): Promise<T> {
    const answer = await this.ask(role, method, path, body);
    if (!answer.ok)
      throw new Error(`${method} ${path} answered ${String(answer.status)}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async stop(): Promise<void> {
    await Promise.all([ended(this.web), ended(this.worker)]);
  }
}

/** Tells a process to end, and gives the milliseconds that it took. */
export async function ended(child: ChildProcess | null): Promise<number> {
  const told = Date.now();
  if (child?.exitCode !== null || child.signalCode !== null) return 0;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
  return Date.now() - told;
}
