import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { addMonths, londonDate, type CivilDate } from '../calendar/dates.js';
import { Database } from '../database/database.js';
import { Jobs } from '../jobs/jobs.js';
import { forgetJobs } from '../jobs/queue.js';
import type { Actor } from '../people/access.js';
import { forgetInAudit, record } from '../people/audit.js';
import { Settings } from '../settings.js';
import { conflict, notFound } from '../web/problems.js';
import { tracesOf } from './columns.js';
import { countsOf, erase } from './erase.js';
import { Erasure, type ErasureCounts } from './erasure.entity.js';
import { Account } from '../people/account.entity.js';
import { requireAdministrator, requireRank } from '../people/accounts.service.js';
import { isHeld } from './retention.service.js';
import { personOf, tracesWanted, type Person } from './person.js';

/** Somebody by an address, or a peer by the id. */
export interface Whom {
  email?: string | undefined;
  peerId?: string | undefined;
}

/** A peer who asked to be erased. UK GDPR, article 12(3): within one month. */
export interface AskedErasure {
  peerId: string;
  name: string;
  askedOn: CivilDate;
  dueOn: CivilDate;
}

/** What an erasure would do, to be looked at before. */
export interface ErasurePreview {
  person: Person;
  counts: ErasureCounts;
  /** Whether a legal hold forbids it. */
  held: boolean;
  /** Visits to come that have to be given up first. */
  coming: { council: string; challengeId: string; firstDay: CivilDate; lastDay: CivilDate }[];
}

/** Erases people: looked at, done in one transaction, and proved. */
@Injectable()
export class ErasuresService {
  constructor(
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly settings: Settings,
  ) {}

  /** Who waits to be erased, the first due first. */
  async asked(): Promise<AskedErasure[]> {
    const rows = await this.db.query<{ id: string; name: string; erasure_asked_at: Date }[]>(
      'SELECT id, name, erasure_asked_at FROM peers WHERE erasure_asked_at IS NOT NULL ORDER BY erasure_asked_at',
    );
    return rows.map(({ id, name, erasure_asked_at: at }) => {
      const askedOn = londonDate(at);
      return { peerId: id, name, askedOn, dueOn: addMonths(askedOn, 1) };
    });
  }

  /** What was done, newest first. */
  done(): Promise<Erasure[]> {
    return this.db.manager.find(Erasure, { order: { createdAt: 'DESC' }, take: 100 });
  }

  /** What would go and what would stay. Throws a 404 where nothing is held of whom. */
  preview(whom: Whom): Promise<ErasurePreview> {
    return this.db.transact((tx) => this.look(tx, whom));
  }

  /**
   * Erases somebody everywhere in the database, all or nothing, and leaves a job for what lies outside. Throws a 409 while a visit is to
   * come, and for whoever does it, of whom the office would lose hold.
   */
  async erase(actor: Actor, whom: Whom): Promise<Erasure> {
    return this.db.transact(async (tx) => {
      const { person, coming, held } = await this.look(tx, whom, true);
      if (coming.length > 0)
        throw conflict(
          'visits-to-come',
          'There are visits to come. Take the person out of those teams first, so that somebody else is looked for.',
        );
      if (held)
        throw conflict(
          'legal-hold',
          'Nothing may be removed of this person: there is a legal hold. End it first.',
        );
      if (person.accounts.some((id) => actor.id === `account:${id}`))
        throw conflict('own-account', 'This is your own account; another administrator erases it.');
      for (const id of person.accounts) {
        const account = await tx.findOneByOrFail(Account, { id });
        requireRank(actor, account);
        await requireAdministrator(tx, account, { role: account.role, state: 'disabled' });
      }
      const counts = await erase(tx, person);
      await forgetInAudit(tx, actor, [...person.peers, ...person.accounts]);
      const forget = tracesWanted(person);
      const done = await tx.save(tx.create(Erasure, { actor: actor.id, counts, forget, provenAt: null }));
      await record(tx, actor, 'person.erased', `erasure:${done.id}`, counts);
      await this.jobs.add(tx, 'forget-outside', `forget-outside-${done.id}`, { erasure: done.id });
      return done;
    });
  }

  /**
   * The job: takes what the queue still says of somebody out of it, then looks through all that is held. Throws, and so comes again,
   * where anything is found; else what it looked for is forgotten too.
   */
  async forgetOutside(id: string): Promise<void> {
    const erasure = await this.db.manager.findOneBy(Erasure, { id });
    if (!erasure?.forget) return;
    const { forget } = erasure;
    await forgetJobs(this.settings, this.db, forget);
    const left = await tracesOf(this.db.manager, forget);
    if (left.length > 0) throw new Error(`something is left in ${left.join(', ')}`);
    await this.db.manager.update(Erasure, { id }, { forget: null, provenAt: this.db.now() });
  }

  private async look(tx: EntityManager, whom: Whom, keep = false): Promise<ErasurePreview> {
    if (keep && whom.peerId) await tx.query('SELECT FROM peers WHERE id = $1 FOR UPDATE', [whom.peerId]);
    const person = await personOf(tx, whom);
    if (person.names.length === 0) throw notFound('person');
    const coming = await tx.query<ErasurePreview['coming']>(
      `SELECT h.name AS council, b.challenge_id AS "challengeId", b.first_day::text AS "firstDay", b.last_day::text AS "lastDay"
       FROM bookings b JOIN challenges c ON c.id = b.challenge_id JOIN councils h ON h.id = c.council_id
       WHERE b.peer_id = ANY($1) AND b.live AND b.last_day >= $2 ORDER BY b.first_day`,
      [person.peers, this.db.today()],
    );
    const held = await isHeld(tx, person);
    return { person, coming, held, counts: await countsOf(tx, person) };
  }
}
