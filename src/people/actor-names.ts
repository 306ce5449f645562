import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { Account } from './account.entity.js';

/** Who did something, as people say it, by the actor that was recorded. */
export async function actorNames(db: Database, actors: string[]): Promise<Map<string, string>> {
  const ids = actors.flatMap((actor) => /^account:(.+)$/.exec(actor)?.[1] ?? []);
  const accounts = await db.query<{ id: string; name: string }[]>(
    'SELECT id, name FROM accounts WHERE id = ANY($1)',
    [ids],
  );
  const names = new Map(accounts.map(({ id, name }) => [`account:${id}`, name]));
  return new Map(
    actors.map((actor) => [actor, names.get(actor) ?? OTHERS[actor.split(':')[0] ?? ''] ?? 'somebody']),
  );
}

/** The account that an actor is; null for the service, programs and links. */
export async function accountOf(tx: EntityManager, actor: string): Promise<Account | null> {
  const id = /^account:(.+)$/.exec(actor)?.[1];
  return id === undefined ? null : tx.findOneBy(Account, { id });
}

const OTHERS: Record<string, string> = {
  system: 'the service',
  link: 'the peer',
  token: 'a program',
  applicant: 'the applicant',
  operator: 'an operator of the server',
};
