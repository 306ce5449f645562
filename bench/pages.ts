import { performance } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';
import { withSource } from '../src/commands/prepare-database.js';
import { percentiles } from './percentiles.js';
import { withExample } from './service.js';

const ROUNDS = 60;
const ADDRESS = 'http://127.0.0.1:3999';

interface Read {
  html: string;
  /** Octets over the wire. */
  sent: number;
  ms: number;
}

/** A browser as far as a measurement needs one: it keeps cookies and asks for compressed pages. */
export class Reader {
  private readonly cookies = new Map<string, string>();

  async be(name: string): Promise<this> {
    const { html } = await this.read('/example-users');
    const [, id = ''] =
      new RegExp(`example-users/([0-9a-f-]{36})"(?:(?!example-users/)[^])*Be ${name}`).exec(html) ?? [];
    const [, token = ''] = /name="_csrf" value="([^"]+)"/.exec(html) ?? [];
    await this.send(`/example-users/${id}`, { method: 'POST', body: new URLSearchParams({ _csrf: token }) });
    return this;
  }

  async read(path: string): Promise<Read> {
    const start = performance.now();
    const response = await this.send(path, { headers: { 'Accept-Encoding': 'gzip' } });
    const body = Buffer.from(await response.arrayBuffer());
    const ms = performance.now() - start;
    if (response.status !== 200) throw new Error(`${path} answered ${String(response.status)}`);
    // fetch has unpacked the page; what went over the wire is what its header says, or the page itself.
    const sent =
      Number(response.headers.get('content-length') ?? 0) || (await packedSize(path, this.header()));
    return { html: body.toString('utf8'), sent, ms };
  }

  private header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(`${ADDRESS}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, Cookie: this.header() },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }
}

/** Octets of a page as it goes over the wire, compressed. */
async function packedSize(path: string, cookie: string): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((done, failed) => {
    request(`${ADDRESS}${path}`, { headers: { Cookie: cookie, 'Accept-Encoding': 'gzip' } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const packed = Buffer.concat(parts);
        if (response.headers['content-encoding'] === 'gzip') gunzipSync(packed);
        done(packed.length);
      });
    })
      .on('error', failed)
      .end();
  });
}

/** Time and weight of every kind of page on the example programme, signed in as those who read it. */
export async function measurePages(): Promise<void> {
  await withExample(async (url) => {
    const home = (await (await new Reader().be('Ruth Adeyemi')).read('/')).html;
    const assets = [...home.matchAll(/\/assets\/[^"]+/g)].map(([path]) => path);
    const sizes = await Promise.all(
      [...assets, ...(await scriptsOf(assets))].map((path) => packedSize(path, '')),
    );
    console.log(
      `styles and scripts, once: ${String(Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000))} KB`,
    );
    for (const [who, paths] of Object.entries(await pagesOf(url))) {
      const reader = await new Reader().be(who);
      for (const path of paths) await measurePage(reader, path);
    }
  });
}

/** Pages by who reads them. */
async function pagesOf(url: string): Promise<Record<string, string[]>> {
  const one = (sql: string): Promise<string> =>
    withSource(url, async (source) => (await source.query<{ id: string }[]>(sql))[0]?.id ?? '');
  const confirmed = await one(`SELECT id FROM challenges WHERE state = 'confirmed' LIMIT 1`);
  const request = await one(
    `SELECT t.id FROM team_requests t JOIN proposals p ON p.request_id = t.id WHERE p.state = 'proposed' LIMIT 1`,
  );
  const proposal = await one(`SELECT id FROM proposals WHERE state = 'proposed' LIMIT 1`);
  const council = await one(`SELECT id FROM councils WHERE code = 'E07000041'`);
  const visited = await one(`SELECT follows_id AS id FROM challenges WHERE follows_id IS NOT NULL LIMIT 1`);
  const peer = await one(`SELECT peer_id AS id FROM accounts WHERE role = 'peer' AND example`);
  const self = await one(`SELECT name AS id FROM accounts WHERE role = 'peer' AND example`);
  const teams = [
    `/challenges/${confirmed}`,
    `/team-requests/${request}`,
    `/proposals/${proposal}/seats/lead-member`,
  ];
  const after = [
    `/challenges/${visited}`,
    `/challenges/${visited}/recommendations`,
    `/challenges/${visited}/feedback`,
  ];
  return {
    'Ruth Adeyemi': [
      '/',
      '/challenges',
      '/deadlines',
      '/councils',
      `/councils/${council}`,
      '/peers',
      ...teams,
      ...after,
    ],
    'Mei Chapman': ['/', `/challenges/new/dates?council=${council}&kind=corporate`],
    [self]: ['/', `/peers/${peer}/availability`],
    'Usha Patel': ['/', '/kinds/corporate', '/accounts'],
  };
}

async function measurePage(reader: Reader, path: string): Promise<void> {
  const times: number[] = [];
  let sent = 0;
  for (let n = 0; n < ROUNDS; n++) {
    const read = await reader.read(path);
    times.push(read.ms);
    sent = read.sent;
  }
  console.log(
    `GET ${path.replace(/[0-9a-f-]{36}/g, ':id')}: ${percentiles(times)}, ${(sent / 1000).toFixed(1)} KB`,
  );
}

/** Scripts that a script brings with it. */
async function scriptsOf(assets: string[]): Promise<string[]> {
  const texts = await Promise.all(
    assets
      .filter((path) => path.endsWith('.js'))
      .map(async (path) => (await fetch(`${ADDRESS}${path}`)).text()),
  );
  return texts.flatMap((text) =>
    [...text.matchAll(/from '(\/assets\/[^']+)'/g)].map(([, path]) => path ?? ''),
  );
}
