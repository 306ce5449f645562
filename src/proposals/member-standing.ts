import type { Database } from '../database/database.js';
import { changedSeats, type Proposal } from './proposal.entity.js';

/** Where a member of an agreed team stands: nothing is said of who is not asked yet. */
export type MemberStanding = 'yes' | 'asked' | 'declined' | 'expired' | 'released';

export const STANDING_WORDS: Record<MemberStanding, string> = {
  yes: 'has said yes',
  asked: 'is asked',
  declined: 'cannot come; somebody else is looked for',
  expired: 'did not answer; somebody else is looked for',
  released: 'is not asked any more; somebody else is looked for',
};

/** Whether somebody holds the seat, or is to. */
export const isThere = (standing: MemberStanding | undefined): boolean =>
  standing === undefined || standing === 'yes' || standing === 'asked';

/** What a council is told of the members of its team besides who they are. */
export interface TeamStanding {
  /** By seat. */
  of: Map<string, MemberStanding>;
  /** Seats that the team shown before filled otherwise. */
  changed: Set<string>;
}

/** How far each member of an agreed team is, and who is new in it. Why somebody left is theirs to tell. */
export async function standingOf(db: Database, proposal: Proposal): Promise<TeamStanding> {
  const { challengeId, firstDay, lastDay, seats } = proposal;
  const rows = await db.query<{ peerId: string; standing: MemberStanding }[]>(
    `SELECT peer_id AS "peerId", CASE state WHEN 'accepted' THEN 'yes' ELSE 'asked' END AS standing FROM invitations
     WHERE challenge_id = $1 AND visit_first_day = $2 AND visit_last_day = $3 AND state = ANY('{pending,accepted}')
     UNION ALL SELECT peer_id, how FROM not_again WHERE challenge_id = $1 AND how <> 'objected'`,
    [challengeId, firstDay, lastDay],
  );
  const byPeer = new Map(rows.map(({ peerId, standing }) => [peerId, standing]));
  const before = await db.query<Pick<Proposal, 'seats'>[]>(
    `SELECT seats FROM proposals WHERE challenge_id = $1 AND state = 'superseded' AND agreed_at < $2 ORDER BY agreed_at DESC LIMIT 1`,
    [challengeId, proposal.agreedAt],
  );
  return {
    of: new Map(
      Object.entries(seats).flatMap(([seat, peer]): [string, MemberStanding][] => {
        const standing = peer === null ? undefined : byPeer.get(peer);
        return standing ? [[seat, standing]] : [];
      }),
    ),
    changed: new Set(before[0] ? changedSeats(before[0].seats, seats) : []),
  };
}
