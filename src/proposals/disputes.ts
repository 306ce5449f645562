import type { EntityManager } from 'typeorm';
import { conflict } from '../web/problems.js';
import type { ObjectionState } from './objection.entity.js';

/**
 * Throws a 409 where an objection to a member of a team is open or upheld, in whatever team it was made: neither a word nor silence
 * approves it then.
 */
export async function requireUndisputed(tx: EntityManager, proposalId: string): Promise<void> {
  const standing = await disputed(tx, proposalId);
  if (standing?.state === 'open')
    throw conflict(
      'objection-open',
      `The objection of ${standing.by} to ${standing.name} is open; the adviser answers it first.`,
    );
  if (standing)
    throw conflict(
      'objection-upheld',
      `The objection of ${standing.by} to ${standing.name} was upheld, so this team is not approved; the adviser chooses somebody else and agrees it anew.`,
    );
}

/** An objection to a member that is open or was upheld, an open one first. */
export async function disputed(
  tx: EntityManager,
  proposalId: string,
): Promise<{ state: ObjectionState; name: string; by: string } | undefined> {
  const [standing] = await tx.query<{ state: ObjectionState; name: string; by: string }[]>(
    `SELECT o.state, m.name, ${BY} AS by FROM proposals p ${DISPUTES} JOIN peers m ON m.id::text = q.seats->>o.seat WHERE p.id = $1 ORDER BY o.state LIMIT 1`,
    [proposalId],
  );
  return standing;
}

/** Throws a 409 where the council's objection to a member still waits for an answer: another team with them is no way round it. */
export async function requireAnswered(tx: EntityManager, proposalId: string): Promise<void> {
  const [open] = await tx.query<{ name: string; by: string }[]>(
    `SELECT m.name, ${BY} AS by FROM proposals p ${DISPUTES} JOIN peers m ON m.id::text = q.seats->>o.seat WHERE p.id = $1 AND o.state = 'open'`,
    [proposalId],
  );
  if (open)
    throw conflict(
      'objection-open',
      `The objection of ${open.by} to ${open.name} is open; answer it first, or choose somebody else.`,
    );
}

/** Of an objection `o`: whose it is. */
const BY = `coalesce((SELECT h.name FROM councils h WHERE h.id = o.council_id), 'the council')`;

/** Of a proposal `p`: objections that were not dismissed, to anybody who sits in it. */
const DISPUTES = `JOIN objections o ON o.challenge_id = p.challenge_id AND o.state <> 'dismissed'
  JOIN proposals q ON q.id = o.proposal_id AND q.seats->>o.seat IN (SELECT value FROM jsonb_each_text(p.seats))`;

/** Of a proposal `p`: no objection to a member is open or upheld. */
export const UNDISPUTED = `NOT EXISTS (SELECT FROM objections o JOIN proposals q ON q.id = o.proposal_id
  WHERE o.challenge_id = p.challenge_id AND o.state <> 'dismissed' AND q.seats->>o.seat IN (SELECT value FROM jsonb_each_text(p.seats)))`;
