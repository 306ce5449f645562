import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';

/** The addresses of the principal advisers of a region and of those who stand in for them today; where there are none, of the national ones. */
export async function advisersOf(
  tx: EntityManager,
  region: string | null,
  today: CivilDate,
): Promise<string[]> {
  const rows = await tx.query<{ email: string }[]>(
    'SELECT a.email FROM advisers_of($1, $2) s JOIN accounts a ON a.id = s.id ORDER BY a.email',
    [region, today],
  );
  return rows.map(({ email }) => email);
}

/** The addresses of those who speak for some bodies; with `approver`, its second approvers. */
export async function speakersOf(
  tx: EntityManager,
  councilIds: readonly string[],
  role: 'council' | 'approver' = 'council',
): Promise<string[]> {
  const rows = await tx.query<{ email: string }[]>(
    `SELECT email FROM accounts WHERE council_id = ANY($1) AND role = $2 AND state = 'active' ORDER BY email`,
    [councilIds, role],
  );
  return rows.map(({ email }) => email);
}

/** The addresses of everybody with a role. */
export async function holdersOf(tx: EntityManager, role: 'programme' | 'admin'): Promise<string[]> {
  const rows = await tx.query<{ email: string }[]>(
    `SELECT email FROM accounts WHERE role = $1 AND state = 'active' ORDER BY email`,
    [role],
  );
  return rows.map(({ email }) => email);
}

/** The address of an actor who is an account; null for tokens and for the service itself. */
export async function addressOf(tx: EntityManager, actorId: string): Promise<string | null> {
  const [, id] = /^account:(.+)$/.exec(actorId) ?? [];
  if (id === undefined) return null;
  const [row] = await tx.query<{ email: string }[]>(
    `SELECT email FROM accounts WHERE id = $1 AND state = 'active'`,
    [id],
  );
  return row?.email ?? null;
}

/** The addresses of those who run a challenge and support it; nobody where it has none. */
export async function managersOf(tx: EntityManager, { id }: { id: string }): Promise<string[]> {
  const rows = await tx.query<{ email: string }[]>(
    `SELECT a.email FROM challenge_people p JOIN accounts a ON a.id = p.account_id AND a.state = 'active'
     WHERE p.challenge_id = $1 AND p.role IN ('manager', 'support') ORDER BY p.role, a.email`,
    [id],
  );
  return rows.map(({ email }) => email);
}
