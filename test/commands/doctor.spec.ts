import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { diagnose } from '../../src/commands/doctor.js';
import { readSettings } from '../../src/settings.js';
import { asApplication, createDatabase } from '../support/database.js';
import { MailServer } from '../support/mail-server.js';

const KEY = 'name-0a1b2c3d-0a1b-4a1b-8a1b-0a1b2c3d4e5f-1a1b2c3d-0a1b-4a1b-8a1b-0a1b2c3d4e5f';

describe('the doctor', () => {
  let database: string;
  beforeAll(async () => {
    database = asApplication(await createDatabase());
  });

  const about = async (more: Record<string, string>): Promise<{ mail: string; isWell: boolean }> => {
    const settings = readSettings({ DATABASE_URL: database, MODE: 'example', ...more });
    const { lines, isWell } = await diagnose(settings);
    return { mail: lines.find((line) => line.includes(' Mail: ')) ?? '', isWell };
  };

  it('has a line for everything, and notes that no mail goes out', async () => {
    const { lines, isWell } = await diagnose(readSettings({ DATABASE_URL: database, MODE: 'example' }));
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      ...['ok    Database', 'ok    Tables', 'ok    Extensions', 'ok    Rules', 'ok    Rights', 'ok    Owner'],
      ...['ok    Clock', 'ok    Connections', 'ok    Queue', 'ok    Address', 'note  Mail'],
    ]);
    expect(isWell).toBe(true);
  });

  it('asks the mail server whether it lets us in', async () => {
    const server = new MailServer();
    await server.start();
    const SMTP_URL = `smtp://127.0.0.1:${String(server.port)}`;
    expect(await about({ SMTP_URL })).toEqual({
      mail: 'ok    Mail: Whoever sends it answers, and lets us in.',
      isWell: true,
    });
    expect(server.letters).toEqual([]);
    await server.stop();
    const { mail, isWell } = await about({ SMTP_URL });
    expect(mail).toMatch(
      /^WRONG Mail: whoever sends it does not answer, or does not let us in \(code ESOCKET/,
    );
    expect(isWell).toBe(false);
  });

  it('asks GOV.UK Notify for the template, which needs the key', async () => {
    const asked: string[] = [];
    let status = 200;
    const notify = createServer((request, response) => {
      asked.push(
        `${request.method ?? ''} ${request.url ?? ''} ${(request.headers.authorization ?? '').slice(0, 10)}`,
      );
      response.writeHead(status).end('{}');
    }).listen(0, '127.0.0.1');
    await once(notify, 'listening');
    const { port } = notify.address() as AddressInfo;
    const template = '2a1b2c3d-0a1b-4a1b-8a1b-0a1b2c3d4e5f';
    const settings = {
      NOTIFY_KEY: KEY,
      NOTIFY_TEMPLATE: template,
      NOTIFY_URL: `http://127.0.0.1:${String(port)}`,
    };
    expect((await about(settings)).isWell).toBe(true);
    expect(asked).toEqual([`GET /v2/template/${template} Bearer eyJ`]);
    status = 403;
    expect((await about(settings)).mail).toContain('(responseCode 403)');
    notify.close();
  });
});
