import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { addDays, lastDay } from '../calendar/dates.js';
import { windowWarnings, type WindowWarning } from '../calendar/window-rules.js';
import type { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import type { Seat, Window } from '../matching/problem/programme.js';
import { MessagesService } from '../messages/messages.service.js';
import { narrow, requireInScope, type Access, type Actor } from '../people/access.js';
import { Account } from '../people/account.entity.js';
import { record } from '../people/audit.js';
import { advisersOf, speakersOf } from '../people/recipients.js';
import { checkShape, COVERAGE, SEATS, type Kind } from '../policy/content.js';
import { PolicyService } from '../policy/policy.service.js';
import { paths } from '../web/paths.js';
import { badField, badInput, notFound, type FieldError } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import { ChallengeChange } from './challenge-change.entity.js';
import { Challenge, type Waiver } from './challenge.entity.js';
import type { BookChallenge, ChallengeQuery, EditChallenge, MakeOffer, WindowField } from './challenges.dto.js';
import { Offer } from './offer.entity.js';
import { requireState, type ChallengeState } from './states.js';

const SHAPING: ChallengeState[] = ['enquiry', 'scoped', 'team_proposed', 'postponed'];

/** What messages about a challenge say, and to which region it belongs. */
export interface AboutChallenge {
  council: string;
  kind: string;
  page: string;
  about: string;
  region: string | null;
}

@Injectable()
export class ChallengesService {
  constructor(
    private readonly source: DataSource,
    private readonly councils: CouncilsService,
    private readonly policy: PolicyService,
    private readonly messages: MessagesService,
  ) {}

  async get(id: string, tx: EntityManager = this.source.manager): Promise<Challenge> {
    const challenge = await tx.findOne(Challenge, { where: { id }, relations: { council: true } });
    if (!challenge) throw notFound('challenge');
    return challenge;
  }

  /** The challenge, kept from others until the transaction ends. */
  async lock(tx: EntityManager, id: string): Promise<Challenge> {
    const challenge = await tx.findOne(Challenge, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!challenge) throw notFound('challenge');
    return challenge;
  }

  async list(access: Access, query: ChallengeQuery, after: string[] | null, take: number): Promise<Challenge[]> {
    const rows = this.source.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .orderBy('c.createdAt', 'DESC')
      .addOrderBy('c.id')
      .take(take);
    narrow(rows, access, { region: 'h.region', council: 'c.council_id' });
    for (const [key, value] of Object.entries({ state: query.state, kind: query.kind }))
      if (value) rows.andWhere(`c.${key} = :${key}`, { [key]: value });
    if (query.council) rows.andWhere('c.council_id = :council', { council: query.council });
    if (after)
      rows.andWhere('(c.created_at < :at::timestamptz OR (c.created_at = :at::timestamptz AND c.id::text > :id))', {
        at: after[0],
        id: after[1],
      });
    return rows.getMany();
  }

  /**
   * Opens an enquiry: seats and coverage from the kind, windows as offered. Throws a 400 for a window that the calendar refuses. With an
   * id, booking it again is booking it once.
   */
  book(access: Access, body: BookChallenge, id: string = randomUUID()): Promise<Challenge> {
    return this.source.transaction((tx) => this.bookWithin(tx, access, body, id));
  }

  /** The same within a transaction. */
  async bookWithin(tx: EntityManager, access: Access, body: BookChallenge, id: string = randomUUID()): Promise<Challenge> {
    const council = await this.councils.get(body.councilId, tx).catch(() => null);
    if (!council) throw badField('/councilId', `found "${body.councilId}"; allowed: the id of a host body`);
    requireInScope(access, { region: council.region, councilId: council.id }, 'host body');
    const { seats, coverage, ...kind } = await this.policy.kind(body.kind, tx);
    const windows = await this.acceptWindows(tx, council, { ...kind, seats, coverage }, body.windows);
    const { focus = '', contacts = [] } = body;
    const facts = { councilId: council.id, kind: body.kind, state: 'enquiry' as const, focus, contacts, windows, seats, coverage };
    const insert = tx
      .createQueryBuilder()
      .insert()
      .into(Challenge)
      .values({ id, ...facts });
    const added = await insert.orIgnore().returning('id').execute();
    const challenge = await this.get(id, tx);
    requireInScope(access, { region: council.region, councilId: challenge.councilId }, 'challenge');
    if ((added.raw as unknown[]).length === 0) return challenge;
    const { about, region, ...known } = await this.about(tx, challenge);
    const data = { ...known, windows: windows.map(({ start, days }) => ({ firstDay: start, lastDay: lastDay(start, days) })) };
    const to = [...(await advisersOf(tx, region)), ...(await speakersOf(tx, council.id))];
    await this.messages.post(tx, { template: 'challenge-booked', data, to, cause: `booked-${challenge.id}`, about });
    await this.note(tx, access.actor, challenge, null, 'booked');
    return this.get(challenge.id, tx);
  }

  /** Changes what was asked for, while no team is agreed. */
  async edit(actor: Actor, id: string, version: number, body: EditChallenge): Promise<Challenge> {
    return this.source.transaction(async (tx) => {
      const challenge = await this.lock(tx, id);
      requireVersion(challenge.version, version);
      requireState(challenge.state, SHAPING, 'changing it');
      const council = await this.councils.get(challenge.councilId, tx);
      const { windows, seats, coverage, ...rest } = body;
      if (windows) challenge.windows = await this.acceptWindows(tx, council, await this.policy.kind(challenge.kind, tx), windows);
      if (seats) challenge.seats = await this.acceptSeats(tx, seats as Seat[]);
      if (coverage) {
        checkShape(COVERAGE, coverage);
        challenge.coverage = coverage;
      }
      Object.assign(challenge, rest);
      await tx.save(challenge);
      await record(tx, actor, 'challenge.changed', `challenge:${id}`, { fields: Object.keys(body) });
      return this.get(id, tx);
    });
  }

  /** A named person waives a penalty for a peer; the next score counts it no more. */
  async waive(actor: Actor, id: string, waiver: Waiver): Promise<void> {
    await this.source.transaction(async (tx) => {
      const challenge = await this.lock(tx, id);
      const others = challenge.waived.filter(({ peerId, term }) => peerId !== waiver.peerId || term !== waiver.term);
      challenge.waived = [...others, waiver];
      await tx.save(challenge);
      await record(tx, actor, 'penalty.waived', `challenge:${id}`, { peer: waiver.peerId, term: waiver.term });
    });
  }

  /** The scope is agreed with the council, which is told so. */
  async scope(actor: Actor, id: string, reason: string): Promise<Challenge> {
    return this.source.transaction(async (tx) => {
      const challenge = await this.lock(tx, id);
      await this.stepIn(tx, actor, challenge, 'scoped', reason);
      const { council, kind, page, about } = await this.about(tx, challenge);
      const to = await speakersOf(tx, challenge.councilId);
      await this.messages.post(tx, { template: 'challenge-scoped', data: { council, kind, page }, to, cause: `scoped-${id}`, about });
      return this.get(id, tx);
    });
  }

  /** What messages say of a challenge, and whom its region is. */
  async about(tx: EntityManager, { id, councilId, kind }: Challenge): Promise<AboutChallenge> {
    const council = await this.councils.get(councilId, tx);
    const { name } = await this.policy.kind(kind, tx);
    const page = this.messages.address(paths.challenge(id));
    return { council: council.name, kind: name, page, about: `challenge:${id}`, region: council.region };
  }

  /** The addresses of those who speak for the council of a challenge: its accounts, or, before it has some, the contacts it named. */
  async speakers(tx: EntityManager, { councilId, contacts }: Challenge): Promise<string[]> {
    const accounts = await speakersOf(tx, councilId);
    return accounts.length > 0 ? accounts : contacts.filter(({ role }) => !/opposition|approver/i.test(role)).map(({ email }) => email);
  }

  /** Says who runs a challenge; nobody with null. Throws a 409 where the manager is on site elsewhere in that week. */
  async assign(actor: Actor, id: string, managerId: string | null): Promise<void> {
    await this.source.transaction(async (tx) => {
      const challenge = await this.lock(tx, id);
      const manager = managerId === null ? null : await tx.findOneBy(Account, { id: managerId, role: 'manager', state: 'active' });
      if (managerId !== null && !manager) throw badField('/managerId', `found "${managerId}"; allowed: the id of a challenge manager`);
      challenge.managerId = managerId;
      await tx.save(challenge);
      await record(tx, actor, 'challenge.manager', `challenge:${id}`, { manager: managerId });
    });
  }

  /** The kind of a challenge, as policy says now. */
  kindOf(challenge: Pick<Challenge, 'kind'>, tx: EntityManager = this.source.manager): Promise<Kind> {
    return this.policy.kind(challenge.kind, tx);
  }

  /** Takes a challenge that the transaction holds to another state, with who and why. */
  async stepIn(tx: EntityManager, actor: Actor, challenge: Challenge, to: ChallengeState, reason: string): Promise<void> {
    const from = challenge.state;
    challenge.become(to);
    await tx.save(challenge);
    await this.note(tx, actor, challenge, from, reason);
  }

  history(id: string): Promise<ChallengeChange[]> {
    return this.source.manager.find(ChallengeChange, { where: { challengeId: id }, order: { id: 'ASC' } });
  }

  /** What the calendar says of a challenge's windows. */
  async warnings(challenge: Challenge): Promise<WindowWarning[][]> {
    const council = challenge.council ?? (await this.councils.get(challenge.councilId));
    const kind = await this.policy.kind(challenge.kind);
    const rules = await this.policy.get('calendar');
    return challenge.windows.map(({ start, days }) =>
      windowWarnings(start, days, { rules, cycle: council.elections, preElectionRefuses: kind.preElectionRefuses }),
    );
  }

  /** Windows as a person gave them, numbered. Throws a 400 that names each refused one with the rule that it meets. */
  async acceptWindows(tx: EntityManager, council: Council, kind: Kind, windows: WindowField[]): Promise<Window[]> {
    const rules = await this.policy.get('calendar', tx);
    const faults: FieldError[] = windows.flatMap(({ start, days }, index) => {
      const pointer = `/windows/${String(index)}`;
      if (days < kind.daysMin || days > kind.daysMax) {
        return [
          {
            pointer: `${pointer}/days`,
            detail: `found ${String(days)}; allowed for this kind: ${String(kind.daysMin)} to ${String(kind.daysMax)}`,
          },
        ];
      }
      const refused = windowWarnings(start, days, { rules, cycle: council.elections, preElectionRefuses: kind.preElectionRefuses }).filter(
        ({ severity }) => severity === 'refused',
      );
      return refused.map(({ message }) => ({
        pointer: `${pointer}/start`,
        detail: `${start} to ${lastDay(start, days)} cannot be used: ${message}`,
      }));
    });
    if (faults.length > 0) throw badInput('A window cannot be used; offer other days.', faults);
    if (new Set(windows.map(({ start, days }) => `${start} ${String(days)}`)).size < windows.length)
      throw badField('/windows', 'two windows are the same');
    return windows.map(({ start, days, penalty }, index) => ({ id: `w${String(index + 1)}`, start, days, penalty: penalty ?? 0 }));
  }

  async offers(councilId: string): Promise<Offer[]> {
    const ids = await this.councils.lineage(councilId);
    return this.source.manager
      .createQueryBuilder(Offer, 'o')
      .where('o.council_id = ANY(:ids)', { ids })
      .orderBy('o.made_on', 'DESC')
      .take(200)
      .getMany();
  }

  async offer(actor: Actor, councilId: string, body: MakeOffer): Promise<Offer> {
    await this.policy.kind(body.kind);
    if (body.answer === 'declined' && !body.reason)
      throw badField('/reason', 'is empty; the reason of a refusal is needed, "none given" will do');
    return this.source.transaction(async (tx) => {
      const offer = await tx.save(tx.create(Offer, { ...body, reason: body.reason ?? null, councilId, actor: actor.id }));
      await record(tx, actor, 'offer.made', `council:${councilId}`, { offer: offer.id, answer: body.answer });
      return offer;
    });
  }

  /** Other challenges at the council, or one it follows, within half a year of a day: so that nothing is done twice. */
  async nearby(councilId: string, day: string): Promise<Challenge[]> {
    const ids = await this.councils.lineage(councilId);
    return this.source.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where('c.council_id = ANY(:ids) AND c.first_day BETWEEN :from AND :to', { ids, from: addDays(day, -183), to: addDays(day, 183) })
      .getMany();
  }

  private async acceptSeats(tx: EntityManager, seats: Seat[]): Promise<Seat[]> {
    checkShape(SEATS, seats);
    const positions = new Set((await this.policy.get('positions', tx)).map(({ id }) => id));
    const skills = new Set((await this.policy.get('skills', tx)).map(({ id }) => id));
    seats.forEach((seat, index) => {
      const at = `/seats/${String(index)}`;
      const position = seat.positions.find((name) => !positions.has(name));
      const skill = Object.keys(seat.skills).find((name) => !skills.has(name));
      if (position !== undefined) throw badField(`${at}/positions`, `found "${position}"; allowed: ${[...positions].join(', ')}`);
      if (skill !== undefined) throw badField(`${at}/skills`, `found "${skill}"; allowed: ${[...skills].join(', ')}`);
      if (seats.some((other, o) => o < index && other.id === seat.id)) throw badField(`${at}/id`, `found "${seat.id}" twice`);
    });
    return seats;
  }

  private async note(tx: EntityManager, actor: Actor, challenge: Challenge, from: ChallengeState | null, reason: string): Promise<void> {
    await tx.insert(ChallengeChange, { challengeId: challenge.id, from, to: challenge.state, actor: actor.id, reason });
    await record(tx, actor, 'challenge.state', `challenge:${challenge.id}`, { from, to: challenge.state });
  }
}
