import { Redis } from 'ioredis';
import { Client } from 'pg';
import { APPEND_ONLY } from '../database/application-role.js';
import { MIGRATION_NAMES } from '../database/options.js';
import { amount } from '../english/words.js';
import { queueConnections } from '../jobs/queue.js';
import type { Settings } from '../settings.js';
import { explain, NOT_UP_TO_DATE } from './explain.js';

/** What was looked at, and how it is: well, worth a word to whoever runs the service, or such that a process does not start. */
export interface Check {
  what: string;
  how: 'well' | 'told' | 'wrong';
  /** One sentence. */
  says: string;
}

/** No answer is waited for longer, so that whoever starts a process hears within ten seconds. */
const ANSWER_MS = 3000;
/** Lists are cut after so many names. */
const MOST_NAMED = 5;
const VERSIONS = { least: 15, newest: 18 };
const EXTENSIONS = ['btree_gist', 'pg_trgm'];
/** Constraints of the migrations that keep people from being in two places; an extension that is dropped takes them along. */
const NEVER_TWICE = ['bookings_no_overlap', 'bookings_rest', 'challenge_people_week', 'region_people_once'];
/** Codes to sign in, links and leases are times of this machine held against times of the database. */
const CLOCK_S = { told: 5, wrong: 60 };

type Query = <T>(sql: string, values?: unknown[]) => Promise<T[]>;
type Look = (query: Query, settings: Settings, now: () => number) => Promise<Check>;

const well = (what: string, says: string): Check => ({ what, how: 'well', says });
const told = (what: string, says: string): Check => ({ what, how: 'told', says });
const wrong = (what: string, says: string): Check => ({ what, how: 'wrong', says });

/** Looks at everything that a process stands on, within ten seconds, and changes nothing. `now` is the time of this machine, in milliseconds. */
export async function lookAround(settings: Settings, now: () => number = Date.now): Promise<Check[]> {
  const [database, queue] = await Promise.all([lookAtDatabase(settings, now), lookAtQueue(settings)]);
  return [...database, queue, proxyCheck(settings)];
}

/** Starts nothing where something is wrong: throws an Error of one sentence each. What is worth a word goes to the log. */
export async function requireSurroundings(
  what: 'web' | 'worker',
  settings: Settings,
  log: { warn: (words: string) => void },
): Promise<void> {
  // A worker answers nobody, so that no proxy stands before it.
  const checks = (await lookAround(settings)).filter((one) => what === 'web' || one.what !== 'Address');
  const faults = checks.filter(({ how }) => how === 'wrong').map(({ says }) => says);
  if (faults.length > 0) throw new Error(faults.join(' '));
  for (const { how, says } of checks) if (how === 'told') log.warn(says);
}

async function lookAtDatabase(settings: Settings, now: () => number): Promise<Check[]> {
  const client = new Client({
    connectionString: settings.DATABASE_URL,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  // A connection that breaks is told by whoever asks it next.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const query: Query = async <T>(sql: string, values: unknown[] = []) =>
      (await client.query(sql, values)).rows as T[];
    const checks: Check[] = [];
    for (const look of LOOKS) {
      const check = await look(query, settings, now);
      checks.push(check);
      // Of a database without the tables of this release nothing else can be said.
      if (check.how === 'wrong' && (look === lookAtVersion || look === lookAtLevel)) break;
    }
    return checks;
  } catch (error) {
    return [wrong('Database', whyNot(error))];
  } finally {
    void client.end().catch(() => undefined);
  }
}

function whyNot(error: unknown): string {
  const { message } = error as Error;
  if (/timeout/i.test(message))
    return `the database at DATABASE_URL does not answer within ${String(ANSWER_MS / 1000)} seconds; check its host and port, and that it is not overloaded.`;
  return explain(error);
}

const lookAtVersion: Look = async (query) => {
  const [row] = await query<{ number: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS number`,
  );
  const version = row?.number ?? 0;
  const says = `PostgreSQL ${String(version)} answers.`;
  if (version >= VERSIONS.least && version <= VERSIONS.newest) return well('Database', says);
  const allowed = `PostgreSQL ${String(VERSIONS.least)} to ${String(VERSIONS.newest)}`;
  return version < VERSIONS.least
    ? wrong('Database', `the database is PostgreSQL ${String(version)}; allowed: ${allowed}.`)
    : told('Database', `${says} Tried with ${allowed}.`);
};

const lookAtLevel: Look = async (query) => {
  const taken = (await query<{ name: string }>('SELECT name FROM migrations')).map(({ name }) => name);
  const missing = MIGRATION_NAMES.filter((name) => !taken.includes(name));
  const beyond = taken.filter((name) => !MIGRATION_NAMES.includes(name));
  if (missing.length > 0)
    return wrong(
      'Tables',
      `${NOT_UP_TO_DATE} ${amount(missing.length, 'step')} of this release ${missing.length === 1 ? 'is' : 'are'} missing.`,
    );
  return beyond.length > 0
    ? told(
        'Tables',
        `The database is of a newer release than this process, by ${amount(beyond.length, 'step')}.`,
      )
    : well('Tables', 'They are those of this release.');
};

const lookAtExtensions: Look = async (query) => {
  const there = (await query<{ name: string }>('SELECT extname AS name FROM pg_extension')).map(
    ({ name }) => name,
  );
  const missing = EXTENSIONS.filter((name) => !there.includes(name));
  return missing.length > 0
    ? wrong(
        'Extensions',
        `the database lacks the extension ${missing.join(' and ')}, and what stood on it; stop everything, and restore the database from a backup with its extensions.`,
      )
    : well('Extensions', `${EXTENSIONS.join(' and ')} are there.`);
};

/** That nobody is in two places is forbidden by the database itself: without these nothing is booked. */
const lookAtRules: Look = async (query) => {
  const there = await query<{ name: string }>(
    'SELECT conname AS name FROM pg_constraint WHERE conname = ANY($1)',
    [NEVER_TWICE],
  );
  const missing = NEVER_TWICE.filter((rule) => !there.some(({ name }) => name === rule));
  return missing.length > 0
    ? wrong(
        'Rules',
        `the database lacks ${missing.join(', ')}, which forbid that somebody is in two places; stop everything, and restore it from a backup that has them.`,
      )
    : well('Rules', 'The database forbids double bookings.');
};

/** What the role may not do that it needs: in every table of the service and of the queue. */
const lookAtRights: Look = async (query) => {
  const rows = await query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('public', 'bullmq') AND c.relkind IN ('r', 'p', 'v', 'S') AND c.relowner = (SELECT relowner FROM pg_class WHERE oid = 'audit_entries'::regclass)
       AND NOT (has_schema_privilege(n.oid, 'USAGE') AND CASE
         WHEN c.relkind = 'S' THEN c.relname LIKE 'migrations%' OR has_sequence_privilege(c.oid, 'USAGE')
         WHEN c.relkind = 'v' OR c.relname = 'migrations' THEN has_table_privilege(c.oid, 'SELECT')
         ELSE has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND (c.relname = ANY($1)
           OR has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')) END)
     ORDER BY 1`,
    [APPEND_ONLY],
  );
  if (rows.length === 0) return well('Rights', 'The user of the database may do what it needs.');
  const named = rows.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = rows.length > named.length ? ` and ${String(rows.length - named.length)} more` : '';
  return wrong(
    'Rights',
    `the user of DATABASE_URL may not read and write ${named.join(', ')}${more}; the owner of the database runs "node dist/src/cli.js migrate", which grants it to the role critical_friend_app, and "GRANT critical_friend_app TO" that user.`,
  );
};

const lookAtOwner: Look = async (query) => {
  const [row] = await query<{ owns: boolean }>(
    `SELECT pg_has_role(current_user, relowner, 'MEMBER') AS owns FROM pg_class WHERE oid = 'audit_entries'::regclass`,
  );
  return row?.owns
    ? told(
        'Owner',
        'The user of the database owns its tables, so that this process could change the audit trail. Give web and worker a user of their own: docs/operations.md says how.',
      )
    : well('Owner', 'The user of the database cannot change the audit trail.');
};

const lookAtClock: Look = async (query, _, now) => {
  const before = now();
  const [row] = await query<{ ms: string }>('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
  const apart = Math.abs(Number(row?.ms) - (before + now()) / 2) / 1000;
  const says = `the clock of this machine and that of the database are ${amount(Math.round(apart), 'second')} apart; have both set by NTP.`;
  if (apart > CLOCK_S.wrong) return wrong('Clock', says);
  return apart > CLOCK_S.told
    ? told('Clock', says)
    : well('Clock', 'This machine and the database have the same time.');
};

const lookAtConnections: Look = async (query, { JOB_QUEUES, QUEUE_URL, DATABASE_CONNECTIONS }) => {
  const [row] = await query<{ most: number; used: number }>(
    `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
       (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used`,
  );
  const { most, used } = row ?? { most: 0, used: 0 };
  const ours = DATABASE_CONNECTIONS + (QUEUE_URL ? 0 : queueConnections(JOB_QUEUES));
  const says = `${String(used)} of ${String(most)} connections of the database are in use; a process like this opens up to ${String(ours)}, so that ${amount(Math.max(0, Math.floor((most - used) / ours)), 'more fits', 'more fit')}.`;
  return used + ours > most
    ? told('Connections', `${says} Raise max_connections, or run fewer processes.`)
    : well('Connections', says);
};

/** One after another: each stands on those before. */
const LOOKS: Look[] = [
  lookAtVersion,
  lookAtLevel,
  lookAtExtensions,
  lookAtRules,
  lookAtRights,
  lookAtOwner,
  lookAtClock,
  lookAtConnections,
];

async function lookAtQueue({ QUEUE_URL }: Settings): Promise<Check> {
  if (!QUEUE_URL) return well('Queue', 'It is in the database.');
  const redis = new Redis(QUEUE_URL, {
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  const seen: Error[] = [];
  redis.on('error', (error: Error) => seen.push(error));
  try {
    await redis.connect();
    await redis.ping();
    // Some that are run by others do not tell.
    const [, policy] = (await redis.config('GET', 'maxmemory-policy').catch(() => [])) as string[];
    return policy && policy !== 'noeviction'
      ? told(
          'Queue',
          `Redis may throw jobs away when its memory is full (maxmemory-policy ${policy}); set noeviction.`,
        )
      : well('Queue', 'Redis answers.');
  } catch (error) {
    return wrong('Queue', whyNoRedis(seen[0] ?? error));
  } finally {
    redis.disconnect();
  }
}

function whyNoRedis(error: unknown): string {
  return /NOAUTH|WRONGPASS|invalid (username-)?password|NOPERM/i.test((error as Error).message)
    ? 'Redis refuses the user or password of QUEUE_URL.'
    : 'no Redis answers at QUEUE_URL; check its host and port, and that it runs.';
}

/** The web process speaks no TLS itself: where people come by https, a proxy stands in front and says so. */
function proxyCheck({ ADDRESS, TRUSTED_PROXIES }: Settings): Check {
  if (!ADDRESS.startsWith('https://'))
    return well('Address', `${ADDRESS}, without https: for trying out on one machine.`);
  return TRUSTED_PROXIES > 0
    ? well('Address', `${ADDRESS}, behind ${amount(TRUSTED_PROXIES, 'proxy', 'proxies')}.`)
    : wrong(
        'Address',
        `ADDRESS is ${ADDRESS}, and TRUSTED_PROXIES says that no proxy stands in front, so that nobody could sign in; set TRUSTED_PROXIES to the number of proxies, which send X-Forwarded-Proto and X-Forwarded-For.`,
      );
}
