import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { checkAnchored, trailFault, type Anchored } from '../../src/commands/admin-work.js';
import { frameworkLog } from '../../src/operations/log.js';
import { Account } from '../../src/people/account.entity.js';
import { AuditWatch } from '../../src/people/audit-watch.service.js';
import { Given } from '../support/given.js';
import { Service } from '../support/service.js';

const file = join(tmpdir(), `critical-friend-anchors-${String(process.pid)}`);
const DAY_MS = 86_400_000;

let service: Service;

beforeAll(async () => {
  service = await Service.start({ environment: { AUDIT_ANCHORS: file } });
  await service.source.manager.save(Account, { email: 'ada@office.example', name: 'Ada', role: 'admin' });
  await new Given(service).financePool(1);
});
afterAll(async () => {
  await service.stop();
  await rm(file, { force: true });
});

const look = (day: number): Promise<void> =>
  service.app.get(AuditWatch, { strict: false }).look(new Date(Date.now() + day * DAY_MS));
const faults = async (): Promise<(string | null)[]> =>
  (await service.app.get(AuditWatch, { strict: false }).checks()).map(({ fault }) => fault);
const alarms = (): Promise<{ recipient: string; body: string }[]> =>
  service.source.query(`SELECT recipient, body FROM messages WHERE template = 'audit-broken'`);

const checked = (): Promise<Anchored> => checkAnchored(service.settings, file);

/** Cuts the trail after an entry, as only the owner of the database can. */
const cut = (keep: string): Promise<void> =>
  service.asOwner(
    'ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only',
    `DELETE FROM audit_entries WHERE id > ${keep}`,
  );

describe('the nightly look at the audit trail', () => {
  it('writes down how it ended, and finds it whole', async () => {
    await look(0);
    await new Given(service).financePool(1);
    await look(1);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect([lines.length > 1, await faults()]).toEqual([true, [null, null]]);
    expect(await checked()).toEqual({ lacks: null, unchecked: '' });
  });

  it('does not take what somebody else wrote into the file, and says what it passed over', async () => {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/"entries":\d+/g, '"entries":99999'));
    await expect(checked()).rejects.toThrow('None of the anchors was written under this SESSION_SECRET');
    await writeFile(
      file,
      `${text.replace(/^/gm, 'worker-1  | ')}\n${text.replace(/"entries":\d+/, '"entries":99999').split('\n')[0] ?? ''}\n{"auditAnchor":{"at\n`,
    );
    expect(await checked()).toEqual({
      lacks: null,
      unchecked: '2 lines could not be checked: cut off, changed, or written under another SESSION_SECRET.',
    });
    await writeFile(file, 'nothing of the kind\n');
    await expect(checked()).rejects.toThrow('Found no anchors');
    await writeFile(file, text);
  });

  it('finds an end that was cut off, and tells the administrators', async () => {
    const [last] = await service.source.query<{ id: string }[]>(
      'SELECT max(id) - 3 AS id FROM audit_entries',
    );
    await cut(last?.id ?? '');
    // Also where somebody wrote into the database that it was looked at already.
    const [{ day }] = await service.source.query<[{ day: string }]>(`SELECT (current_date + 2)::text AS day`);
    await service.source.query(
      `INSERT INTO audit_checks (day, at, entries, hash) VALUES ($1, now(), 0, '')`,
      [day],
    );
    await look(2);
    await look(2);
    expect(await trailFault(service.settings.DATABASE_URL)).toMatch(
      /entry \d+, the last one on .*, is not there any more\./,
    );
    expect(await alarms()).toEqual([
      { recipient: 'ada@office.example', body: expect.stringContaining('is not there any more') as unknown },
    ]);
  });

  it('is not fooled where its own notes in the database were cut off too', async () => {
    await service.asOwner('DELETE FROM audit_checks');
    await look(4);
    expect(await faults()).toEqual([null]);
    expect((await checked()).lacks).toMatch(/is not there any more/);
  });
});

it('goes into the log as a line that can be read again', () => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  frameworkLog(log).log({ auditAnchor: { entries: 3 } });
  frameworkLog(log).log('words of the framework');
  expect(lines.map((line) => (JSON.parse(line) as { auditAnchor?: object }).auditAnchor)).toEqual([
    { entries: 3 },
  ]);
});
