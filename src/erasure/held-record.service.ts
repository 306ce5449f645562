import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Demographics } from '../peers/demographics.entity.js';
import { Peer } from '../peers/peer.entity.js';
import { personOf } from './person.js';

/** Where something of a person stands, by the name that it has in their file. `$1`: ids as a peer, `$2`: as an account, `$3`: addresses. */
const PARTS = {
  accounts: `SELECT email, name, role, state, created_at FROM accounts WHERE id = ANY($2)`,
  sessions: `SELECT sess->>'browser' AS browser, to_timestamp((sess->>'since')::bigint / 1000) AS since FROM sessions WHERE sess->>'accountId' = ANY($2::text[])`,
  signInCodes: `SELECT created_at, used_at FROM sign_in_codes WHERE account_id = ANY($2) ORDER BY created_at`,
  secondStep: `SELECT confirmed_at FROM second_steps WHERE account_id = ANY($2)`,
  tokens: `SELECT name, role, expires_at, last_used_on, revoked_at FROM api_tokens WHERE peer_id = ANY($1)`,
  invitations: `SELECT h.name AS council, c.kind, i.seat, i.first_day::text, i.last_day::text, i.state, i.reason, i.other_dates, i.declared, i.answered_through, i.created_at, i.answered_at
    FROM invitations i JOIN challenges c ON c.id = i.challenge_id JOIN councils h ON h.id = c.council_id WHERE i.peer_id = ANY($1) ORDER BY i.created_at`,
  bookings: `SELECT h.name AS council, b.seat, b.first_day::text, b.last_day::text, b.state, b.attended::text[], b.absence_cause, b.stood
    FROM bookings b JOIN challenges c ON c.id = b.challenge_id JOIN councils h ON h.id = c.council_id WHERE b.peer_id = ANY($1) ORDER BY b.first_day`,
  pastSeats: `SELECT h.name AS council, c.first_day::text, c.last_day::text, s.reference, s.seat, s.post, s.days FROM past_seats s
    LEFT JOIN past_challenges x USING (reference) LEFT JOIN challenges c ON c.id = x.challenge_id LEFT JOIN councils h ON h.id = c.council_id WHERE s.peer_id = ANY($1) ORDER BY c.first_day`,
  proposed: `SELECT h.name AS council, p.first_day::text, p.state, p.created_at FROM proposals p JOIN challenges c ON c.id = p.challenge_id JOIN councils h ON h.id = c.council_id
    WHERE EXISTS (SELECT FROM jsonb_each_text(p.seats) s WHERE s.value = ANY($1::text[])) ORDER BY p.created_at`,
  soundings: `SELECT h.name AS council, s.seat, s.answer, s.created_at, s.answered_at FROM soundings s JOIN challenges c ON c.id = s.challenge_id JOIN councils h ON h.id = c.council_id WHERE s.peer_id = ANY($1)`,
  feedbackGiven: `SELECT h.name AS council, f.scores, f.comment, f.answered_at FROM feedback f JOIN challenges c ON c.id = f.challenge_id JOIN councils h ON h.id = c.council_id
    WHERE f.peer_id = ANY($1) AND f.form = 'peer' AND f.answered_at IS NOT NULL`,
  /** Who gave them is not told. */
  feedbackReceived: `SELECT h.name AS council, f.scores, f.comment, f.answered_at FROM feedback f JOIN challenges c ON c.id = f.challenge_id JOIN councils h ON h.id = c.council_id
    WHERE f.peer_id = ANY($1) AND f.form = 'manager' AND f.answered_at IS NOT NULL`,
  applications: `SELECT route, nominated_by, name, email, class, party, positions, skills, organisation, state, criteria, created_at FROM applications WHERE peer_id = ANY($1) OR lower(email) = ANY($3)`,
  applicationSteps: `SELECT s.at, s."from", s."to", s.reason FROM application_changes s JOIN applications a ON a.id = s.application_id WHERE a.peer_id = ANY($1) OR lower(a.email) = ANY($3) ORDER BY s.at`,
  events: `SELECT e.title, e.held_on::text, p.attended FROM event_places p JOIN events e ON e.id = p.event_id WHERE p.peer_id = ANY($1)`,
  regions: `SELECT region, role, subject, day_budget, first_day::text, last_day::text FROM region_people WHERE peer_id = ANY($1) ORDER BY first_day`,
  adviserDays: `SELECT d.day::text, d.days, d.what, h.name AS council FROM adviser_days d JOIN region_people r ON r.id = d.person_id LEFT JOIN councils h ON h.id = d.council_id
    WHERE r.peer_id = ANY($1) ORDER BY d.day`,
  circumstances: `SELECT h.name AS council, x.seat, x.visit, x.state, x.reason, x.created_at FROM circumstances x JOIN challenges c ON c.id = x.challenge_id JOIN councils h ON h.id = c.council_id WHERE x.peer_id = ANY($1)`,
  changes: `SELECT fields, at FROM peer_changes WHERE peer_id = ANY($1) ORDER BY at`,
  waivers: `SELECT h.name AS council, w->>'term' AS term, w->>'reason' AS reason FROM challenges c JOIN councils h ON h.id = c.council_id, jsonb_array_elements(c.waived) w WHERE w->>'peerId' = ANY($1::text[])`,
  contactOf: `SELECT h.name AS council, x->>'purpose' AS purpose, x->>'name' AS name FROM challenges c JOIN councils h ON h.id = c.council_id, jsonb_array_elements(c.contacts) x WHERE lower(x->>'email') = ANY($3)`,
  messages: `SELECT subject, body, state, created_at, sent_at FROM messages WHERE lower(recipient) = ANY($3) ORDER BY created_at`,
  trail: `SELECT at, action FROM audit_entries WHERE subject = ANY(SELECT 'peer:' || x FROM unnest($1::text[]) x) OR actor = ANY(SELECT 'account:' || x FROM unnest($2::text[]) x) ORDER BY id`,
} as const;

/** Everything that is held about a peer, wherever it stands. */
@Injectable()
export class HeldRecord {
  constructor(private readonly db: Database) {}

  async of(peerId: string): Promise<Record<string, unknown>> {
    const { manager } = this.db;
    const { peers, accounts, emails } = await personOf(manager, { peerId });
    const about = [peers, accounts, emails.map((email) => email.toLowerCase())];
    const held: Record<string, unknown> = {
      peer: await manager.findOne(Peer, { where: { id: peerId }, relations: { council: true } }),
      demographics: await manager.findOneBy(Demographics, { peerId }),
    };
    for (const [part, sql] of Object.entries(PARTS)) {
      const wanted = about.filter((_, n) => sql.includes(`$${String(n + 1)}`));
      held[part] = await this.db.query(numbered(sql), wanted);
    }
    return held;
  }
}

/** The database takes no value that a statement does not name, so that those named count from one. */
function numbered(sql: string): string {
  const used = [...new Set(sql.match(/\$\d/g))].sort();
  return sql.replace(/\$\d/g, (name) => `$${String(used.indexOf(name) + 1)}`);
}
