import type { EntityManager } from 'typeorm';
import type { FieldError } from '../web/problems.js';
import type { Peer } from './peer.entity.js';

/** A peer who is about to be written, and where a fault of them is told. */
export interface Addressed {
  peer: Partial<Pick<Peer, 'id' | 'email' | 'state'>>;
  pointer: string;
}

/**
 * Addresses that somebody else of the pool has or signs in by, or that are written twice: who signs in by one is one person. Addresses that are looked at
 * are kept from others until the transaction ends.
 */
export async function addressFaults(tx: EntityManager, written: readonly Addressed[]): Promise<FieldError[]> {
  const told = written.flatMap(({ peer, pointer }) =>
    peer.email && peer.state !== 'retired' ? [{ id: peer.id, email: peer.email.toLowerCase(), pointer }] : [],
  );
  const emails = [...new Set(told.map(({ email }) => email))].sort();
  if (emails.length === 0) return [];
  await tx.query(
    // A few hundred locks for whatever number of addresses: the database has room for so many.
    `SELECT pg_advisory_xact_lock(hashtext('peer-address'), n) FROM (SELECT DISTINCT abs(hashtext(e) % 256) AS n FROM unnest($1::text[]) e ORDER BY 1) s`,
    [emails],
  );
  const known = await tx.query<{ id: string; name: string; email: string }[]>(
    `SELECT id, name, lower(email) AS email FROM peers WHERE lower(email) = ANY($1) AND state <> 'retired'
     UNION SELECT p.id, p.name, lower(a.email) FROM accounts a JOIN peers p ON p.id = a.peer_id WHERE lower(a.email) = ANY($1) AND p.state <> 'retired'`,
    [emails],
  );
  const changed = new Set(told.map(({ id }) => id));
  return told.flatMap(({ id, email, pointer }, index) => {
    // Who is written too is judged by what they are about to have.
    const other = known.find((one) => one.email === email && one.id !== id && !changed.has(one.id));
    if (other)
      return [
        { pointer, detail: `found ${email}, which is the address of ${other.name}: perhaps the same person` },
      ];
    return told.findIndex((one) => one.email === email) < index
      ? [{ pointer, detail: `found ${email} twice: perhaps the same person` }]
      : [];
  });
}

/** The id of the peer who has an address and a name; retired ones are nobody's any more. */
export function finder(pool: readonly Peer[]): (email: string, name: string) => string | undefined {
  const key = (email: string, name: string): string =>
    `${email.toLowerCase()} ${name.normalize('NFC').toLowerCase().replace(/\s+/g, ' ')}`;
  const known = new Map(
    pool.flatMap(({ id, email, name, state }): [string, string][] =>
      email === null || state === 'retired' ? [] : [[key(email, name), id]],
    ),
  );
  return (email, name) => (email && name ? known.get(key(email, name)) : undefined);
}

/** What is wrong with a phone number of a file; a spreadsheet takes one for a number, which has no zero or plus in front and is written short. */
export function phoneFault(cell: string): string | null {
  const example = 'such as 07700 900123 or +44 7700 900123';
  if (/^\d+([.,]\d+)?(E\+?\d+)?$/i.test(cell) && !/^0\d+$/.test(cell))
    return `found "${cell.slice(0, 60)}", which a spreadsheet made of a phone number; allowed: the number as text, ${example}`;
  const isNone = cell.replace(/\D/g, '').length < 6 || /[^\d\s()+./ext-]/i.test(cell);
  return cell !== '' && isNone ? `found "${cell.slice(0, 60)}"; allowed: a phone number, ${example}` : null;
}
