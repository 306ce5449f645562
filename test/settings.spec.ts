import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readServiceSettings, readSettings } from '../src/settings.js';

const URL = 'postgres://somebody:secret@127.0.0.1/db';

describe('the settings', () => {
  it('are read once and typed, with what is usual where nothing is said', () => {
    expect(readSettings({ DATABASE_URL: URL, PORT: '8080' })).toMatchObject({
      PORT: 8080,
      MODE: 'live',
      LOG_LEVEL: 'info',
      JOB_LOCK_MS: 10_000,
    });
  });

  it('tell every fault at once, and repeat no value, since it may be secret', () => {
    const read = (): unknown =>
      readSettings({
        DATABASE_URL: 'mysql://root:hunter2@x',
        QUEUE_URL: 'nonsense',
        PORT: '99999',
        MODE: 'demo',
        JOB_LOCK_MS: '1',
        DATABASE_CONNECTIONS: '1',
      });
    expect(read).toThrow(
      /DATABASE_URL must begin.*DATABASE_CONNECTIONS must be 2 or more.*QUEUE_URL must begin.*PORT must be a whole number from 0.*MODE must be.*JOB_LOCK_MS must be/,
    );
    expect(read).not.toThrow(/hunter2/);
    expect(() => readSettings({})).toThrow(/DATABASE_URL/);
  });

  it('that are secret may stand in files, and are read from there without their last line end', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'secret');
    writeFileSync(file, `${URL}\n`);
    expect(readSettings({ DATABASE_URL_FILE: file }).DATABASE_URL).toBe(URL);
    expect(() => readSettings({ DATABASE_URL: URL, DATABASE_URL_FILE: file })).toThrow(
      'DATABASE_URL and DATABASE_URL_FILE are both given; keep one',
    );
    expect(() => readSettings({ DATABASE_URL: URL, METRICS_TOKEN_FILE: `${file}-not-there` })).toThrow(
      'METRICS_TOKEN_FILE names a file that cannot be read, or is empty',
    );
    writeFileSync(file, '');
    expect(() => readSettings({ DATABASE_URL: URL, SESSION_SECRET_FILE: file })).toThrow(
      'SESSION_SECRET_FILE names a file that cannot be read, or is empty',
    );
  });

  it('that are secret are looked at in real use as they are in the environment', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'secret');
    writeFileSync(file, 'secret secret secret secret secret');
    const live = {
      DATABASE_URL: URL,
      ADDRESS: 'https://cf.example',
      SMTP_URL: 'smtp://mail',
      MAIL_FROM: 'a@b.example',
    };
    expect(() => readServiceSettings({ ...live, SESSION_SECRET_FILE: file })).toThrow(
      'SESSION_SECRET can be guessed',
    );
    expect(() => readServiceSettings({ ...live, SESSION_SECRET_FILE: file })).not.toThrow('is needed');
    writeFileSync(file, 'q8Zr1kT0vLx93mNcYb7Hs5DfWg2JpEuA\n');
    expect(readServiceSettings({ ...live, SESSION_SECRET_FILE: file }).SESSION_SECRET).toBe(
      'q8Zr1kT0vLx93mNcYb7Hs5DfWg2JpEuA',
    );
  });
});
