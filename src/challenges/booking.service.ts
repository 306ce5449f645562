import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { addDays, type CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import type { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import { Database } from '../database/database.js';
import { upperFirst, withArticle, withinSentence } from '../english/words.js';
import type { Kind } from '../kinds/kind.js';
import { SCOPE_COLUMNS } from './hosts.js';
import { narrow, requireInScope, type Access } from '../people/access.js';
import { isStaff } from '../people/permissions.js';
import { speakersOf } from '../people/recipients.js';
import { badField } from '../web/problems.js';
import { Challenge } from './challenge.entity.js';
import { STATE_NAMES, type ChallengeState } from './states.js';
import type { BookChallenge, WindowField } from './challenges.dto.js';
import { waiversOf } from './day-waivers.js';
import { namedBy } from './contacts.js';
import { ChallengesService } from './challenges.service.js';
import { WindowsService } from './windows.service.js';

/** Days that stand beside such a state were not used. */
const NOT_HELD: readonly ChallengeState[] = ['postponed', 'cancelled', 'stood_down'];

/** Throws a 400 where a council would lift what the calendar says itself. */
function requireStaffToWaive({ actor }: Access, windows: readonly WindowField[]): void {
  const at = windows.findIndex(({ waivedBy, waivedReason }) => waivedBy ?? waivedReason);
  if (at >= 0 && !isStaff(actor.role))
    throw badField(
      `/windows/${String(at)}/waivedBy`,
      'found a waiver; allowed: nothing, your principal adviser decides on it',
    );
}

/** Opening enquiries: a council, or an adviser for it, books a challenge. */
@Injectable()
export class BookingService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly councils: CouncilsService,
    private readonly windows: WindowsService,
  ) {}

  /**
   * Opens an enquiry: seats and coverage from the kind, windows as offered. Throws a 400 for a window that the calendar refuses. With an
   * id, booking it again is booking it once.
   */
  book(access: Access, body: BookChallenge, id: string = randomUUID()): Promise<Challenge> {
    return this.db.transact((tx) => this.bookWithin(tx, access, body, id));
  }

  /** Throws a 400 for windows that could not be booked, before anybody is asked to look at them. */
  async requireAllowed(council: Council, kind: string, windows: WindowField[]): Promise<void> {
    await this.windows.accept(this.db.manager, [council], kind, windows);
  }

  /** The same within a transaction. */
  async bookWithin(
    tx: EntityManager,
    access: Access,
    body: BookChallenge,
    id: string = randomUUID(),
  ): Promise<Challenge> {
    const council = await this.councils.get(body.councilId, tx).catch(() => null);
    if (!council) throw badField('/councilId', `found "${body.councilId}"; allowed: the id of a host body`);
    const { region } = council;
    requireInScope(access, { region, councilId: council.id }, 'host body');
    const { seats, coverage, purpose, retired = false } = await this.challenges.kindOf(body, tx);
    if (retired)
      throw badField('/kind', `found "${body.kind}", which is retired; allowed: a kind that is offered`);
    if (purpose === 'stay')
      throw badField(
        '/kind',
        `found "${body.kind}"; a further stay is arranged at the challenge that it continues`,
      );
    requireStaffToWaive(access, body.windows);
    const windows = await this.windows.accept(tx, [council], body.kind, body.windows);
    const { focus = '', kind, mode = 'on_site' as const } = body;
    const contacts = namedBy(access.actor.role, body.contacts ?? [], {
      speakers: await speakersOf(tx, [council.id]),
      approvers: await speakersOf(tx, [council.id], 'approver'),
    });
    const facts = { councilId: council.id, kind, mode, focus, contacts, windows, seats, coverage };
    const insert = tx.createQueryBuilder().insert().into(Challenge);
    const added = await insert
      .values({ id, ...facts, dayWaivers: waiversOf([], body.windows, [council.id]), state: 'enquiry' })
      .orIgnore()
      .returning('id')
      .execute();
    const challenge = await this.challenges.get(id, tx);
    requireInScope(access, { region, councilId: challenge.councilId }, 'challenge');
    if ((added.raw as unknown[]).length > 0) await this.challenges.begun(tx, access.actor, challenge);
    return this.challenges.get(id, tx);
  }

  /**
   * What to say of another challenge of a kind that a council has before it, or had within two years: whether one more is meant. Empty where
   * there is none that the reader may see.
   */
  async before(access: Access, { id }: Council, kind: Kind & { id: string }): Promise<string> {
    const today = this.db.today();
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoin('c.council', 'h')
      .where('(c.council_id = ANY(:ids) OR c.partner_ids && :ids) AND c.kind = :kind', {
        ids: await this.councils.lineage(id),
        kind: kind.id,
      })
      .andWhere('(c.last_day >= :from OR c.last_day IS NULL) AND c.state <> ALL(:left)', {
        from: addDays(today, -2 * 365),
        left: NOT_HELD,
      })
      .orderBy('c.last_day', 'DESC', 'NULLS FIRST');
    const last = await narrow(rows, access, SCOPE_COLUMNS).getOne();
    if (!last) return '';
    const what = withinSentence(kind.name);
    if (last.lastDay !== null && last.lastDay < today)
      return `The last ${what} here ended on ${sayDay(last.lastDay)}. Book another only if you mean to.`;
    const when = last.firstDay === null ? 'its dates are not agreed yet' : `from ${sayDay(last.firstDay)}`;
    return `${upperFirst(withArticle(what))} is booked here already (${withinSentence(STATE_NAMES[last.state])}, ${when}). Book another only if you mean to.`;
  }

  /** Other challenges at some councils, or those that they follow, as far as somebody may see them, within half a year of a day: so that nothing is done twice. */
  async nearby(access: Access, councilIds: readonly string[], day: CivilDate): Promise<Challenge[]> {
    const lines = await Promise.all(councilIds.map((id) => this.councils.lineage(id)));
    const ids = lines.flat();
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where('(c.council_id = ANY(:ids) OR c.partner_ids && :ids) AND c.first_day BETWEEN :from AND :to', {
        ids,
        from: addDays(day, -183),
        to: addDays(day, 183),
      });
    return narrow(rows, access, SCOPE_COLUMNS).getMany();
  }
}
