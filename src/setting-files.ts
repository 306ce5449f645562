import { readFileSync } from 'node:fs';

/** Settings that are secret, or may hold a password: each may be named by a file that holds it instead. */
const SECRETS = [
  ...['DATABASE_URL', 'QUEUE_URL', 'SESSION_SECRET', 'SMTP_URL', 'NOTIFY_KEY', 'NOTIFY_CALLBACK_TOKEN'],
  ...['OIDC_CLIENT_SECRET', 'METRICS_TOKEN'],
];

type Environment = Record<string, string | undefined>;

/**
 * The environment with what stands in files: SESSION_SECRET_FILE names a file whose text, but for its last line end, is SESSION_SECRET; so
 * with every other secret. What is at fault is told beside: a file that cannot be read or is empty, and a setting that is given twice.
 */
export function withFiles(environment: Environment): { given: Environment; faults: string[] } {
  const given = { ...environment };
  const faults: string[] = [];
  for (const name of SECRETS) {
    const file = environment[`${name}_FILE`];
    if (!file) continue;
    const text = textOf(file);
    if (environment[name]) faults.push(`${name} and ${name}_FILE are both given; keep one`);
    else if (!text) faults.push(`${name}_FILE names a file that cannot be read, or is empty`);
    else given[name] = text;
  }
  return { given, faults };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return null;
  }
}
