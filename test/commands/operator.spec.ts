import { userInfo } from 'node:os';
import {
  accountLines,
  disableAccount,
  endSessions,
  jobLines,
  messageLines,
  retryMessages,
  runRetention,
  settleFailed,
} from '../../src/commands/operator-work.js';
import { Account } from '../../src/people/account.entity.js';
import { giveUp } from '../support/failed-jobs.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

describe('an operator at the command line of the server', () => {
  let service: Service;
  let ann: Account;
  let session: PageSession;

  beforeAll(async () => {
    service = await Service.start({ worker: false });
    const facts = { name: 'Ann Bell', role: 'programme', example: true } as const;
    ann = await service.source.manager.save(Account, { ...facts, email: 'ann@operator.example' });
    await service.source.manager.save(Account, {
      ...{ name: 'Ed Min', email: 'ed@operator.example', role: 'admin', example: true },
    } as const);
    session = await new PageSession(service.app).be(ann.id);
  }, 60_000);
  afterAll(() => service.stop());

  const trail = (action: string): Promise<{ actor: string; subject: string }[]> =>
    service.db.query(
      `SELECT actor, subject FROM audit_waiting WHERE action = $1 UNION SELECT actor, subject FROM audit_entries WHERE action = $1 ORDER BY subject`,
      [action],
    );
  const mine = `operator:${userInfo().username}`;

  it('sees who may sign in, and signs somebody out', async () => {
    expect(await accountLines(service.settings)).toEqual([
      'ed@operator.example  admin  active  Ed Min',
      'ann@operator.example  programme  active  Ann Bell',
    ]);
    expect((await session.get('/programme')).status).toBe(200);
    await endSessions(service.settings, 'ANN@operator.example');
    expect((await session.get('/programme')).headers.location).toMatch(/^\/sign-in/);
    expect(await trail('sessions.ended')).toEqual([{ actor: mine, subject: `account:${ann.id}` }]);
  });

  it('disables an account, whose owner is told, and never the last administrator', async () => {
    await disableAccount(service.settings, 'ann@operator.example');
    expect((await accountLines(service.settings))[1]).toBe(
      'ann@operator.example  programme  disabled  Ann Bell',
    );
    const told = await service.source.query<{ recipient: string }[]>(
      `SELECT recipient FROM messages WHERE template = 'account-changed'`,
    );
    expect(told).toEqual([{ recipient: 'ann@operator.example' }]);
    expect(await trail('account.changed')).toEqual([{ actor: mine, subject: `account:${ann.id}` }]);
    await expect(disableAccount(service.settings, 'ed@operator.example')).rejects.toThrow('administrator');
    await expect(endSessions(service.settings, 'nobody@operator.example')).rejects.toThrow(
      'Found the address "nobody@operator.example"; allowed: that of an account, as "account list" shows it.',
    );
  });

  it('sees what mail waits without seeing for whom, and has what is parked tried again', async () => {
    const [[parked]] = await service.source.query<[[{ id: string }], number]>(
      `UPDATE messages SET state = 'parked', tries = 9 WHERE template = 'account-changed' RETURNING id`,
    );
    expect(await messageLines(service.settings)).toEqual([
      `${parked.id}  account-changed  parked  tried: 9 times`,
    ]);
    expect(await retryMessages(service.settings)).toBe(1);
    expect(await messageLines(service.settings)).toEqual([
      `${parked.id}  account-changed  waiting  tried: 0 times`,
    ]);
    expect(await retryMessages(service.settings)).toBe(0);
    expect(await trail('messages.retried')).toEqual([{ actor: mine, subject: 'messages' }]);
  });

  it('sees what was given up, tries it again or drops it, but for an erasure', async () => {
    await giveUp(service.settings, [
      ['daily-step', 'step'],
      ['find-chain', 'chain'],
      ['forget-outside', 'erasure'],
    ]);
    expect(await jobLines(service.settings)).toEqual([
      'teams  chain  find-chain  tried: 1 time',
      'daily  step  daily-step  tried: 1 time',
      'outside  erasure  forget-outside  tried: 1 time',
    ]);
    await settleFailed(service.settings, 'daily', 'step', 'retry');
    await settleFailed(service.settings, 'teams', 'chain', 'drop');
    await expect(settleFailed(service.settings, 'outside', 'erasure', 'drop')).rejects.toThrow(
      'An erasure is not dropped',
    );
    await expect(settleFailed(service.settings, 'tea', 'step', 'drop')).rejects.toThrow(
      'Found the queue "tea"; allowed: teams, plans, messages, daily, outside, work.',
    );
    expect(await jobLines(service.settings)).toEqual(['outside  erasure  forget-outside  tried: 1 time']);
    expect([...(await trail('job.dropped')), ...(await trail('job.retried'))]).toEqual([
      { actor: mine, subject: 'job:chain' },
      { actor: mine, subject: 'job:step' },
    ]);
  });

  it('has what is older than policy says removed at once', async () => {
    await service.source.query(
      `UPDATE messages SET state = 'sent', sent_at = now() - interval '20 years', created_at = now() - interval '20 years'`,
    );
    const lines = await runRetention(service.settings);
    expect(lines.find((line) => line.startsWith('messages '))).toMatch(/removed in the last 90 days: 1$/);
    expect(await service.source.query('SELECT FROM messages')).toHaveLength(0);
    expect(await trail('retention.run')).toEqual([{ actor: mine, subject: 'retention' }]);
  });
});
