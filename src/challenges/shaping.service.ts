import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { COVERAGE, SEATS, seatWords } from '../kinds/seats.js';
import type { Seat, Window } from '../matching/problem/programme.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { checkShape } from '../reference/content.js';
import { ReferenceService } from '../reference/reference.service.js';
import { badField } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import { keptUnconfirmed } from './contacts.js';
import type { Challenge } from './challenge.entity.js';
import { hostIdsOf, partnersOf, requirePartners } from './hosts.js';
import { waiversOf } from './day-waivers.js';
import type { EditChallenge, WindowField } from './challenges.dto.js';
import { ChallengesService } from './challenges.service.js';
import { requireState, SHAPING } from './states.js';
import { WindowsService } from './windows.service.js';

/** Changes what is asked for while no team is agreed: focus, dates, seats, contacts. */
@Injectable()
export class ShapingService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly windows: WindowsService,
    private readonly reference: ReferenceService,
  ) {}

  async edit(actor: Actor, id: string, version: number, body: EditChallenge): Promise<Challenge> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, id);
      requireVersion(challenge.version, version);
      requireState(challenge.state, SHAPING, 'changing it');
      const { windows, seats, coverage, ...rest } = body;
      const { windows: before, partnerIds: partners } = challenge;
      if (rest.partnerIds) await join(tx, challenge, rest.partnerIds);
      if (windows) await this.offer(tx, actor, challenge, windows);
      else if (rest.partnerIds) await this.requireOpenDays(challenge);
      if (seats) challenge.seats = await this.acceptSeats(tx, seats as Seat[]);
      if (!challenge.seats.some((seat) => seat.id === challenge.leadSeat)) challenge.leadSeat = null;
      requirePresence(challenge);
      if (coverage) {
        checkShape(COVERAGE, coverage);
        challenge.coverage = coverage;
      }
      if (rest.contacts) rest.contacts = keptUnconfirmed(challenge.contacts, rest.contacts);
      Object.assign(challenge, rest);
      await tx.save(challenge);
      const joined = challenge.partnerIds.filter((one) => !partners.includes(one));
      await this.challenges.joined(tx, challenge, joined);
      const about = { fields: Object.keys(body), ...windowsChanged(before, challenge.windows) };
      await record(tx, actor, 'challenge.changed', `challenge:${id}`, about);
      return this.challenges.get(id, tx);
    });
  }

  private async offer(
    tx: EntityManager,
    actor: Actor,
    challenge: Challenge,
    windows: WindowField[],
  ): Promise<void> {
    const { dayWaivers: before } = challenge;
    challenge.windows = await this.windows.acceptFor(tx, challenge, windows);
    challenge.dayWaivers = waiversOf(before, windows, hostIdsOf(challenge));
    const fresh = challenge.dayWaivers.filter(({ days }) => !before.some((one) => one.days === days));
    if (fresh.length === 0) return;
    const about = { days: fresh.map(({ days }) => days) };
    await record(tx, actor, 'days.waived', `challenge:${challenge.id}`, about);
  }

  /** Other bodies have days of their own on which nobody may come. Throws a 400 where offered ones are among those. */
  private async requireOpenDays(challenge: Challenge): Promise<void> {
    const warnings = await this.windows.warnings(challenge);
    const refused = warnings.flat().find(({ severity }) => severity === 'refused');
    if (refused)
      throw badField(
        '/partnerIds',
        `found days that cannot be used together: ${refused.message}; allowed: other days, or other bodies`,
      );
  }

  /** The adviser knows whom the council named: from now on that address may sign in for it. Saying it twice is saying it once. */
  async confirmContact(actor: Actor, id: string, email: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, id);
      const waits = challenge.contacts.some((one) => one.email === email && one.unconfirmed);
      if (!waits) return;
      challenge.contacts = challenge.contacts.map(({ unconfirmed, ...contact }) =>
        unconfirmed && contact.email !== email ? { ...contact, unconfirmed } : contact,
      );
      await tx.save(challenge);
      await record(tx, actor, 'contact.confirmed', `challenge:${id}`);
      await this.challenges.welcome(tx, challenge, email);
    });
  }

  /** Throws a 400 that names the first seat at fault, and what is allowed there. */
  private async acceptSeats(tx: EntityManager, seats: Seat[]): Promise<Seat[]> {
    checkShape(SEATS, seats);
    const positions = (await this.reference.get('positions', tx)).map(({ id }) => id);
    const skills = (await this.reference.get('skills', tx)).map(({ id }) => id);
    seats.forEach((seat, index) => {
      const at = `/seats/${String(index)}`;
      requireKnown(`${at}/positions`, seat.positions, positions);
      requireKnown(`${at}/skills`, Object.keys(seat.skills), skills);
      if (seats.some((other, o) => o < index && other.id === seat.id))
        throw badField(`${at}/id`, `found "${seat.id}" twice`);
    });
    return seats;
  }
}

/** Throws a 400 where a challenge cannot be of some bodies together. */
async function join(tx: EntityManager, challenge: Challenge, ids: readonly string[]): Promise<void> {
  requirePartners(challenge.councilId, await partnersOf(tx, { partnerIds: [...ids] }), ids);
  challenge.partnerIds = [...ids];
}

/** The dates that were added and removed, each by its first day and length: "2027-06-08x3". */
function windowsChanged(before: Window[], now: Window[]): { added?: string[]; removed?: string[] } {
  const name = ({ start, days }: Window): string => `${start}x${String(days)}`;
  const added = now.map(name).filter((one) => !before.map(name).includes(one));
  const removed = before.map(name).filter((one) => !now.map(name).includes(one));
  return { ...(added.length > 0 ? { added } : {}), ...(removed.length > 0 ? { removed } : {}) };
}

function requireKnown(pointer: string, names: string[], known: string[]): void {
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) throw badField(pointer, `found "${stranger}"; allowed: ${known.join(', ')}`);
}

/** Throws a 400 where a seat is wanted for days that one of the windows does not have. */
function requirePresence({ seats, windows }: Challenge): void {
  const shortest = Math.min(...windows.map(({ days }) => days));
  seats.forEach(({ id, presence }, index) => {
    if (!presence || windows.length === 0) return;
    const last = Math.max(presence.from, presence.to ?? 1);
    if (last > shortest)
      throw badField(
        `/seats/${String(index)}/presence`,
        `found day ${String(last)} for ${seatWords(id)}; allowed: days 1 to ${String(shortest)}, as many as the shortest of the dates has`,
      );
    if (presence.to === null && presence.from === shortest && presence.fromMidday && presence.untilMidday)
      throw badField(
        `/seats/${String(index)}/presence`,
        `found the last day from midday until midday for ${seatWords(id)}; allowed: one of the two halves, or the day`,
      );
  });
}
