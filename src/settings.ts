import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { plainToInstance, Transform } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsUrl,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateIf,
  validateSync,
} from 'class-validator';
import { QUEUES, type QueueName } from './jobs/names.js';
import { withFiles } from './setting-files.js';

const whole = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;

const METRICS_PORTS = 'METRICS_PORT must be a whole number from 0 to 65535';
const PORTS = 'PORT must be a whole number from 0 to 65535';

/** What the process is told by its environment: read once, by `readSettings`, and by nothing else. */
export class Settings {
  /** PostgreSQL 15 to 18. */
  @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_URL must begin with postgres:// or postgresql://' })
  DATABASE_URL: string;

  /** Connections that one process opens to the database at most, besides those of its queues and of its page sessions. */
  @Transform(whole)
  @IsInt({ message: 'DATABASE_CONNECTIONS must be a whole number' })
  @Min(2, { message: 'DATABASE_CONNECTIONS must be 2 or more' })
  @Max(1000, { message: 'DATABASE_CONNECTIONS must be 1000 or less' })
  DATABASE_CONNECTIONS = 10;

  /** Redis for the queue; without it the queue is in PostgreSQL too. */
  @IsOptional()
  @IsUrl(
    { protocols: ['redis', 'rediss'], require_tld: false, require_protocol: true },
    { message: 'QUEUE_URL must begin with redis:// or rediss://' },
  )
  QUEUE_URL?: string;

  @Transform(whole)
  @IsInt({ message: PORTS })
  @Min(0, { message: PORTS })
  @Max(65535, { message: PORTS })
  PORT = 3000;

  /** `example` loads the example programme and makes its sign-ins known; `live` never does. */
  @IsIn(['live', 'example'], { message: 'MODE must be live or example' })
  MODE: 'live' | 'example' = 'live';

  /** Where people reach the service, without a slash at the end: for links in messages, and to tell our own forms from others'. */
  @Matches(/^https?:\/\/[^/\s]+$/, {
    message: 'ADDRESS must be like https://critical-friend.example, without a path',
  })
  ADDRESS = 'http://localhost:3000';

  /** Signs cookies and forms. */
  @Matches(/^.{32,}$/s, { message: 'SESSION_SECRET must have 32 characters or more' })
  SESSION_SECRET: string = randomBytes(32).toString('base64url');

  /** A file to which is added every night how the audit trail ended, besides the log. */
  @IsOptional()
  @Matches(/^\S+$/, { message: 'AUDIT_ANCHORS must be the path of a file, without spaces' })
  AUDIT_ANCHORS?: string;

  /** How many proxies, one after another, stand in front and say from where a request came. */
  @Transform(whole)
  @IsInt({ message: 'TRUSTED_PROXIES must be a whole number' })
  @Min(0, { message: 'TRUSTED_PROXIES must be 0 or more' })
  TRUSTED_PROXIES = 0;

  /** A mail server; messages go out by it, or by GOV.UK Notify. */
  @IsOptional()
  @Matches(/^smtps?:\/\//, { message: 'SMTP_URL must begin with smtp:// or smtps://' })
  SMTP_URL?: string;

  @Matches(/@/, { message: 'MAIL_FROM must be an e-mail address, with or without a name' })
  MAIL_FROM = 'Critical Friend <no-reply@critical-friend.example>';

  /** A mailbox that somebody reads: where answers to mails go, and the organiser of calendar entries; without it, the sender. */
  @IsOptional()
  @Matches(/^[^\s<>@]+@[^\s<>@]+$/, { message: 'REPLY_TO must be an e-mail address' })
  REPLY_TO?: string;

  /** GOV.UK Notify: a key, and a template with ((subject)) and ((body)). */
  @IsOptional()
  @Matches(/^\S{30,}$/, { message: 'NOTIFY_KEY must be a key of GOV.UK Notify' })
  NOTIFY_KEY?: string;

  @ValidateIf(({ NOTIFY_KEY }: Settings) => NOTIFY_KEY !== undefined)
  @IsUUID(undefined, { message: 'NOTIFY_TEMPLATE must be the id of a template of GOV.UK Notify' })
  NOTIFY_TEMPLATE?: string;

  /** GOV.UK Notify's address; another one for tests. */
  @IsUrl({ require_tld: false, require_protocol: true }, { message: 'NOTIFY_URL must be an address' })
  NOTIFY_URL = 'https://api.notifications.service.gov.uk';

  /** What GOV.UK Notify sends as a bearer token when it says what became of a message; without it nobody is listened to. */
  @IsOptional()
  @Matches(/^\S{20,}$/, { message: 'NOTIFY_CALLBACK_TOKEN must have 20 characters or more, and no spaces' })
  NOTIFY_CALLBACK_TOKEN?: string;

  /** Sign-in by an OpenID Connect provider, besides the code by e-mail: its address, and what it knows us as. */
  @IsOptional()
  @Matches(/^https:\/\/\S+$/, { message: 'OIDC_ISSUER must begin with https://' })
  OIDC_ISSUER?: string;

  @ValidateIf(({ OIDC_ISSUER }: Settings) => OIDC_ISSUER !== undefined)
  @Matches(/^\S+$/, { message: 'OIDC_CLIENT_ID is needed with OIDC_ISSUER' })
  OIDC_CLIENT_ID?: string;

  @IsOptional()
  @Matches(/^\S+$/, { message: 'OIDC_CLIENT_SECRET must not hold spaces' })
  OIDC_CLIENT_SECRET?: string;

  /** Whether every address that the provider names is taken as verified, where it says nothing of that: only for one that lets nobody choose an address. */
  @IsIn(['yes', 'no'], { message: 'OIDC_TRUST_ADDRESSES must be yes or no' })
  OIDC_TRUST_ADDRESSES: 'yes' | 'no' = 'no';

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
    message: 'LOG_LEVEL must be fatal, error, warn, info, debug or silent',
  })
  LOG_LEVEL: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent' = 'info';

  /** Requests that one token may make of one web process in a minute. */
  @Transform(whole)
  @IsInt({ message: 'API_PER_MINUTE must be a whole number' })
  @Min(1, { message: 'API_PER_MINUTE must be 1 or more' })
  API_PER_MINUTE = 600;

  /** What whoever reads /metrics sends as "Authorization: Bearer …"; without it, in real use, nobody reads them. */
  @IsOptional()
  @Matches(/^\S{20,}$/, { message: 'METRICS_TOKEN must have 20 characters or more, and no spaces' })
  METRICS_TOKEN?: string;

  /** Where a worker serves what it measures, at /metrics; without it a worker listens to nobody. */
  @IsOptional()
  @Transform(whole)
  @IsInt({ message: METRICS_PORTS })
  @Min(0, { message: METRICS_PORTS })
  @Max(65535, { message: METRICS_PORTS })
  METRICS_PORT?: number;

  /** Where weaknesses are told: it stands in /.well-known/security.txt. */
  @IsOptional()
  @Matches(/^(mailto:\S+@\S+|https:\/\/\S+)$/, {
    message: 'SECURITY_CONTACT must be like mailto:security@example.org, or begin with https://',
  })
  SECURITY_CONTACT?: string;

  /** Milliseconds that a worker holds a job before another may take it over. */
  @Transform(whole)
  @IsInt({ message: 'JOB_LOCK_MS must be a whole number' })
  @Min(500, { message: 'JOB_LOCK_MS must be 500 or more' })
  JOB_LOCK_MS = 10_000;

  /** Jobs that one worker process runs side by side. */
  @Transform(whole)
  @IsInt({ message: 'JOB_CONCURRENCY must be a whole number' })
  @Min(1, { message: 'JOB_CONCURRENCY must be 1 or more' })
  JOB_CONCURRENCY = 2;

  /** The queues whose jobs this worker process does, with commas; every queue needs a worker somewhere. */
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? [...new Set(value.split(',').map((name) => name.trim()))] : value,
  )
  @IsIn(QUEUES, { each: true, message: `JOB_QUEUES must be some of ${QUEUES.join(', ')}, with commas` })
  JOB_QUEUES: QueueName[] = [...QUEUES];
}

const NAMES = [
  ...[
    'DATABASE_URL',
    'QUEUE_URL',
    'PORT',
    'MODE',
    'LOG_LEVEL',
    'JOB_LOCK_MS',
    'JOB_CONCURRENCY',
    'JOB_QUEUES',
    'DATABASE_CONNECTIONS',
  ],
  ...[
    'ADDRESS',
    'SESSION_SECRET',
    'TRUSTED_PROXIES',
    'AUDIT_ANCHORS',
    'API_PER_MINUTE',
    'METRICS_PORT',
    'METRICS_TOKEN',
    'SECURITY_CONTACT',
    'SMTP_URL',
    'MAIL_FROM',
    'REPLY_TO',
    'NOTIFY_CALLBACK_TOKEN',
    'NOTIFY_KEY',
    'NOTIFY_TEMPLATE',
    'NOTIFY_URL',
  ],
  ...['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_TRUST_ADDRESSES'],
];

/** What the example may leave out and real use may not. */
function liveFaults(given: Record<string, string | undefined>): string[] {
  return [
    ...(given.ADDRESS?.startsWith('https://') ? [] : ['ADDRESS is needed, and must begin with https://']),
    ...(given.SESSION_SECRET
      ? []
      : ['SESSION_SECRET is needed: 32 characters or more that nobody can guess']),
    ...(isGuessable(given.SESSION_SECRET ?? '')
      ? ['SESSION_SECRET can be guessed; take one of chance, as "openssl rand -base64 32" gives it']
      : []),
    ...((given.SMTP_URL ?? given.NOTIFY_KEY)
      ? []
      : ['SMTP_URL or NOTIFY_KEY is needed, so that messages can be sent']),
    ...(given.SMTP_URL && !given.MAIL_FROM ? ['MAIL_FROM is needed with SMTP_URL'] : []),
    ...(given.OIDC_TRUST_ADDRESSES === 'yes' && isSharedIssuer(given.OIDC_ISSUER ?? '')
      ? [
          'OIDC_TRUST_ADDRESSES=yes cannot go with an OIDC_ISSUER that speaks for every organisation, whose addresses anybody chooses; name the one of your organisation, which has its id in place of "common"',
        ]
      : []),
    ...(/[?&](requireTLS|ignoreTLS|secure|tls)\b/i.test(given.SMTP_URL ?? '')
      ? ['SMTP_URL must not say how it is encrypted: it is, and certificates are checked']
      : []),
    ...(given.NOTIFY_URL && !given.NOTIFY_URL.startsWith('https://')
      ? ['NOTIFY_URL must begin with https://']
      : []),
  ];
}

/** Where one address stands for the people of all organisations, as Microsoft Entra's does. */
const isSharedIssuer = (issuer: string): boolean =>
  /\/(common|organizations|consumers|9188040d-6c67-4c5b-b112-36a304b66dad)(\/|$)/i.test(
    URL.canParse(issuer) ? decodeURIComponent(new URL(issuer).pathname) : issuer,
  );

const LEAST_DISTINCT = 10;

/** Few different characters, or words that stand for a secret in examples. */
const isGuessable = (secret: string): boolean =>
  secret !== '' &&
  (new Set(secret).size < LEAST_DISTINCT || /secret|example|change.?me|password|character/i.test(secret));

/** The same for a process that serves people: real use needs more than the example does. */
export function readServiceSettings(environment: Record<string, string | undefined> = process.env): Settings {
  const settings = readSettings(environment);
  const faults = settings.MODE === 'live' ? liveFaults(withFiles(environment).given) : [];
  if (faults.length > 0) throw unusable(faults);
  return settings;
}

/** Reads and checks the environment. Throws one error that tells every fault at once; values are not repeated, they may be secret. */
export function readSettings(environment: Record<string, string | undefined> = process.env): Settings {
  const read = withFiles(environment);
  const given = Object.fromEntries(
    NAMES.flatMap((name) => (read.given[name] ? [[name, read.given[name]]] : [])),
  );
  const settings = plainToInstance(Settings, given, { exposeDefaultValues: true });
  if (!given.ADDRESS) settings.ADDRESS = `http://localhost:${String(settings.PORT)}`;
  const faults = validateSync(settings).flatMap(({ constraints }) => Object.values(constraints ?? {}));
  if (read.faults.length + faults.length > 0) throw unusable([...read.faults, ...faults]);
  return settings;
}

function unusable(faults: string[]): Error {
  return new Error(`The settings are not usable: ${[...new Set(faults)].join('; ')}.`);
}
