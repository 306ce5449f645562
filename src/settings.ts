import 'reflect-metadata';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUrl, Matches, Max, Min, validateSync } from 'class-validator';

const whole = ({ value }: { value: unknown }): unknown => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value);

const PORTS = 'PORT must be a whole number from 0 to 65535';

/** What the process is told by its environment: read once, by `readSettings`, and by nothing else. */
export class Settings {
  /** PostgreSQL 15 to 18. */
  @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_URL must begin with postgres:// or postgresql://' })
  DATABASE_URL: string;

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

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], { message: 'LOG_LEVEL must be fatal, error, warn, info, debug or silent' })
  LOG_LEVEL: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent' = 'info';

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
}

const NAMES = ['DATABASE_URL', 'QUEUE_URL', 'PORT', 'MODE', 'LOG_LEVEL', 'JOB_LOCK_MS', 'JOB_CONCURRENCY'];

/** Reads and checks the environment. Throws one error that tells every fault at once; values are not repeated, they may be secret. */
export function readSettings(environment: Record<string, string | undefined> = process.env): Settings {
  const given = Object.fromEntries(NAMES.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
  const settings = plainToInstance(Settings, given, { exposeDefaultValues: true });
  const faults = validateSync(settings).flatMap(({ constraints }) => Object.values(constraints ?? {}));
  if (faults.length > 0) throw new Error(`The settings are not usable: ${[...new Set(faults)].join('; ')}.`);
  return settings;
}
