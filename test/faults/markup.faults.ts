import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Account } from '../../src/people/account.entity.js';
import { figure } from '../support/figure.js';
import { sortOf } from '../support/page-sorts.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

/** The Nu HTML checker of the W3C, which needs Java. */
const CHECKER = join(createRequire(import.meta.url).resolve('vnu-jar/package.json'), '../build/dist/vnu.jar');
/** Pages of one sort that are read: they differ by what they are about. */
const OF_A_SORT = 3;

interface Said {
  url: string;
  message: string;
  extract?: string;
}

let service: Service;
let folder: string;

beforeAll(async () => {
  service = await Service.start({ example: true });
  folder = await mkdtemp(join(tmpdir(), 'critical-friend-markup-'));
}, 120_000);
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

/** Keeps the pages that links lead somebody to, each with its address in its name. */
async function keepPages(who: Account, kept: Map<string, string>): Promise<void> {
  const person = await new PageSession(service.app).be(who.id);
  const seen = new Map<string, number>();
  const queue = ['/'];
  const known = new Set(queue);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const sort = sortOf(path);
    const times = seen.get(sort) ?? 0;
    if (times >= OF_A_SORT) continue;
    seen.set(sort, times + 1);
    const { status, body, headers } = await person.bytes(path);
    // A start page may lead to another page.
    if (status >= 300 && headers.location) queue.unshift(headers.location);
    if (status >= 300 || !headers['content-type']?.startsWith('text/html')) continue;
    const text = body.toString('utf8');
    const file = join(folder, `${String(kept.size)}.html`);
    await writeFile(file, text);
    kept.set(file, `${path} as ${who.role}`);
    for (const [, link = ''] of text.matchAll(/<a [^>]*href="(\/[^/"][^"]*)"/g)) {
      const next = link.replaceAll('&amp;', '&');
      if (known.has(next)) continue;
      known.add(next);
      queue.push(next);
    }
  }
}

describe('the markup of every page that links lead to', () => {
  it('is without fault by the Nu HTML checker, for every role', async () => {
    const kept = new Map<string, string>();
    for (const who of await service.source.manager.findBy(Account, { example: true }))
      await keepPages(who, kept);
    expect(kept.size).toBeGreaterThan(200);
    const { stderr, error } = spawnSync(
      'java',
      ['-Xss4m', '-jar', CHECKER, '--errors-only', '--format', 'json', folder],
      { encoding: 'utf8', maxBuffer: 100_000_000 },
    );
    expect(error).toBeUndefined();
    const { messages } = JSON.parse(stderr) as { messages: Said[] };
    const faults = messages.map(
      ({ url, message, extract = '' }) =>
        `${(kept.get(new URL(url).pathname) ?? url).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')}: ${message} ${extract.trim().slice(0, 120)}`,
    );
    figure(31, `${String(kept.size)} pages: ${String(faults.length)} faults`, faults.length === 0);
    expect([...new Set(faults)]).toEqual([]);
  }, 900_000);
});
