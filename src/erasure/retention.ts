import type { EntityManager } from 'typeorm';
import { ENDS } from '../recruiting/application.entity.js';
import type { Retention } from '../reference/content.js';

/** A kind of data that is not kept for ever: what it is, and what goes once it is older than policy says. */
export interface RetentionRule {
  kind: keyof Retention;
  words: string;
  /** The first counts what it removes; `$1`: the instant before which data goes. Nothing goes of whom there is a legal hold. */
  statements: string[];
}

const FREE = (address: string): string =>
  `NOT EXISTS (SELECT FROM legal_holds h WHERE h.ended_at IS NULL AND h.email = lower(${address}))`;
const UNHELD = (id: string): string =>
  `NOT EXISTS (SELECT FROM legal_holds h WHERE h.ended_at IS NULL AND ${id} = ANY(h.subjects))`;
const NOT_TAKEN = `state = ANY('{${ENDS.join(',')}}') AND name <> 'Erased person' AND ${FREE('email')} AND ${UNHELD('a.id')}
  AND NOT EXISTS (SELECT FROM application_changes s WHERE s.application_id = a.id AND s.at >= $1)`;

/** Days are counted from the end of each thing: its use, its answer, its last step. */
export const RETENTION: readonly RetentionRule[] = [
  {
    kind: 'codes',
    words: 'Codes to sign in, after they were sent',
    statements: ['DELETE FROM sign_in_codes WHERE created_at < $1'],
  },
  {
    kind: 'answers',
    words: 'Answers kept for an Idempotency-Key',
    statements: ['DELETE FROM idempotency_keys WHERE created_at < $1'],
  },
  {
    kind: 'links',
    words: 'Links of mails, after they opened nothing any more',
    statements: ['DELETE FROM links WHERE least(expires_at, revoked_at) < $1'],
  },
  {
    kind: 'messages',
    words: 'Messages with their addresses, after they were sent or given up',
    statements: [
      `DELETE FROM messages WHERE state = ANY('{sent,failed,parked}') AND coalesce(sent_at, created_at) < $1 AND ${FREE('recipient')}`,
    ],
  },
  {
    kind: 'soundings',
    words: 'Answers of peers who were sounded out',
    statements: [`DELETE FROM soundings WHERE expires_at < $1 AND ${UNHELD('peer_id')}`],
  },
  {
    kind: 'applications',
    words: 'Who applied or was nominated and did not become a peer, after the last step',
    statements: [
      `UPDATE applications a SET name = 'Erased person', email = id || '@erased.invalid', party = NULL, nominated_by = NULL, council_id = NULL,
         organisation = NULL, skills = '{}' WHERE ${NOT_TAKEN}`,
      `UPDATE application_changes SET reason = '[erased]' WHERE at < $1 AND reason <> '[erased]'
         AND application_id IN (SELECT id FROM applications WHERE name = 'Erased person')`,
    ],
  },
  {
    kind: 'tokens',
    words: 'Tokens of the API, after their end',
    statements: ['DELETE FROM api_tokens WHERE least(expires_at, revoked_at) < $1'],
  },
];

/** Removes what is older than an instant, and returns how much. */
export async function removeOld(
  tx: EntityManager,
  { statements }: RetentionRule,
  before: Date,
): Promise<number> {
  const counts: number[] = [];
  for (const statement of statements) {
    const [, affected] = await tx.query<[unknown, number]>(statement, [before]);
    counts.push(affected);
  }
  return counts[0] ?? 0;
}
