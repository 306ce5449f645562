import { Injectable } from '@nestjs/common';
import type { Challenge } from '../challenges/challenge.entity.js';
import { Database } from '../database/database.js';
import type { InvitationState } from '../invitations/invitation.entity.js';
import { seatLabel } from '../kinds/seats.js';

/** A seat of the agreed team, and what its peer has said. */
export interface SeatGlance {
  label: string;
  name: string | null;
  said: string;
}

interface Row {
  seat: string;
  name: string | null;
  state: InvitationState | null;
}

const SAID: Record<InvitationState, string> = {
  accepted: 'said yes',
  pending: 'asked, no answer yet',
  declined: 'said no',
  expired: 'did not answer in time',
  withdrawn: 'not asked any more',
};

/** The agreed team of a challenge at a glance. */
@Injectable()
export class TeamGlance {
  constructor(private readonly db: Database) {}

  /** In the order of the seats; empty where no team is agreed. */
  async of({ id, seats }: Challenge): Promise<SeatGlance[]> {
    const rows = await this.db.query<Row[]>(
      `SELECT s.key AS seat, m.name, i.state FROM proposals p CROSS JOIN jsonb_each_text(p.seats) s LEFT JOIN peers m ON m.id::text = s.value
         LEFT JOIN LATERAL (SELECT state FROM invitations i WHERE i.challenge_id = p.challenge_id AND i.peer_id = m.id AND i.seat = s.key
           ORDER BY created_at DESC LIMIT 1) i ON true
       WHERE p.challenge_id = $1 AND p.state = 'agreed'`,
      [id],
    );
    return seats.flatMap((seat) => rows.find((row) => row.seat === seat.id) ?? []).map(glanceOf);
  }
}

function glanceOf({ seat, name, state }: Row): SeatGlance {
  const said = name === null ? 'stays empty' : state === null ? 'not asked yet' : SAID[state];
  return { label: seatLabel(seat), name, said };
}
