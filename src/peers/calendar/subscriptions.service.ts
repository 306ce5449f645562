import { Injectable } from '@nestjs/common';
import { IsNull, Not, type EntityManager } from 'typeorm';
import { addDays, type CivilDate, type DateRange } from '../../calendar/dates.js';
import { Database } from '../../database/database.js';
import { Jobs } from '../../jobs/jobs.js';
import { MessagesService } from '../../messages/messages.service.js';
import { SYSTEM, type Actor } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { paths } from '../../web/paths.js';
import { Problem } from '../../web/problems.js';
import { lockedPeer } from '../lock-peers.js';
import { Peer } from '../peer.entity.js';
import type { CalendarRead } from './busy-days.js';
import { calendarAddress, fetchCalendar } from './fetch.js';
import { readCalendar } from './thread.js';

/** How far ahead calendars are read: two years. */
const AHEAD_DAYS = 730;
/** A calendar that could not be read so often, one day after the other, is told to its owner. */
const TOLD_AFTER = 3;

/** The days for which a calendar is read. */
export const spanFrom = (today: CivilDate): DateRange => ({ from: today, to: addDays(today, AHEAD_DAYS) });

/** Calendars that peers keep elsewhere, read every day. */
@Injectable()
export class CalendarSubscriptions {
  constructor(
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly messages: MessagesService,
  ) {}

  /** From now on a calendar is read every day, and first as soon as may be; null ends it and forgets what it said. */
  async subscribe(actor: Actor, id: string, url: string | null): Promise<void> {
    const address = url === null ? null : calendarAddress(url);
    await this.db.transact(async (tx) => {
      const peer = await lockedPeer(tx, id);
      const isOther = peer.calendarUrl !== address;
      // Where none was followed there is nothing to end, and a file that was kept stays.
      if (!isOther && address === null) return;
      peer.calendarUrl = address;
      peer.calendarFailures = 0;
      if (isOther) peer.calendarReadAt = null;
      if (address === null) peer.availability = { ...peer.availability, calendar: [] };
      await tx.save(peer);
      if (address !== null) await this.enqueue(tx, id, String(this.db.now().getTime()));
      await record(tx, actor, 'peer.calendar', `peer:${id}`, { subscribed: address !== null });
    });
  }

  /** Whether a calendar of a peer is read every day. */
  async isFollowed(id: string): Promise<boolean> {
    return this.db.manager.existsBy(Peer, { id, calendarUrl: Not(IsNull()) });
  }

  /**
   * The job: reads a subscribed calendar. Where it cannot be read, what was read last stays, and the third time in a row its owner is told.
   * It does not say that the peer has looked at it.
   */
  async read(id: string): Promise<void> {
    const peer = await this.db.manager.findOneBy(Peer, { id });
    const url = peer?.calendarUrl;
    if (!url) return;
    // Before the peer is kept from others: reading takes its time.
    const read = await fetchCalendar(url)
      .then((file) => readCalendar(file, spanFrom(this.db.today())))
      .catch(faultOfCalendar);
    await this.keep(id, url, read);
  }

  /** What a reading of a calendar brought, or why it could not be read; nothing where another was given meanwhile, or it was ended. */
  async keep(id: string, url: string, read: CalendarRead | Error): Promise<void> {
    await this.db.transact(async (tx) => {
      const owner = await lockedPeer(tx, id);
      if (owner.calendarUrl === url) await this.note(tx, owner, read);
    });
  }

  private async note(tx: EntityManager, peer: Peer, read: CalendarRead | Error): Promise<void> {
    if (read instanceof Error) peer.calendarFailures++;
    else {
      peer.availability = { ...peer.availability, calendar: read.days };
      peer.calendarFailures = 0;
      peer.calendarReadAt = this.db.now();
    }
    await tx.save(peer);
    await record(
      tx,
      SYSTEM,
      read instanceof Error ? 'peer.calendar-unread' : 'peer.availability',
      `peer:${peer.id}`,
    );
    if (peer.calendarFailures !== TOLD_AFTER) return;
    await this.messages.post(tx, {
      template: 'calendar-unread',
      data: { times: TOLD_AFTER, page: this.messages.address(paths.peerCalendar(peer.id)) },
      to: [peer.email],
      cause: `calendar-unread-${peer.id}-${this.db.today()}`,
      about: `peer:${peer.id}`,
    });
  }

  /** The day's readings, one for each subscribed calendar. */
  async enqueueDay(date: CivilDate): Promise<void> {
    const peers = await this.db.manager.find(Peer, {
      where: { calendarUrl: Not(IsNull()) },
      select: { id: true },
    });
    for (const { id } of peers) await this.db.transact((tx) => this.enqueue(tx, id, date));
  }

  private enqueue(tx: EntityManager, id: string, when: string): Promise<void> {
    return this.jobs.add(tx, 'read-calendar', `read-calendar-${id}-${when}`, { peer: id });
  }
}

/** Whatever is wrong with somebody's calendar or its server; that too many wait here is no fault of theirs, and is tried again. */
function faultOfCalendar(error: unknown): Error {
  if (!(error instanceof Error) || (error instanceof Problem && error.status === 409)) throw error;
  return error;
}
