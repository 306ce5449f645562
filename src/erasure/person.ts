import type { EntityManager } from 'typeorm';

/** One person wherever they stand: as a peer, an account, an applicant, a contact. */
export interface Person {
  peers: string[];
  accounts: string[];
  applications: string[];
  emails: string[];
  phones: string[];
  names: string[];
}

interface Row {
  id: string;
  name: string;
  email: string | null;
  phone?: string | null;
  peer_id?: string | null;
}

/** Everything that is held under one address, or of one peer and the addresses that lead to it. */
export async function personOf(
  tx: EntityManager,
  { email, peerId }: { email?: string | undefined; peerId?: string | undefined },
): Promise<Person> {
  const [own] = await tx.query<Row[]>('SELECT email FROM peers WHERE id = $1', [peerId ?? null]);
  const address = (own?.email ?? email)?.toLowerCase() ?? null;
  const peers = await tx.query<Row[]>(
    'SELECT id, name, email, phone FROM peers WHERE id = $1 OR lower(email) = $2',
    [peerId ?? null, address],
  );
  const ids = peers.map(({ id }) => id);
  const known = [ids, address];
  const accounts = await tx.query<Row[]>(
    'SELECT id, name, email FROM accounts WHERE peer_id = ANY($1) OR email = $2',
    known,
  );
  const applications = await tx.query<Row[]>(
    'SELECT id, name, email FROM applications WHERE peer_id = ANY($1) OR lower(email) = $2',
    known,
  );
  const contacts = await tx.query<Row[]>(
    `SELECT DISTINCT x->>'name' AS name, x->>'email' AS email FROM challenges c, jsonb_array_elements(c.contacts) x
     WHERE lower(x->>'email') = $1`,
    [address],
  );
  const all = [...peers, ...accounts, ...applications, ...contacts];
  return {
    peers: ids,
    accounts: accounts.map(({ id }) => id),
    applications: applications.map(({ id }) => id),
    emails: distinct([address, ...all.map((row) => row.email)]),
    phones: distinct(peers.map(({ phone }) => phone)),
    names: distinct(all.map(({ name }) => name)),
  };
}

/** What leads to a person without doubt: ids, addresses, telephone numbers. */
export const tracesWanted = ({ peers, accounts, emails, phones }: Person): string[] => [
  ...peers,
  ...accounts,
  ...emails,
  ...phones.filter(isWhole),
];

/** Addresses and telephone numbers, which are blanked wherever they stand. */
export const addressesOf = (person: Person): string[] => [...person.emails, ...person.phones.filter(isWhole)];

/**
 * Names that are taken out of what people wrote. A name is a weak mark: it goes only where it is of more than one word, and neither
 * anybody else who is held here, nor a council, a kind or a list of ours has it, alone or as a part: else it is somebody else's, or no name.
 */
export async function namesToBlank(tx: EntityManager, person: Person): Promise<string[]> {
  const kept: string[] = [];
  for (const name of person.names.filter((one) => /\S\s+\S/.test(one))) {
    const [row] = await tx.query<{ taken: boolean }[]>(
      `SELECT EXISTS (SELECT FROM peers WHERE id <> ALL($2) AND strpos(lower(name), lower($1)) > 0)
         OR EXISTS (SELECT FROM accounts WHERE id <> ALL($3) AND strpos(lower(name), lower($1)) > 0)
         OR EXISTS (SELECT FROM applications WHERE id <> ALL($4) AND strpos(lower(name), lower($1)) > 0)
         OR EXISTS (SELECT FROM councils WHERE strpos(lower(name), lower($1)) > 0)
         OR EXISTS (SELECT FROM policies WHERE strpos(lower(content::text), lower($1)) > 0) AS taken`,
      [name, person.peers, person.accounts, person.applications],
    );
    if (!row?.taken) kept.push(name);
  }
  return kept;
}

const LEAST_DIGITS = 7;

/** A telephone number that cannot be part of something else. */
const isWhole = (phone: string): boolean => phone.replace(/\D/g, '').length >= LEAST_DIGITS;

const distinct = (values: (string | null | undefined)[]): string[] => [
  ...new Set(values.flatMap((value) => (value ? [value] : []))),
];
