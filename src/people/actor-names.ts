import { Database } from '../database/database.js';

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

const OTHERS: Record<string, string> = {
  system: 'the service',
  link: 'the peer',
  token: 'a program',
  applicant: 'the applicant',
};
