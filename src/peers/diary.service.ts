import { Injectable } from '@nestjs/common';
import { Not, IsNull, type EntityManager } from 'typeorm';
import { addDays, type CivilDate, type DateRange } from '../calendar/dates.js';
import { Jobs } from '../jobs/jobs.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { notFound } from '../web/problems.js';
import type { Availability, AvailabilityPattern, AvailabilityState } from './availability.js';
import { readCalendar } from './calendar-thread.js';
import { calendarAddress, fetchCalendar } from './fetch-calendar.js';
import { Peer } from './peer.entity.js';
import { withDays } from './weeks.js';
import { Database } from '../database/database.js';

/** How far ahead a calendar is read. */
const AHEAD_DAYS = 400;

/** What peers say of their time, by hand or by their calendar. */
@Injectable()
export class DiaryService {
  constructor(
    private readonly db: Database,
    private readonly jobs: Jobs,
  ) {}

  /** What was said of single days. */
  sayDays(actor: Actor, id: string, said: ReadonlyMap<CivilDate, AvailabilityState>): Promise<void> {
    return this.change(actor, id, (availability, today) => withDays(availability, said, today));
  }

  /** A weekday that is the same every so many weeks, besides those already said. */
  addPattern(actor: Actor, id: string, pattern: AvailabilityPattern): Promise<void> {
    return this.change(actor, id, (availability) => ({
      ...availability,
      patterns: [...availability.patterns, pattern],
    }));
  }

  removePattern(actor: Actor, id: string, at: number): Promise<void> {
    return this.change(actor, id, (availability) => ({
      ...availability,
      patterns: availability.patterns.filter((_, index) => index !== at),
    }));
  }

  /** The same as last time: only the date on which it was said is new. */
  confirm(actor: Actor, id: string): Promise<void> {
    return this.change(actor, id, (availability) => availability);
  }

  /** Busy times out of a calendar file; nothing else of it is kept. */
  async takeCalendar(actor: Actor, id: string, file: string): Promise<void> {
    // Before the peer is kept from others: reading takes its time.
    const calendar = await readCalendar(file, spanFrom(this.db.today()));
    await this.change(actor, id, (availability) => ({ ...availability, calendar }));
  }

  /** From now on a calendar is read every day, and first as soon as may be; null ends it and forgets what it said. */
  async subscribe(actor: Actor, id: string, url: string | null): Promise<void> {
    const address = url === null ? null : calendarAddress(url);
    await this.db.transact(async (tx) => {
      const peer = await this.locked(tx, id);
      peer.calendarUrl = address;
      if (address === null) peer.availability = { ...peer.availability, calendar: [] };
      await tx.save(peer);
      if (address !== null) await this.enqueueRead(tx, id, String(this.db.now().getTime()));
      await record(tx, actor, 'peer.calendar', `peer:${id}`, { subscribed: address !== null });
    });
  }

  /** The job: reads a subscribed calendar. Where it cannot be read, what was read last stays. */
  async readSubscribed(id: string): Promise<void> {
    const peer = await this.db.manager.findOneBy(Peer, { id });
    if (!peer?.calendarUrl) return;
    await this.takeCalendar(SYSTEM, id, await fetchCalendar(peer.calendarUrl));
  }

  /** The day's readings, one for each subscribed calendar. */
  async enqueueReads(date: CivilDate): Promise<void> {
    const peers = await this.db.manager.find(Peer, {
      where: { calendarUrl: Not(IsNull()) },
      select: { id: true },
    });
    for (const { id } of peers) await this.db.transact((tx) => this.enqueueRead(tx, id, date));
  }

  private enqueueRead(tx: EntityManager, id: string, when: string): Promise<void> {
    return this.jobs.add(tx, 'read-calendar', `read-calendar-${id}-${when}`, { peer: id });
  }

  private async change(
    actor: Actor,
    id: string,
    to: (availability: Availability, today: CivilDate) => Availability,
  ): Promise<void> {
    await this.db.transact(async (tx) => {
      const peer = await this.locked(tx, id);
      const today = this.db.today();
      const said = to(peer.availability, today);
      // A calendar that is read by itself does not say that the peer has looked at it.
      peer.availability = actor === SYSTEM ? said : { ...said, confirmedOn: today };
      await tx.save(peer);
      await record(tx, actor, 'peer.availability', `peer:${id}`);
    });
  }

  private async locked(tx: EntityManager, id: string): Promise<Peer> {
    const peer = await tx.findOne(Peer, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!peer) throw notFound('peer');
    return peer;
  }
}

const spanFrom = (today: CivilDate): DateRange => ({ from: today, to: addDays(today, AHEAD_DAYS) });
