import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createDatabase } from '../support/database.js';
import { freePort } from '../support/ports.js';

let web: ChildProcess | null = null;
afterEach(() => {
  web?.kill('SIGKILL');
  web = null;
});

async function started(): Promise<{ process: ChildProcess; port: number }> {
  const port = await freePort();
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'silent', MODE: 'example', PORT: String(port) };
  web = fork(new URL('../../dist/src/main.js', import.meta.url).pathname, {
    env: { ...env, DATABASE_URL: await createDatabase() },
    execArgv: [],
  });
  await once(web, 'message');
  return { process: web, port };
}

function ask(port: number, agent: Agent): Promise<number> {
  return new Promise((done, failed) => {
    const request = get({ port, host: '127.0.0.1', path: '/health/ready', agent }, (response) => {
      response.resume().on('end', () => {
        done(response.statusCode ?? 0);
      });
    }).on('error', () => {
      // A connection that was new had not been taken yet.
      failed(new Error(request.reusedSocket ? 'cut' : 'refused'));
    });
  });
}

describe('the web process that is told to end', () => {
  it('does so in time, cuts no answer of clients that keep their connections, and does not wait for one that says nothing', async () => {
    const { process: server, port } = await started();
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    silent.write('GET /health/live HTTP/1.1\r\nHost: x\r\n');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const exit = once(server, 'exit');
    const answers: number[] = [];
    const faults: string[] = [];
    const asking = (async () => {
      while (server.exitCode === null)
        await ask(port, agent).then(
          (answer) => answers.push(answer),
          (error: unknown) => faults.push((error as Error).message),
        );
    })();
    while (answers.length < 20) await ask(port, agent);
    const told = Date.now();
    server.kill('SIGTERM');
    await exit;
    await asking;
    expect(Date.now() - told).toBeLessThan(10_000);
    expect(new Set(answers)).toEqual(new Set([200]));
    // Whoever comes when it is gone is refused; nobody's answer was cut.
    expect(faults).not.toContain('cut');
    agent.destroy();
    silent.destroy();
  }, 30_000);
});
