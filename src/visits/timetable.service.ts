import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sayDays } from '../calendar/phrases.js';
import { addDays, datesOf, daysBetween, type CivilDate } from '../calendar/dates.js';
import { askedDays } from '../kinds/presence.js';
import { seatWords } from '../kinds/seats.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Booking } from '../invitations/booking.entity.js';
import { MessagesService } from '../messages/messages.service.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { paths } from '../web/paths.js';
import { badField, badInput, conflict, notFound } from '../web/problems.js';
import { FollowUpChange, note } from './follow-up-change.entity.js';
import { VisitSession } from './visit-session.entity.js';
import { Database } from '../database/database.js';

export type NewSession = Pick<
  VisitSession,
  'day' | 'starts' | 'ends' | 'title' | 'people' | 'room' | 'seats'
>;

/** Who was on site on which days. */
export interface Attendance {
  peerId: string;
  days: CivilDate[];
  /** Why not on all of them. */
  cause: string | null;
}

/** A place of a team that changed within the last two weeks before the visit, or on it. */
export interface LateChange {
  seat: string;
  name: string;
  what: string;
  cause: string | null;
  on: CivilDate;
}

/** Days before the first day on site within which a change of the team is a late one. */
export const LATE_DAYS = 14;

/** The timetable on site, and afterwards who was there. */
@Injectable()
export class TimetableService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly messages: MessagesService,
  ) {}

  sessions(challengeId: string): Promise<VisitSession[]> {
    return this.db.manager.find(VisitSession, {
      where: { challengeId },
      order: { day: 'ASC', starts: 'ASC', id: 'ASC' },
    });
  }

  /** Those on the days that a challenge has now. */
  async shown({ id, firstDay, lastDay }: Challenge): Promise<VisitSession[]> {
    if (firstDay === null || lastDay === null) return [];
    const evening = addDays(firstDay, -1);
    return (await this.sessions(id)).filter(({ day }) => day >= evening && day <= lastDay);
  }

  /** Other days are agreed: sessions move with them, those behind a shorter visit to its last day. */
  async move(tx: EntityManager, { id, firstDay, lastDay }: Challenge): Promise<void> {
    const [{ first, since }] = await tx.query<[{ first: CivilDate | null; since: CivilDate | null }]>(
      `SELECT min(day)::text AS first,
         (SELECT b.visit_first_day::text FROM bookings b WHERE b.challenge_id = $1 AND b.visit_first_day <> $2 ORDER BY b.created_at DESC LIMIT 1) AS since
       FROM visit_sessions WHERE challenge_id = $1`,
      [id, firstDay],
    );
    if (first === null || firstDay === null || lastDay === null) return;
    if (first >= addDays(firstDay, -1) && first <= lastDay) return;
    await tx.query(
      'UPDATE visit_sessions SET day = least(day + ($2::date - $3::date), $4::date) WHERE challenge_id = $1',
      [id, firstDay, since ?? first, lastDay],
    );
    await note(tx, SYSTEM, {
      challengeId: id,
      subject: 'timetable',
      what: 'Timetable moved with the days; look at it, and send it again',
    });
  }

  async add(actor: Actor, challengeId: string, session: NewSession): Promise<VisitSession> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      requireFits(challenge, session);
      const saved = await tx.save(tx.create(VisitSession, { ...session, challengeId }));
      await record(tx, actor, 'timetable.changed', `challenge:${challengeId}`, { session: saved.id });
      return saved;
    });
  }

  async remove(actor: Actor, challengeId: string, id: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const { affected } = await tx.delete(VisitSession, { id, challengeId });
      if (affected !== 1) throw notFound('session');
      await record(tx, actor, 'timetable.changed', `challenge:${challengeId}`, { removed: id });
    });
  }

  /** Tells the booked team and the council where the timetable is; each time that it is sent is a message of its own. */
  async send(actor: Actor, challengeId: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      if (!(await tx.existsBy(VisitSession, { challengeId })))
        throw conflict('no-session', 'The timetable is empty; add a session first.');
      const { firstDay, lastDay } = challenge;
      if (firstDay === null || lastDay === null) throw noDays();
      const times = await tx.countBy(FollowUpChange, { challengeId, subject: 'timetable' });
      const { council, kind, about, page } = await this.challenges.about(tx, challenge);
      const data = { council, kind, firstDay, lastDay, again: times > 0 };
      const cause = `timetable-${challengeId}-${String(times + 1)}`;
      const peers = await tx.query<{ email: string | null }[]>(
        `SELECT p.email FROM bookings b JOIN peers p ON p.id = b.peer_id WHERE b.challenge_id = $1 AND b.state = 'booked'`,
        [challengeId],
      );
      const team = { template: 'timetable' as const, cause, about };
      const visit = this.messages.address(paths.visit(challengeId));
      await this.messages.post(tx, {
        ...team,
        data: { ...data, page: visit },
        to: peers.map(({ email }) => email),
      });
      await this.messages.post(tx, {
        ...team,
        data: { ...data, page },
        to: await this.challenges.speakers(tx, challenge),
      });
      await note(tx, actor, {
        challengeId,
        subject: 'timetable',
        what: 'Timetable sent to the team and the council',
      });
      await record(tx, actor, 'timetable.sent', `challenge:${challengeId}`, { times: times + 1 });
    });
  }

  /** Those of the team who come, with what was written down of them; whoever works off site is not among them. */
  async attendance(challengeId: string): Promise<Booking[]> {
    return (await this.team(challengeId)).filter(({ offSite }) => !offSite);
  }

  /** Everybody who is booked. */
  team(challengeId: string): Promise<Booking[]> {
    return this.db.manager.find(Booking, {
      where: { challengeId, state: 'booked' },
      relations: { peer: true },
      order: { seat: 'ASC' },
    });
  }

  /** Writes down who was there; the days are what the peer is credited with. Throws a 400 where somebody missed a day without a cause. */
  async attended(actor: Actor, challengeId: string, said: Attendance[]): Promise<void> {
    await this.db.transact(async (tx) => {
      const { firstDay } = await this.challenges.lock(tx, challengeId);
      if (firstDay === null) throw noDays();
      if (firstDay > this.db.today())
        throw conflict(
          'too-early',
          'The visit has not begun; who was there is written down from its first day on.',
        );
      const bookings = await tx.findBy(Booking, { challengeId, state: 'booked', offSite: false });
      const faults = said.flatMap((one, index) =>
        attendanceFaults(one, `/attendance/${String(index)}`, bookings),
      );
      if (faults.length > 0) throw badInput('What was sent cannot be used.', faults);
      for (const { peerId, days: attended, cause } of said)
        await tx.update(
          Booking,
          { challengeId, peerId, state: 'booked' },
          { attended: [...attended].sort(), absenceCause: cause },
        );
      await record(tx, actor, 'attendance.recorded', `challenge:${challengeId}`, { peers: said.length });
    });
  }

  /** Who left the team within two weeks of the visit, or missed a day of it, and why. */
  async lateChanges(challengeId: string): Promise<LateChange[]> {
    const left = await this.db.query<LateChange[]>(
      `SELECT i.seat, p.name, 'left the team' AS what, i.reason AS cause, i.on::text
       FROM late_changes i JOIN peers p ON p.id = i.peer_id WHERE i.challenge_id = $1
       ORDER BY i.answered_at`,
      [challengeId],
    );
    const absent = (await this.attendance(challengeId)).flatMap(
      ({ seat, peer, attended, absenceCause, firstDay, lastDay }): LateChange[] => {
        const missed = attended === null ? 0 : daysBetween(firstDay, lastDay) + 1 - attended.length;
        return missed > 0
          ? [
              {
                seat,
                name: peer?.name ?? '',
                what: `missed ${String(missed)} of the days`,
                cause: absenceCause,
                on: firstDay,
              },
            ]
          : [];
      },
    );
    return [...left, ...absent].map((one) => ({ ...one, seat: seatWords(one.seat) }));
  }
}

const noDays = (): Error => conflict('no-days', 'The challenge has no days on site yet.');

function requireFits(challenge: Challenge, { day, starts, ends, seats }: NewSession): void {
  const { firstDay, lastDay } = challenge;
  if (firstDay === null || lastDay === null) throw noDays();
  const evening = addDays(firstDay, -1);
  if (day < evening || day > lastDay)
    throw badField('/day', `found ${day}; allowed: ${evening} (the evening before) to ${lastDay}`);
  if (ends <= starts) throw badField('/ends', `found ${ends}; allowed: later than ${starts}`);
  const away = seats.flatMap((id) => absentWords(challenge, id, { day, starts, ends }) ?? []);
  if (away[0] !== undefined) throw badField('/seats', away[0]);
  const unknown = seats.find((seat) => !challenge.seats.some(({ id }) => id === seat));
  if (unknown !== undefined)
    throw badField(
      '/seats',
      `found "${unknown}"; allowed: ${challenge.seats.map(({ id }) => id).join(', ')}`,
    );
}

function attendanceFaults(
  { peerId, days: attended, cause }: Attendance,
  at: string,
  bookings: Booking[],
): { pointer: string; detail: string }[] {
  const booking = bookings.find((one) => one.peerId === peerId);
  if (!booking) return [{ pointer: `${at}/peerId`, detail: 'is nobody of the team on site' }];
  const days = datesOf({ from: booking.firstDay, to: booking.lastDay });
  const stranger = attended.find((day) => !days.includes(day));
  return [
    ...(stranger === undefined
      ? []
      : [{ pointer: `${at}/days`, detail: `found ${stranger}; allowed: ${days.join(', ')}` }]),
    ...(new Set(attended).size < days.length && !cause
      ? [
          {
            pointer: `${at}/cause`,
            detail: 'is empty; say why the peer was not there on every day they were booked for',
          },
        ]
      : []),
  ];
}

/** Where a seat is not there at a time of a visit: says so, with when it is. */
function absentWords(
  { seats, firstDay, lastDay }: Challenge,
  id: string,
  { day, starts, ends }: Pick<NewSession, 'day' | 'starts' | 'ends'>,
): string | null {
  const seat = seats.find((one) => one.id === id);
  if (!seat || firstDay === null || lastDay === null || (!seat.presence && !seat.offSite)) return null;
  if (seat.offSite) return `found ${seatWords(id)}, who works off site; allowed: those who come`;
  const asked = askedDays(seat, { firstDay, lastDay });
  const isThere =
    day >= asked.firstDay &&
    day <= asked.lastDay &&
    !(asked.fromMidday && day === asked.firstDay && ends <= NOON) &&
    !(asked.untilMidday && day === asked.lastDay && starts >= NOON);
  return isThere
    ? null
    : `found ${seatWords(id)}, who is there on ${sayDays(asked.firstDay, asked.lastDay)}${asked.fromMidday ? ', from midday' : ''}${asked.untilMidday ? ', until midday' : ''}; allowed: those who are there then`;
}

const NOON = '12:00';
