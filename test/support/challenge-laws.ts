import ICAL from 'ical.js';
import { Challenge } from '../../src/challenges/challenge.entity.js';
import { nextStates } from '../../src/challenges/states.js';
import { AgreementService } from '../../src/proposals/agreement.service.js';
import { KeptPool } from '../../src/proposals/problem/kept-pool.js';
import { Proposal } from '../../src/proposals/proposal.entity.js';
import type { Barred } from '../../src/proposals/standing.js';
import { challengeFacts } from '../../src/overview/challenge-facts.js';
import { tasksOf } from '../../src/overview/tasks.js';
import { overlapping } from './bookings.js';
import type { PageSession } from './page-session.js';
import type { Service } from './service.js';

export interface Promised {
  challenge: string;
  what:
    | 'a team was agreed'
    | 'a team was approved'
    | 'a seat was offered'
    | 'a yes was taken'
    | 'a team was confirmed';
  id: string;
  peer: string | null;
}

/** What never is, of the challenges `$1`: each by the rows that would show it. */
const NEVER = {
  'somebody is booked who is not in the agreed team': `SELECT FROM bookings b WHERE b.live AND b.challenge_id = ANY($1) AND NOT EXISTS (SELECT FROM proposals p
    WHERE p.challenge_id = b.challenge_id AND p.state = 'agreed' AND p.seats->>b.seat = b.peer_id::text)`,
  'a booking does not say what its invitation says': `SELECT FROM bookings b JOIN invitations i ON i.id = b.invitation_id WHERE b.challenge_id = ANY($1)
    AND (b.state, i.state) NOT IN (('held', 'pending'), ('booked', 'accepted'))
    AND NOT (b.state = 'released' AND i.state IN ('declined', 'withdrawn', 'expired'))`,
  'an invitation stands and no days are held for it': `SELECT FROM invitations i WHERE i.challenge_id = ANY($1) AND i.state IN ('pending', 'accepted')
    AND NOT EXISTS (SELECT FROM bookings b WHERE b.invitation_id = i.id AND b.live)`,
  'somebody is booked for what does not take place': `SELECT FROM challenges c JOIN bookings b ON b.challenge_id = c.id AND b.live
    WHERE c.id = ANY($1) AND c.state IN ('cancelled', 'stood_down', 'postponed')`,
  'somebody is booked for other days than those of the challenge': `SELECT FROM bookings b JOIN invitations i ON i.id = b.invitation_id JOIN challenges c ON c.id = b.challenge_id
    WHERE c.id = ANY($1) AND b.live AND (b.visit_first_day, b.visit_last_day, i.visit_first_day, i.visit_last_day) IS DISTINCT FROM (c.first_day, c.last_day, c.first_day, c.last_day)`,
  'somebody is booked for other days than their seat asks': `SELECT FROM bookings b JOIN invitations i ON i.id = b.invitation_id JOIN challenges c ON c.id = b.challenge_id
    JOIN jsonb_array_elements(c.seats) s ON s->>'id' = b.seat WHERE c.id = ANY($1) AND b.live AND (b.first_day, b.last_day, i.first_day, i.last_day, b.off_site, isempty(b.days))
      IS DISTINCT FROM (c.first_day + coalesce((s->'presence'->>'from')::int, 1) - 1, c.first_day + coalesce((s->'presence'->>'to')::int, 3) - 1,
        c.first_day + coalesce((s->'presence'->>'from')::int, 1) - 1, c.first_day + coalesce((s->'presence'->>'to')::int, 3) - 1,
        s ? 'offSite', s ? 'offSite')`,
  'somebody was asked in other days than are held': `SELECT FROM bookings b JOIN invitations i ON i.id = b.invitation_id JOIN peers p ON p.id = b.peer_id
    WHERE b.challenge_id = ANY($1) AND b.live AND NOT EXISTS (SELECT FROM messages m WHERE m.cause LIKE 'invited-' || i.id || '%' AND m.recipient = p.email
      AND m.body LIKE '%' || extract(day FROM b.first_day) || ' to %' || to_char(b.last_day, 'FMDD FMMonth YYYY') || '%')`,
  'a yes was taken after its time': `SELECT FROM invitations WHERE challenge_id = ANY($1) AND state = 'accepted' AND answered_at >= expires_at`,
  'two teams are agreed': `SELECT FROM proposals WHERE challenge_id = ANY($1) AND state = 'agreed' GROUP BY challenge_id HAVING count(*) > 1`,
  'somebody is invited again after a no': `SELECT FROM invitations a JOIN invitations b ON b.challenge_id = a.challenge_id AND b.peer_id = a.peer_id AND b.created_at > a.answered_at
    WHERE a.challenge_id = ANY($1) AND (a.state IN ('declined', 'expired') OR a.state = 'withdrawn' AND a.for_cause)
      AND NOT EXISTS (SELECT FROM asked_again t WHERE t.challenge_id = a.challenge_id AND t.peer_id = a.peer_id AND t.created_at >= a.answered_at)`,
  'somebody is proposed again after a no': `SELECT FROM team_requests r JOIN proposals p ON p.request_id = r.id CROSS JOIN jsonb_each_text(p.seats) s
    JOIN not_again n ON n.challenge_id = r.challenge_id AND n.peer_id::text = s.value AND (n.at < r.created_at OR n.peer_id = ANY(r.without))
    WHERE r.challenge_id = ANY($1)`,
};

/** What holds of challenges whatever happens to them, asked of the database, the pages and the files that were sent. */
export class ChallengeLaws {
  constructor(
    private readonly service: Service,
    private readonly adviser: PageSession,
  ) {}

  /** What must hold whatever happened, as sentences about what does not. */
  async broken(challenges: string[]): Promise<string[]> {
    const faults: string[] = [];
    const laws = Object.entries(NEVER).map(([law, sql]) => `SELECT '${law}' AS law WHERE EXISTS (${sql})`);
    const found = await this.service.source.query<{ law: string }[]>(laws.join(' UNION ALL '), [challenges]);
    faults.push(...found.map(({ law }) => law));
    if ((await overlapping(this.service.source)) > 0) faults.push('a peer is booked twice');
    const unsure = await this.service.source.query<{ id: string; state: string }[]>(
      `SELECT c.id, c.state FROM challenges c WHERE id = ANY($1) AND state IN ('inviting', 'confirmed') AND (state = 'confirmed') <>
        ((SELECT count(*) FROM proposals p, jsonb_each_text(p.seats) s WHERE p.challenge_id = c.id AND p.state = 'agreed' AND s.value IS NOT NULL)
          = (SELECT count(*) FROM bookings WHERE challenge_id = c.id AND state = 'booked'))`,
      [challenges],
    );
    // A whole team waits where its adviser has to decide about somebody first.
    for (const { id, state } of unsure)
      if (state === 'confirmed' || (await this.barredAt(id)).length === 0)
        faults.push(`confirmed is not what everybody’s yes says: ${state}`);
    for (const id of challenges) faults.push(...(await this.historyFaults(id)));
    return faults;
  }

  /** Whether the pool that was kept through everything says what one says that is read whole. */
  async isKeptPoolTrue(): Promise<boolean> {
    const told = async (pool: KeptPool): Promise<string> => {
      const { peers, served } = await pool.rows(this.service.source.manager, {
        from: '2026-01-01',
        to: '2030-12-31',
      });
      const visits = peers.map(({ id }) => (served.get(id) ?? []).map((one) => JSON.stringify(one)).sort());
      return JSON.stringify([peers, visits]);
    };
    // A worker may write between the two.
    for (let tries = 0; tries < 3; tries++)
      if ((await told(this.service.app.get(KeptPool))) === (await told(new KeptPool(this.service.db))))
        return true;
    return false;
  }

  /** Who of the agreed team of a challenge may not serve as things are. */
  private async barredAt(id: string): Promise<Barred[]> {
    const team = await this.service.source.manager.findOneBy(Proposal, { challengeId: id, state: 'agreed' });
    return team ? this.service.app.get(AgreementService).barred(this.service.source.manager, team) : [];
  }

  /** What must hold once the jobs have run, as sentences about what does not. */
  async unsettled(challenges: string[]): Promise<string[]> {
    const faults: string[] = [];
    for (const id of challenges) {
      const rows = await this.service.source.query<{ peer: string; isKnown: boolean }[]>(
        `SELECT b.peer_id AS peer, EXISTS (SELECT FROM circumstances x WHERE x.challenge_id = b.challenge_id AND x.peer_id = b.peer_id AND x.state = 'open') AS "isKnown"
         FROM bookings b WHERE b.challenge_id = $1 AND b.live`,
        [id],
      );
      const barred = await this.barredAt(id);
      const unknown = rows.filter(
        ({ peer, isKnown }) => !isKnown && barred.some(({ peerId }) => peerId === peer),
      );
      if (unknown.length > 0) faults.push('somebody is barred and booked, and nobody is asked about it');
      faults.push(...(await this.calendarFaults(id)), ...(await this.deadEnds(id)));
    }
    return faults;
  }

  /** Where its adviser can do nothing about a challenge that is neither confirmed nor over. */
  private async deadEnds(id: string): Promise<string[]> {
    const challenge = await this.service.source.manager.findOneByOrFail(Challenge, { id });
    const { state } = challenge;
    if (state === 'confirmed' || state === 'cancelled' || state === 'stood_down') return [];
    const tasks = tasksOf(challenge, await challengeFacts(this.service.db, id));
    const open = tasks.filter((task) => task.state === 'now' || task.state === 'waiting');
    if (open.length === 0) return [`nothing is to be done at ${state}`];
    const ends = await Promise.all(
      open.map(async ({ title, href }) =>
        (await this.canDo(href ?? `/challenges/${id}`, href === null ? 0 : 1))
          ? []
          : [`“${title}” at ${state} leads to nothing that can be done`],
      ),
    );
    return ends.flat();
  }

  /** Whether something can be done on a page, or so many links further on about what it shows. */
  private async canDo(href: string, further: number): Promise<boolean> {
    const { status, text } = await this.adviser.get(href);
    const [, main = ''] = text.split('<main');
    if (status !== 200) return false;
    if (main.includes('<form method="post"')) return true;
    const links = [...main.matchAll(/href="(\/(?:invitations|proposals|objections|challenges)\/[^"]+)"/g)];
    const found = links.map(async ([, link = '']) => further > 0 && (await this.canDo(link, further - 1)));
    return (await Promise.all(found)).includes(true);
  }

  /** What stands in the calendars of peers who took in every file that they were sent, beside what they are booked for. */
  private async calendarFaults(challenge: string): Promise<string[]> {
    const files = await this.service.source.query<{ to: string; calendar: string }[]>(
      `SELECT recipient AS to, calendar FROM messages WHERE about = $1 AND calendar IS NOT NULL ORDER BY created_at, id`,
      [`challenge:${challenge}`],
    );
    const entries = new Map<string, { sequence: number; day: string | null }>();
    for (const { to, calendar } of files) {
      const [event] = new ICAL.Component(ICAL.parse(calendar) as never)
        .getAllSubcomponents('vevent')
        .map((one) => new ICAL.Event(one));
      if (!event?.uid.startsWith('invitation-')) continue;
      const known = entries.get(to);
      if (known?.sequence === event.sequence) return [`two files of ${to} count the same`];
      // Mails overtake one another; a calendar keeps what counts highest.
      if (known && known.sequence > event.sequence) continue;
      const day = calendar.includes('METHOD:CANCEL') ? null : event.startDate.toString().slice(0, 10);
      entries.set(to, { sequence: event.sequence, day });
    }
    const booked = await this.service.source.query<{ to: string; day: string; isSure: boolean }[]>(
      `SELECT p.email AS to, b.first_day::text AS day, c.state = 'confirmed' AS "isSure"
       FROM bookings b JOIN peers p ON p.id = b.peer_id JOIN challenges c ON c.id = b.challenge_id JOIN invitations i ON i.id = b.invitation_id
       WHERE c.id = $1 AND b.live AND b.state = 'booked' AND NOT i.off_site`,
      [challenge],
    );
    const missing = booked.filter(({ to, day, isSure }) => isSure && entries.get(to)?.day !== day);
    const wrong = [...entries].filter(
      ([to, { day }]) => day !== null && !booked.some((one) => one.to === to && one.day === day),
    );
    return [
      ...(missing.length > 0 ? ['a confirmed visit is not in the calendar of who goes there'] : []),
      ...(wrong.length > 0 ? ['a calendar holds a visit that nobody is booked for'] : []),
    ];
  }

  /** Each step begins where the one before ended, is one that may be taken, and the last leads to where the challenge stands. */
  private async historyFaults(id: string): Promise<string[]> {
    type State = Challenge['state'];
    // In one look, since a worker takes steps too.
    const [row] = await this.service.source.query<{ state: State; steps: { from: State; to: State }[] }[]>(
      `SELECT state, coalesce((SELECT json_agg(json_build_object('from', h."from", 'to', h."to") ORDER BY h.id)
        FROM challenge_changes h WHERE h.challenge_id = c.id), '[]') AS steps FROM challenges c WHERE id = $1`,
      [id],
    );
    const { state, steps } = row ?? { state: 'enquiry', steps: [] };
    const faults: string[] = [];
    let at: Challenge['state'] = 'team_proposed';
    for (const { from, to } of steps) {
      if (from !== at || (from !== to && !nextStates(from).includes(to)))
        faults.push(`a step from ${from} to ${to} at ${at}`);
      at = to;
    }
    return at === state ? faults : [...faults, `history ends at ${at}, the challenge stands at ${state}`];
  }

  /** What is promised as things stand: by key, so that what is new is known. */
  async promised(challenges: string[]): Promise<Map<string, Promised>> {
    const rows = await this.service.source.query<Promised[]>(
      `SELECT p.challenge_id AS challenge, 'a team was agreed' AS what, p.id, NULL::uuid AS peer FROM proposals p WHERE p.challenge_id = ANY($1) AND p.state = 'agreed'
       UNION ALL SELECT challenge_id, 'a team was approved', id, NULL FROM proposals WHERE challenge_id = ANY($1) AND state = 'agreed' AND approvals <> '[]'
       UNION ALL SELECT c.id, 'a team was confirmed', c.id, NULL FROM challenges c WHERE c.id = ANY($1) AND c.state = 'confirmed'
       UNION ALL SELECT i.challenge_id, CASE i.state WHEN 'pending' THEN 'a seat was offered' ELSE 'a yes was taken' END, i.id, i.peer_id
         FROM invitations i WHERE i.challenge_id = ANY($1) AND i.state IN ('pending', 'accepted')`,
      [challenges],
    );
    return new Map(rows.map((row) => [`${row.what} ${row.id}`, row]));
  }

  /** Whose yes has ended since. */
  async endedYes(challenges: string[], before: Map<string, Promised>): Promise<string[]> {
    const after = await this.promised(challenges);
    const ended = [...before].filter(([key, { what }]) => what === 'a yes was taken' && !after.has(key));
    return ended.map(() => 'a yes ended that nobody meant to end');
  }

  /** What was promised though an objection to a member of the agreed team is in one of some states. */
  private async disputed(challenge: string, what: string, states: string[]): Promise<string[]> {
    const found = await this.service.source.query<object[]>(
      `SELECT FROM proposals p JOIN objections o ON o.challenge_id = p.challenge_id AND o.state = ANY($2)
         JOIN proposals q ON q.id = o.proposal_id JOIN jsonb_each_text(p.seats) s ON s.value = q.seats->>o.seat
       WHERE p.challenge_id = $1 AND p.state = 'agreed'`,
      [challenge, states],
    );
    return found.map(() => `${what} in spite of an objection`);
  }

  /** What was promised since in spite of what stands against somebody. */
  async promisedInSpite(challenges: string[], before: Map<string, Promised>): Promise<string[]> {
    const fresh = [...(await this.promised(challenges))].filter(([key]) => !before.has(key));
    const barredIn = new Map<string, Promise<Barred[]>>();
    const faults = fresh.map(async ([, { challenge, what, peer }]) => {
      if (what === 'a team was approved') return this.disputed(challenge, what, ['open', 'upheld']);
      const asked = barredIn.get(challenge) ?? this.barredAt(challenge);
      barredIn.set(challenge, asked);
      const barred = await asked;
      const isWrong = peer === null ? barred.length > 0 : barred.some(({ peerId }) => peerId === peer);
      return [
        ...(isWrong ? [`${what} in spite of a bar`] : []),
        ...(what === 'a team was agreed' ? await this.disputed(challenge, what, ['open']) : []),
      ];
    });
    return (await Promise.all(faults)).flat();
  }
}
