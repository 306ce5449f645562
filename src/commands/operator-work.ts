import { Clock } from '../database/clock.js';
import type { Database } from '../database/database.js';
import { amount } from '../english/words.js';
import { RetentionService } from '../erasure/retention.service.js';
import { Jobs } from '../jobs/jobs.js';
import { ALL_QUEUES, openQueues, type Queues } from '../jobs/queue.js';
import { MessagesService } from '../messages/messages.service.js';
import { failedJobs, settleJob, type Settlement } from '../operations/failed-jobs.js';
import { Account } from '../people/account.entity.js';
import { AccountsService } from '../people/accounts.service.js';
import { record } from '../people/audit.js';
import { DeputiesService } from '../people/deputies.service.js';
import { ReferenceService } from '../reference/reference.service.js';
import type { Settings } from '../settings.js';
import { operator } from './operator.js';
import { withDatabase } from './prepare-database.js';

const messagesOf = (db: Database, settings: Settings): MessagesService =>
  new MessagesService(db, settings, new Jobs(settings, new Clock()));

/** A line for each account: its address, as whom it signs in, whether it may, and whose it is. */
export const accountLines = ({ DATABASE_URL }: Settings): Promise<string[]> =>
  withDatabase(DATABASE_URL, async (db) => {
    const accounts = await db.manager.find(Account, { order: { role: 'ASC', email: 'ASC' } });
    return accounts.map(({ email, role, state, name }) => [email, role, state, name].join('  '));
  });

/** Signs somebody out everywhere, and lets them in no more. Throws an Error for an address without an account, and for the last administrator. */
export const disableAccount = (settings: Settings, email: string): Promise<void> =>
  withAccount(settings, email, async (accounts, { id, version }) => {
    await accounts.change(operator(), id, version, { state: 'disabled' });
  });

/** Signs somebody out everywhere. Throws an Error for an address without an account. */
export const endSessions = (settings: Settings, email: string): Promise<void> =>
  withAccount(settings, email, (accounts, { id }) => accounts.endSessionsOf(operator(), id));

/** A line for each message that is not sent: its id, what it is, where it stands, and how often it was tried; nobody's address. */
export const messageLines = ({ DATABASE_URL }: Settings): Promise<string[]> =>
  withDatabase(DATABASE_URL, async (db) => {
    const rows = await db.query<{ id: string; template: string; state: string; tries: number }[]>(
      `SELECT id, template, state, tries FROM messages WHERE state <> 'sent' AND settled_at IS NULL ORDER BY created_at LIMIT 1000`,
    );
    return rows.map(({ id, template, state, tries }) =>
      [id, template, state, `tried: ${amount(tries, 'time')}`].join('  '),
    );
  });

/** What could not be sent is tried again from the beginning. Returns how many messages that are. */
export const retryMessages = (settings: Settings): Promise<number> =>
  withDatabase(settings.DATABASE_URL, (db) =>
    db.transact(async (tx) => {
      const messages = await messagesOf(db, settings).retryParked(tx);
      await record(tx, operator(), 'messages.retried', 'messages', { messages });
      return messages;
    }),
  );

/** A line for each job that was given up: its queue, its id, what it is, and how often it was tried; not what it is about. */
export async function jobLines(settings: Settings): Promise<string[]> {
  const queues = openQueues(settings);
  try {
    return (await failedJobs(queues.it)).map(({ queue, id, name, attemptsMade }) =>
      [queue, id, name, `tried: ${amount(attemptsMade, 'time')}`].join('  '),
    );
  } finally {
    await queues.close();
  }
}

/** Tries a job again that was given up, or drops it. Throws an Error for a queue that is none, and as `settleJob` does. */
export async function settleFailed(
  settings: Settings,
  queue: string,
  id: string,
  what: Settlement,
): Promise<void> {
  if (!isQueue(queue)) throw new Error(`Found the queue "${queue}"; allowed: ${ALL_QUEUES.join(', ')}.`);
  await withDatabase(settings.DATABASE_URL, (db) =>
    settleJob({ db, settings }, operator(), { queue, id }, what),
  );
}

/** Removes now what is older than policy says, and returns a line for each kind of data. */
export const runRetention = ({ DATABASE_URL }: Settings): Promise<string[]> =>
  withDatabase(DATABASE_URL, async (db) => {
    const retention = new RetentionService(db, new ReferenceService(db));
    // Before it: what is removed goes kind by kind, and stays removed where it does not come to its end.
    await db.transact((tx) => record(tx, operator(), 'retention.run', 'retention'));
    await retention.run(db.now());
    return (await retention.lines()).map(
      ({ kind, days, removed }) =>
        `${kind}  kept ${amount(days, 'day')}  removed in the last 90 days: ${String(removed)}`,
    );
  });

const isQueue = (name: string): name is keyof Queues => (ALL_QUEUES as readonly string[]).includes(name);

const withAccount = (
  settings: Settings,
  email: string,
  work: (accounts: AccountsService, account: Account) => Promise<void>,
): Promise<void> =>
  withDatabase(settings.DATABASE_URL, async (db) => {
    const account = await db.manager.findOneBy(Account, { email: email.toLowerCase() });
    if (!account)
      throw new Error(
        `Found the address "${email}"; allowed: that of an account, as "account list" shows it.`,
      );
    const messages = messagesOf(db, settings);
    await work(new AccountsService(db, messages, settings, new DeputiesService(db, messages)), account);
  });
