import { readSettings } from '../src/settings.js';

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
      });
    expect(read).toThrow(
      /DATABASE_URL must begin.*QUEUE_URL must begin.*PORT must be a whole number from 0.*MODE must be.*JOB_LOCK_MS must be/,
    );
    expect(read).not.toThrow(/hunter2/);
    expect(() => readSettings({})).toThrow(/DATABASE_URL/);
  });
});
