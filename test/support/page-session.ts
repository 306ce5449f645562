import type { NestExpressApplication } from '@nestjs/platform-express';
import request, { type Test } from 'supertest';

export type Answer = Awaited<Test>;

/** A browser without script: keeps its cookies, and sends each form with the token of the page that it stands on. */
export class PageSession {
  private cookies = new Map<string, string>();
  /** The token of its forms; another session has another. */
  private formToken: string | undefined;

  private readonly server: Parameters<typeof request>[0];

  /** Talks to an application of this process, or to the address of another. */
  constructor(app: NestExpressApplication | string) {
    this.server = typeof app === 'string' ? app : app.getHttpServer();
  }

  /** Signs in as an example user. */
  async be(accountId: string): Promise<this> {
    await this.get('/example-users');
    const { status } = await this.post(`/example-users/${accountId}`, {});
    if (status !== 303) throw new Error(`the sign-in was answered with ${String(status)}`);
    return this;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(request(this.server).get(path).set(headers));
  }

  /** A file as its bytes. */
  async bytes(path: string): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
    const sent = request(this.server).get(path).responseType('blob');
    const answer = await this.send(sent);
    return { status: answer.status, headers: answer.headers, body: answer.body as Buffer };
  }

  /** Sends a form with the token of a page that this browser has open. */
  async post(path: string, form: object, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.send(
      request(this.server)
        .post(path)
        .set(headers)
        .type('form')
        .send({ _csrf: await this.token(), ...form }),
    );
    const next = (answer.headers as Record<string, string | undefined>).location ?? '';
    // What is to be checked before it is sent stands on a page of its own.
    return answer.status === 303 && next.includes('?draft=') ? this.get(next) : answer;
  }

  /** Sends a form with a file. */
  async upload(path: string, form: Record<string, string>, content: string | Buffer): Promise<Answer> {
    const sent = request(this.server)
      .post(path)
      .field({ _csrf: await this.token(), ...form });
    return this.send(sent.attach('file', Buffer.from(content), 'file.csv'));
  }

  async token(): Promise<string> {
    if (this.formToken) return this.formToken;
    const page = await this.get('/sign-in');
    this.formToken = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    return this.formToken;
  }

  /** Its cookies as a browser sends them. */
  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  cookie(name: string): string | undefined {
    return this.cookies.get(name);
  }

  setCookie(name: string, value: string): void {
    this.cookies.set(name, value);
    this.formToken = undefined;
  }

  private async send(sent: Test): Promise<Answer> {
    // Compression is for the browser tests.
    const response = await sent.set('Accept-Encoding', 'identity').set('Cookie', this.cookieHeader);
    for (const cookie of (response.headers['set-cookie'] as unknown as string[] | undefined) ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (this.cookies.get(name) !== value) this.formToken = undefined;
      this.cookies.set(name, value);
    }
    if (response.type === 'text/html' && !Buffer.isBuffer(response.body))
      response.text = asRead(response.text);
    return response;
  }
}

const BLOCKS =
  'div|p|ul|ol|li|table|thead|tbody|tr|th|td|dl|dt|dd|h[1-6]|form|section|br|main|header|footer|nav|caption|fieldset|legend|option|select|input|svg|figure|figcaption|details|summary';

/** A page as its reader meets it: however its source is laid out, white space is one space, and none stands around a block. */
const asRead = (html: string): string =>
  html
    .split(/(<textarea[^]*?<\/textarea>)/)
    .map((part) => (part.startsWith('<textarea') ? part : compact(part)))
    .join('');

const compact = (html: string): string =>
  html
    .replace(/\s+/g, ' ')
    .replace(/ ?\/?>/g, '>')
    .replace(new RegExp(` ?(</?(?:${BLOCKS})\\b[^>]*>) ?`, 'g'), '$1');
