import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { programmeYear, programmeYearRange } from '../../calendar/programme-year.js';
import { requireCouncil } from '../../councils/known.js';
import { Database } from '../../database/database.js';
import { Peer } from '../../peers/peer.entity.js';
import { requireInScope, type Access } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { badField, notFound } from '../../web/problems.js';
import { requireVersion } from '../../web/versions.js';
import { AdviserDay } from './adviser-day.entity.js';
import { daysUsed, requireWithin } from './day-budget.js';
import type { ChangePerson, GiveDays, NamePerson } from './region-people.dto.js';
import { RegionPerson } from './region-person.entity.js';

/** Somebody who helps a region, with the days given in a programme year. */
export interface Helping {
  person: RegionPerson;
  given: AdviserDay[];
  used: number;
}

/** What is said anew of somebody who helps a region; what is left out stays. */
export interface Said {
  subject?: string;
  dayBudget?: number;
  lastDay?: string | null;
}

/** Who of the pool helps each region, and the days that improvement advisers give of their budget. */
@Injectable()
export class RegionPeopleService {
  constructor(private readonly db: Database) {}

  /** Those named for a region, or for all, at some time of a programme year. */
  async list(year: number, region: string | null = null): Promise<Helping[]> {
    const { from, to } = programmeYearRange(year);
    const rows = this.db.manager
      .createQueryBuilder(RegionPerson, 'r')
      .innerJoinAndSelect('r.peer', 'p')
      .where('r.first_day <= :to AND (r.last_day IS NULL OR r.last_day >= :from)', { from, to })
      .orderBy('r.region')
      .addOrderBy('r.role')
      .addOrderBy('p.name')
      .addOrderBy('r.id');
    if (region !== null) rows.andWhere('r.region = :region', { region });
    const people = await rows.getMany();
    const days = await this.db.manager
      .createQueryBuilder(AdviserDay, 'd')
      .leftJoinAndSelect('d.council', 'h')
      .where('d.person_id = ANY(:ids)', { ids: people.map(({ id }) => id) })
      .andWhere('d.day BETWEEN :from AND :to', { from, to })
      .orderBy('d.day', 'DESC')
      .addOrderBy('d.id')
      .getMany();
    return people.map((person) => {
      const given = days.filter(({ personId }) => personId === person.id);
      return { person, given, used: daysUsed(given, year) };
    });
  }

  /** All days that somebody gave, the newest first. */
  daysOf(id: string): Promise<AdviserDay[]> {
    return this.db.manager.find(AdviserDay, {
      where: { personId: id },
      relations: { council: true },
      order: { day: 'DESC', id: 'ASC' },
    });
  }

  /** The active member peers of a region's councils, of whom its ambassadors are, by name. */
  membersOf(region: string): Promise<{ name: string; email: string; council: string }[]> {
    return this.db.query(
      `SELECT p.name, p.email, h.name AS council FROM peers p JOIN councils h ON h.id = p.council_id
       WHERE h.region = $1 AND p.class = 'member' AND p.state = 'active' AND p.email IS NOT NULL ORDER BY p.name, p.id`,
      [region],
    );
  }

  async get(access: Access, id: string, tx: EntityManager = this.db.manager): Promise<RegionPerson> {
    const found = await tx.findOne(RegionPerson, { where: { id }, relations: { peer: true } });
    if (!found) throw notFound('helper of a region');
    requireInScope(access, { region: found.region }, 'helper of a region');
    return found;
  }

  /** Names somebody of the pool. Throws a 400 by field: an ambassador is a member peer, an adviser has a subject and a budget. */
  async name(access: Access, region: string, said: NamePerson): Promise<RegionPerson> {
    return this.db.transact((tx) => this.nameWithin(tx, access, region, said));
  }

  /** The same in a transaction that is under way, with the last day where it is known. */
  async nameWithin(
    tx: EntityManager,
    access: Access,
    region: string,
    said: NamePerson & { lastDay?: string | null },
  ): Promise<RegionPerson> {
    requireInScope(access, { region }, 'region');
    const peer = await peerBy(tx, said.email);
    const { role, firstDay, lastDay = null } = said;
    const facts = factsOf(said, peer);
    requireEndsAfter(firstDay, lastDay);
    if (await isNamed(tx, { region, role, peerId: peer.id, firstDay, lastDay }))
      throw badField('/email', `${peer.name} is named for ${region} already`);
    const saved = await tx.save(
      tx.create(RegionPerson, { ...facts, region, peerId: peer.id, lastDay, actor: access.actor.id }),
    );
    await record(tx, access.actor, 'region.person_named', `peer:${peer.id}`, { role, region });
    return saved;
  }

  /** Changes the subject or the budget, or ends it. Throws a 400 for a budget below what was given, and an end before the last day given. */
  async change(access: Access, id: string, { version, ...said }: ChangePerson): Promise<RegionPerson> {
    return this.db.transact(async (tx) => {
      const found = await this.lock(tx, access, id);
      requireVersion(found.version, version);
      return this.changeWithin(tx, access, found, { lastDay: null, ...said });
    });
  }

  /** The same of somebody who is known, in a transaction that is under way; what is left out stays. Throws as `change` does. */
  async changeWithin(
    tx: EntityManager,
    access: Access,
    { id }: Pick<RegionPerson, 'id'>,
    { subject, dayBudget, lastDay }: Said,
  ): Promise<RegionPerson> {
    const found = await this.lock(tx, access, id);
    if (lastDay) await requireEnd(tx, found, lastDay);
    if (subject !== undefined && found.role === 'ambassador')
      throw badField('/subject', 'an ambassador has no subject');
    if (dayBudget !== undefined) await requireBudget(tx, found, dayBudget);
    const saved = await tx.save(
      Object.assign(found, {
        ...(subject === undefined ? {} : { subject }),
        ...(dayBudget === undefined ? {} : { dayBudget }),
        ...(lastDay === undefined ? {} : { lastDay }),
      }),
    );
    await record(tx, access.actor, 'region.person_changed', `peer:${found.peerId}`, { region: found.region });
    return saved;
  }

  /** Writes down days that an adviser gave. Throws a 400 beyond the budget of the year. */
  async give(access: Access, id: string, { day, days, what, council }: GiveDays): Promise<AdviserDay> {
    return this.db.transact(async (tx) => {
      const found = await this.lock(tx, access, id);
      const { firstDay, lastDay, dayBudget } = found;
      if (dayBudget === null) throw badField('/days', 'an ambassador has no budget of days');
      if (council !== undefined) await requireOfRegion(tx, access, found.region, council);
      const given = await tx.findBy(AdviserDay, { personId: id });
      requireWithin({ day, days }, given, { dayBudget, firstDay, lastDay, today: this.db.today() });
      const saved = await tx.save(
        tx.create(AdviserDay, {
          ...{ personId: id, day, days, what, councilId: council ?? null, actor: access.actor.id },
        }),
      );
      await record(tx, access.actor, 'region.days_given', `peer:${found.peerId}`, { days });
      return saved;
    });
  }

  /** Takes days back that were written down wrongly. */
  async takeBack(access: Access, id: string, dayId: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const found = await this.lock(tx, access, id);
      const { affected } = await tx.delete(AdviserDay, { id: dayId, personId: id });
      if (!affected) throw notFound('day of an adviser');
      await record(tx, access.actor, 'region.days_taken_back', `peer:${found.peerId}`);
    });
  }

  /** Whoever has left the pool helps no region any more: their last day is the day on which that is seen, or the last on which they gave something. */
  async endRetired(): Promise<void> {
    await this.db.query(
      `UPDATE region_people r SET version = r.version + 1,
         last_day = greatest($1::date, r.first_day, (SELECT max(d.day) FROM adviser_days d WHERE d.person_id = r.id))
       FROM peers p WHERE p.id = r.peer_id AND p.state = 'retired' AND (r.last_day IS NULL OR r.last_day > $1)`,
      [this.db.today()],
    );
  }

  private async lock(tx: EntityManager, access: Access, id: string): Promise<RegionPerson> {
    const found = await tx.findOne(RegionPerson, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!found) throw notFound('helper of a region');
    requireInScope(access, { region: found.region }, 'helper of a region');
    return found;
  }
}

async function peerBy(tx: EntityManager, email: string): Promise<Peer> {
  const found = await tx
    .createQueryBuilder(Peer, 'p')
    .where(`lower(p.email) = lower(:email) AND p.state <> 'retired'`, { email: email.trim() })
    .getOne();
  if (!found) throw badField('/email', `found "${email}"; allowed: the address of somebody in the pool`);
  return found;
}

function factsOf({ role, subject = '', dayBudget, firstDay }: NamePerson, peer: Peer): Partial<RegionPerson> {
  if (role === 'ambassador') {
    if (peer.class !== 'member')
      throw badField(
        '/email',
        `${peer.name} is no member peer; an ambassador is one of a region's member peers`,
      );
    if (subject !== '') throw badField('/subject', 'an ambassador has no subject');
    if (dayBudget !== undefined) throw badField('/dayBudget', 'an ambassador has no budget of days');
    return { role, subject: '', dayBudget: null, firstDay };
  }
  if (subject === '') throw badField('/subject', 'an improvement adviser has a subject');
  if (dayBudget === undefined)
    throw badField('/dayBudget', 'an improvement adviser has a budget of days a year');
  if (dayBudget * 2 !== Math.round(dayBudget * 2))
    throw badField('/dayBudget', `found ${String(dayBudget)}; allowed: whole and half days`);
  return { role, subject, dayBudget, firstDay };
}

function isNamed(
  tx: EntityManager,
  {
    region,
    role,
    peerId,
    firstDay,
    lastDay,
  }: Pick<RegionPerson, 'region' | 'role' | 'peerId' | 'firstDay' | 'lastDay'>,
): Promise<boolean> {
  return tx
    .createQueryBuilder(RegionPerson, 'r')
    .where({ region, role, peerId })
    .andWhere(
      `daterange(r.first_day, r.last_day, '[]') && daterange(:firstDay::date, :lastDay::date, '[]')`,
      {
        firstDay,
        lastDay,
      },
    )
    .getExists();
}

function requireEndsAfter(firstDay: string, lastDay: string | null): void {
  if (lastDay !== null && lastDay < firstDay)
    throw badField('/lastDay', `found ${lastDay}; allowed: ${firstDay}, the first day, or later`);
}

async function requireOfRegion(tx: EntityManager, access: Access, region: string, id: string): Promise<void> {
  const council = await requireCouncil(tx, access, id);
  if (council.region !== region)
    throw badField(
      '/council',
      `found ${council.name}, which is not of ${region}; allowed: a council of ${region}`,
    );
}

async function requireEnd(tx: EntityManager, { id, firstDay }: RegionPerson, lastDay: string): Promise<void> {
  const days = (await tx.findBy(AdviserDay, { personId: id })).map(({ day }) => day);
  const least = [firstDay, ...days].reduce((a, b) => (a > b ? a : b));
  if (lastDay < least) throw badField('/lastDay', `found ${lastDay}; allowed: ${least} or later`);
}

async function requireBudget(
  tx: EntityManager,
  { id, role }: RegionPerson,
  dayBudget: number,
): Promise<void> {
  if (role === 'ambassador') throw badField('/dayBudget', 'an ambassador has no budget of days');
  if (dayBudget * 2 !== Math.round(dayBudget * 2))
    throw badField('/dayBudget', `found ${String(dayBudget)}; allowed: whole and half days`);
  const given = await tx.findBy(AdviserDay, { personId: id });
  const most = Math.max(0, ...given.map(({ day }) => daysUsed(given, programmeYear(day))));
  if (dayBudget < most)
    throw badField(
      '/dayBudget',
      `found ${String(dayBudget)}; allowed: ${String(most)} or more, which were given in a year`,
    );
}
