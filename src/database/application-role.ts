import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';

/** What web, worker and the daily work of operators may do in the database; it owns nothing, and nobody signs in as it. */
export const APPLICATION_ROLE = 'critical_friend_app';
/** Who signs in as it where the service looks after its own database. */
const OWN_LOGIN = 'critical_friend_service';

const MAKE_ROLE = `DO $$ BEGIN
  CREATE ROLE ${APPLICATION_ROLE} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`;

/** Tables that the application adds to, and never changes. */
export const APPEND_ONLY = ['audit_entries', 'audit_checks', 'audit_waiting'];

/** Rows may be read and written, but for what says how the tables came to be, and for the audit trail, which is only added to. */
const GRANTS = [
  ...['public', 'bullmq'].flatMap((schema) => [
    `GRANT USAGE ON SCHEMA ${schema} TO ${APPLICATION_ROLE}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${APPLICATION_ROLE}`,
    `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${APPLICATION_ROLE}`,
  ]),
  `REVOKE INSERT, UPDATE, DELETE ON migrations FROM ${APPLICATION_ROLE}`,
  ...APPEND_ONLY.map((table) => `REVOKE UPDATE, DELETE ON ${table} FROM ${APPLICATION_ROLE}`),
];

const NOT_ALLOWED = '42501';

/**
 * Lets the application's role do what it needs, in all tables that there are now; makes the role where it is not there. Whoever migrates
 * does it each time. Returns false where the role is not there and may not be made: then an administrator of the server makes it first.
 */
export async function grantToApplication(source: DataSource): Promise<boolean> {
  const [known] = await source.query<object[]>('SELECT FROM pg_roles WHERE rolname = $1', [APPLICATION_ROLE]);
  if (!known) {
    try {
      await source.query(MAKE_ROLE);
    } catch (error) {
      if ((error as { code?: string }).code === NOT_ALLOWED) return false;
      throw error;
    }
  }
  await source.transaction(async (tx) => {
    for (const grant of GRANTS) await tx.query(grant);
  });
  return true;
}

/** An address by which the application's own processes reach a database that nobody else looks after: with a new password each time. */
export async function ownLogin(url: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [OWN_LOGIN]);
    if (!rowCount) await client.query(`CREATE ROLE ${OWN_LOGIN} LOGIN IN ROLE ${APPLICATION_ROLE}`);
    await client.query(`ALTER ROLE ${OWN_LOGIN} PASSWORD ${client.escapeLiteral(password)}`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(url), { username: OWN_LOGIN, password }).href;
}
