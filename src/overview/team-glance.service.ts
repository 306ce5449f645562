import { Injectable } from '@nestjs/common';
import type { Challenge } from '../challenges/challenge.entity.js';
import { Database } from '../database/database.js';
import type { InvitationState } from '../invitations/invitation.entity.js';
import { amount } from '../english/words.js';
import { seatLabelWithDays } from '../kinds/presence.js';

/** A seat of the agreed team, and what its peer has said. */
export interface SeatGlance {
  label: string;
  name: string | null;
  said: string;
  /** Leads the team. */
  leads: boolean;
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
  async of({ id, seats, leadSeat }: Challenge): Promise<SeatGlance[]> {
    const past = await this.past(id);
    if (past.length > 0) return past;
    const rows = await this.db.query<Row[]>(
      `SELECT s.key AS seat, m.name, i.state FROM proposals p CROSS JOIN jsonb_each_text(p.seats) s LEFT JOIN peers m ON m.id::text = s.value
         LEFT JOIN LATERAL (SELECT state FROM invitations i WHERE i.challenge_id = p.challenge_id AND i.peer_id = m.id AND i.seat = s.key
           ORDER BY created_at DESC LIMIT 1) i ON true
       WHERE p.challenge_id = $1 AND p.state = 'agreed'`,
      [id],
    );
    return seats
      .flatMap((seat) => rows.find((row) => row.seat === seat.id) ?? [])
      .map((row) => ({
        ...glanceOf(row),
        label: seatLabelWithDays(seats, row.seat),
        leads: row.seat === leadSeat,
      }));
  }

  /** What is known of a challenge of before this service besides its clock, in words; null of any other. */
  async before({ id }: Challenge): Promise<string[] | null> {
    const [row] = await this.db.query<{ manager: string | null; recommendations: number | null }[]>(
      'SELECT manager, recommendations FROM past_challenges WHERE challenge_id = $1',
      [id],
    );
    if (!row) return null;
    const { manager, recommendations } = row;
    return [
      ...(manager === null ? [] : [`managed by ${manager}`]),
      ...(recommendations === null ? [] : [amount(recommendations, 'recommendation')]),
    ];
  }

  /** Who sat in a team of before this service, as what they were then. */
  private past(id: string): Promise<SeatGlance[]> {
    return this.db.query<SeatGlance[]>(
      `SELECT false AS leads, s.seat AS label, coalesce(p.name, s.name) AS name, coalesce(nullif(concat_ws(', ', s.post, h.name), ''), 'was there') AS said
       FROM past_challenges x JOIN past_seats s USING (reference) LEFT JOIN peers p ON p.id = s.peer_id LEFT JOIN councils h ON h.id = s.council_id
       WHERE x.challenge_id = $1 ORDER BY s.seat, name`,
      [id],
    );
  }
}

function glanceOf({ name, state }: Row): Omit<SeatGlance, 'leads' | 'label'> {
  const said = name === null ? 'stays empty' : state === null ? 'not asked yet' : SAID[state];
  return { name, said };
}
