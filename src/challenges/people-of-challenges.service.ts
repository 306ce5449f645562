import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../calendar/dates.js';
import { sayDays } from '../calendar/phrases.js';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { Actor } from '../people/access.js';
import { Account } from '../people/account.entity.js';
import { record } from '../people/audit.js';
import { isStaff, STAFF_ROLES } from '../people/permissions.js';
import { badField, conflict } from '../web/problems.js';
import { ChallengePerson, IN_ORDER, PERSON_ROLE_NAMES, type PersonRole } from './challenge-person.entity.js';
import { ChallengesService } from './challenges.service.js';

/** Roles that any number of people may have. */
export const NAMED_ROLES = ['support', 'analyst', 'observer'] as const satisfies readonly PersonRole[];

/** Somebody besides the team, by account or by name. */
export interface NewPerson {
  role: (typeof NAMED_ROLES)[number];
  accountId?: string | null;
  name?: string | null;
}

/** Who is at a challenge besides its team: those who run and support it, observers; and who of the team leads it. */
@Injectable()
export class PeopleOfChallenges {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
  ) {}

  /** In the order of their roles, then of their coming. */
  of(challengeId: string): Promise<ChallengePerson[]> {
    return this.db.manager
      .createQueryBuilder(ChallengePerson, 'p')
      .leftJoinAndSelect('p.account', 'a')
      .where('p.challenge_id = :challengeId', { challengeId })
      .orderBy(IN_ORDER)
      .addOrderBy('p.created_at')
      .getMany();
  }

  /** Accounts of staff, who may come to a challenge. */
  staff(): Promise<Account[]> {
    return this.db.manager
      .createQueryBuilder(Account, 'a')
      .where(`a.state = 'active' AND a.role IN (:...roles)`, { roles: STAFF_ROLES })
      .orderBy('a.name')
      .addOrderBy('a.id')
      .getMany();
  }

  /** Says who runs a challenge; nobody with null. Throws a 409 where the manager is on site elsewhere in that week. */
  async assign(actor: Actor, id: string, managerId: string | null): Promise<void> {
    await this.db.transact(async (tx) => {
      await this.challenges.lock(tx, id);
      const manager =
        managerId === null
          ? null
          : await tx.findOneBy(Account, { id: managerId, role: 'manager', state: 'active' });
      if (managerId !== null && !manager)
        throw badField('/managerId', `found "${managerId}"; allowed: the id of a challenge manager`);
      await tx.delete(ChallengePerson, { challengeId: id, role: 'manager' });
      if (managerId !== null) {
        await requireFree(tx, id, managerId);
        await tx.delete(ChallengePerson, { challengeId: id, accountId: managerId });
        await tx.insert(ChallengePerson, { challengeId: id, accountId: managerId, role: 'manager' });
      }
      await record(tx, actor, 'challenge.manager', `challenge:${id}`, { manager: managerId });
    });
  }

  /**
   * Adds somebody besides the team. Throws a 400 for whom nobody knows, or who is named for it already; a 409 for staff who are on site
   * elsewhere in that week.
   */
  async add(
    actor: Actor,
    id: string,
    { role, accountId = null, name: said }: NewPerson,
  ): Promise<ChallengePerson> {
    const name = said?.trim() ? said.trim() : null;
    return this.db.transact(async (tx) => {
      await this.challenges.lock(tx, id);
      if ((accountId === null) === (name === null))
        throw badField(
          '/name',
          accountId === null
            ? 'nobody is named; allowed: somebody of the staff, or a name'
            : 'found a name and somebody of the staff; allowed: one of them',
        );
      if (accountId !== null) await requireStaff(tx, accountId);
      await requireUnnamed(tx, id, { accountId, name });
      if (accountId !== null && role !== 'analyst') await requireFree(tx, id, accountId);
      const person = await tx.save(tx.create(ChallengePerson, { challengeId: id, role, accountId, name }));
      await record(tx, actor, 'challenge.person-added', `challenge:${id}`, { person: person.id, role });
      return person;
    });
  }

  /** They do not come any more. Saying it twice is saying it once. */
  async remove(actor: Actor, id: string, personId: string): Promise<void> {
    await this.db.transact(async (tx) => {
      await this.challenges.lock(tx, id);
      const person = await tx.findOneBy(ChallengePerson, { id: personId, challengeId: id });
      if (!person) return;
      await tx.remove(person);
      await record(tx, actor, 'challenge.person-removed', `challenge:${id}`, { role: person.role });
    });
  }

  /** Says which seat's peer leads the team; nobody with null. Throws a 400 for a seat that it does not have. */
  async lead(actor: Actor, id: string, seat: string | null): Promise<void> {
    await this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, id);
      const seats = challenge.seats.map((one) => one.id);
      if (seat !== null && !seats.includes(seat))
        throw badField('/seat', `found "${seat}"; allowed: ${seats.join(', ')}`);
      challenge.leadSeat = seat;
      await tx.save(challenge);
      await record(tx, actor, 'challenge.lead', `challenge:${id}`, { seat });
    });
  }
}

async function requireStaff(tx: EntityManager, id: string): Promise<void> {
  const account = await tx.findOneBy(Account, { id, state: 'active' });
  if (!account || !isStaff(account.role))
    throw badField('/accountId', `found "${id}"; allowed: the id of an account of staff`);
}

/** Throws a 400 at the field where somebody is named for a challenge already; of names, however they are written. */
async function requireUnnamed(
  tx: EntityManager,
  challengeId: string,
  { accountId, name }: { accountId: string | null; name: string | null },
): Promise<void> {
  const [known] = await tx.query<{ name: string; role: PersonRole }[]>(
    `SELECT coalesce(a.name, p.name) AS name, p.role FROM challenge_people p LEFT JOIN accounts a ON a.id = p.account_id
     WHERE p.challenge_id = $1 AND (p.account_id = $2 OR regexp_replace(lower(coalesce(a.name, p.name)), '\\s+', ' ', 'g') = regexp_replace(lower($3), '\\s+', ' ', 'g')) LIMIT 1`,
    [challengeId, accountId, name],
  );
  if (known)
    throw badField(
      accountId === null ? '/name' : '/accountId',
      `found ${known.name}, who is named for it already (${PERSON_ROLE_NAMES[known.role].toLowerCase()}); allowed: somebody else`,
    );
}

/** Throws a 409 that names the person and where they are, where they are on site elsewhere in the week of a challenge. */
async function requireFree(tx: EntityManager, challengeId: string, accountId: string): Promise<void> {
  const [busy] = await tx.query<{ name: string; council: string; first: CivilDate; last: CivilDate }[]>(
    `SELECT a.name, h.name AS council, o.first_day::text AS first, o.last_day::text AS last
     FROM challenges c JOIN challenge_people p ON p.account_id = $2 AND p.challenge_id <> c.id AND p.role <> 'analyst' AND p.weeks IS NOT NULL
       JOIN accounts a ON a.id = p.account_id JOIN challenges o ON o.id = p.challenge_id JOIN councils h ON h.id = o.council_id
     WHERE c.id = $1 AND c.first_day IS NOT NULL AND o.first_day IS NOT NULL
       AND p.weeks && daterange(date_trunc('week', c.first_day)::date, (date_trunc('week', c.last_day) + interval '7 days')::date) LIMIT 1`,
    [challengeId, accountId],
  );
  if (busy)
    throw conflict(
      'manager-busy',
      `${busy.name} is on site at ${busy.council} on ${sayDays(busy.first, busy.last)}. Choose somebody else, or another week.`,
    );
}
