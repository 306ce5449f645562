import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { lastDay } from '../calendar/dates.js';
import type { Message } from '../messages/message.entity.js';
import { MessagesService } from '../messages/messages.service.js';
import { whomToAsk, type WhomToAsk } from '../messages/whom-to-ask.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { isStaff, type Role } from '../people/permissions.js';
import { advisersOf, speakersOf } from '../people/recipients.js';
import type { Window } from '../matching/problem/programme.js';
import { type Kind } from '../kinds/kind.js';
import { withinSentence } from '../english/words.js';
import { paths } from '../web/paths.js';
import { ChallengeChange } from './challenge-change.entity.js';
import { Challenge, type Waiver } from './challenge.entity.js';
import type { ChallengeQuery } from './challenges.dto.js';
import { SHAPING, type ChallengeState } from './states.js';
import { keptOf } from '../kinds/kept-policy.js';
import { KindsService, type Terms } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';
import { councilAddresses, oppositionAddresses } from './contacts.js';
import { bodiesNamed, comingTo, hostsOf, partnersOf, unheardOf, type Hosts, SCOPE_COLUMNS } from './hosts.js';
import type { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import { notFound } from '../web/problems.js';

/** What messages about a challenge say, and to which region it belongs. */
export interface AboutChallenge {
  /** All bodies that it is of. */
  council: string;
  /** Where it is not on site. */
  how: string | null;
  place: string;
  kind: string;
  page: string;
  about: string;
  region: string | null;
}

type Told = Pick<Challenge, 'councilId' | 'partnerIds' | 'contacts'>;

/** Each address once, however it is written. */
const once = (addresses: string[]): string[] => [
  ...new Map(addresses.map((one) => [one.toLowerCase(), one])).values(),
];

/** When the challenge was made that a page of the list ended with. */
const LAST = `(SELECT x.created_at FROM challenges x WHERE x.id = CASE WHEN :id ~ '^[0-9a-f-]{36}$' THEN :id::uuid END)`;

@Injectable()
export class ChallengesService {
  /** What features that build on the scope take back when it is agreed anew; each adds its own. */
  readonly whenScopedAgain: ((tx: EntityManager, challenge: Challenge) => Promise<void>)[] = [];

  constructor(
    private readonly db: Database,
    private readonly councils: CouncilsService,
    private readonly kinds: KindsService,
    private readonly messages: MessagesService,
  ) {}

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Challenge> {
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

  async list(
    access: Access,
    query: ChallengeQuery,
    after: string[] | null,
    take: number,
  ): Promise<Challenge[]> {
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .orderBy('c.createdAt', 'DESC')
      .addOrderBy('c.id')
      .take(take);
    narrow(rows, access, SCOPE_COLUMNS);
    for (const [key, value] of Object.entries({ state: query.state, kind: query.kind }))
      if (value) rows.andWhere(`c.${key} = :${key}`, { [key]: value });
    if (query.council) rows.andWhere('c.council_id = :council', { council: query.council });
    // By the instant that the database holds: a cursor has milliseconds, and of several of one instant none may be left out.
    if (after)
      rows.andWhere(`(c.created_at < ${LAST} OR (c.created_at = ${LAST} AND c.id::text > :id))`, {
        id: after[1],
      });
    return rows.getMany();
  }

  /** A named person waives a penalty for a peer; the next score counts it no more. */
  async waive(tx: EntityManager, actor: Actor, id: string, waiver: Waiver): Promise<void> {
    const challenge = await this.lock(tx, id);
    const { peerId, term } = waiver;
    const others = challenge.waived.filter((one) => one.peerId !== peerId || one.term !== term);
    challenge.waived = [...others, waiver];
    await tx.save(challenge);
    await record(tx, actor, 'penalty.waived', `challenge:${id}`, { peer: peerId, term });
  }

  /** The scope is agreed with the council, which is told so. Whatever was proposed or agreed for an earlier scope is set aside. */
  async scope(actor: Actor, id: string, reason: string): Promise<Challenge> {
    return this.db.transact(async (tx) => {
      const challenge = await this.lock(tx, id);
      for (const takeBack of this.whenScopedAgain) await takeBack(tx, challenge);
      challenge.firstDay = null;
      challenge.lastDay = null;
      await this.stepIn(tx, actor, challenge, 'scoped', reason);
      const { council, kind, page, about } = await this.about(tx, challenge);
      const to = await this.speakers(tx, challenge);
      await this.messages.post(tx, {
        template: 'challenge-scoped',
        data: { council, kind, page, windows: challenge.windows.map(datesOfWindow) },
        to,
        cause: `scoped-${id}-${String(challenge.version)}`,
        about,
      });
      return this.get(id, tx);
    });
  }

  /** What messages say of a challenge, and whom its region is. */
  async about(tx: EntityManager, challenge: Challenge): Promise<AboutChallenge> {
    const { id, councilId, kind } = challenge;
    const { region } = await this.councils.get(councilId, tx);
    const { hosts: council, how, place } = await hostsOf(tx, challenge);
    const { name } = await this.kinds.get(kind, tx);
    const first = challenge.stayOfId === null ? null : await this.get(challenge.stayOfId, tx);
    const said = first
      ? `${name} of the ${withinSentence((await this.kinds.get(first.kind, tx)).name)}`
      : name;
    const page = this.messages.address(paths.challenge(id));
    return { council, how, place, kind: said, page, about: `challenge:${id}`, region };
  }

  /** With whom it is, and how, as a page says it. */
  hosts(challenge: Challenge): Promise<Hosts> {
    return hostsOf(this.db.manager, challenge);
  }

  /** Who comes besides the team. */
  coming(id: string): Promise<{ role: string; name: string }[]> {
    return comingTo(this.db.manager, id);
  }

  /** Whom its council and its peers ask. */
  ask(id: string): Promise<WhomToAsk[]> {
    return whomToAsk(this.db.manager, id, this.db.today());
  }

  /** The other bodies that it is of, by name. */
  partners(challenge: Challenge): Promise<Council[]> {
    return partnersOf(this.db.manager, challenge);
  }

  /** The names of those for which nobody has an account. */
  unheard(challenge: Challenge): Promise<string[]> {
    return unheardOf(this.db.manager, challenge);
  }

  /** Bodies by code or whole name. Throws a 400 for what is neither. */
  bodiesNamed(said: readonly string[]): Promise<Council[]> {
    return bodiesNamed(this.db.manager, said, this.db.today());
  }

  /** What somebody was to be told of a challenge and did not get. */
  undelivered(id: string): Promise<Message[]> {
    return this.messages.undelivered(`challenge:${id}`);
  }

  /** Whom of the councils messages about a challenge reach: the accounts that speak for it, and the contacts whom the programme knows. */
  async speakers(tx: EntityManager, { councilId, partnerIds, contacts }: Told): Promise<string[]> {
    return once([...(await speakersOf(tx, [councilId, ...partnerIds])), ...councilAddresses(contacts)]);
  }

  /** Everybody at the council whose word on the team counts. */
  async consenting(tx: EntityManager, challenge: Challenge): Promise<string[]> {
    const { secondApproval } = await this.kindOf(challenge, tx);
    const council = await this.speakers(tx, challenge);
    return secondApproval ? once([...council, ...(await this.approvers(tx, challenge))]) : council;
  }

  /** The same for a page. */
  told(challenge: Told): Promise<string[]> {
    return this.speakers(this.db.manager, challenge);
  }

  /** The same of those who give the second approval. */
  async approvers(tx: EntityManager, { councilId, partnerIds, contacts }: Told): Promise<string[]> {
    const known = await speakersOf(tx, [councilId, ...partnerIds], 'approver');
    return once([...known, ...oppositionAddresses(contacts)]);
  }

  /** The kind of a challenge, as policy says now. */
  kindOf(challenge: Pick<Challenge, 'kind'>, tx: EntityManager = this.db.manager): Promise<Kind> {
    return this.kinds.get(challenge.kind, tx);
  }

  /** The same with the weights and the calendar that go with it. */
  termsOf({ kind }: Pick<Challenge, 'kind'>, tx: EntityManager): Promise<Terms> {
    return this.kinds.terms(kind, tx);
  }

  /** Takes a challenge that the transaction holds to another state, with who and why. */
  async stepIn(
    tx: EntityManager,
    actor: Actor,
    challenge: Challenge,
    to: ChallengeState,
    reason: string,
  ): Promise<void> {
    const from = challenge.state;
    challenge.become(to);
    // Somebody replaced moves no deadline; other dates begin anew.
    if (to === 'confirmed') challenge.policy ??= keptOf(await this.kinds.get(challenge.kind, tx));
    else if (SHAPING.includes(to)) challenge.policy = null;
    await tx.save(challenge);
    await this.note(tx, actor, challenge, from, reason);
  }

  /** A challenge was opened: its history begins, and the council and the advisers of its region are told. */
  async begun(tx: EntityManager, actor: Actor, challenge: Challenge): Promise<void> {
    const { about, region, ...known } = await this.about(tx, challenge);
    const windows = challenge.windows.map(datesOfWindow);
    await this.messages.post(tx, {
      template: 'challenge-booked',
      data: { ...known, windows, unconfirmed: challenge.contacts.filter((one) => one.unconfirmed).length },
      to: [...(await advisersOf(tx, region, this.db.today())), ...(await this.speakers(tx, challenge))],
      cause: `booked-${challenge.id}`,
      about,
    });
    await this.note(tx, actor, challenge, null, 'booked');
  }

  /** Those who speak for bodies that have joined a challenge hear of it. */
  async joined(tx: EntityManager, challenge: Challenge, councilIds: readonly string[]): Promise<void> {
    const { council, kind, page, about } = await this.about(tx, challenge);
    for (const councilId of councilIds)
      await this.messages.post(tx, {
        template: 'partner-joined',
        data: { council, kind, page, windows: challenge.windows.map(datesOfWindow) },
        to: await speakersOf(tx, [councilId]),
        cause: `joined-${challenge.id}-${councilId}-${String(challenge.version)}`,
        about,
      });
  }

  /** A contact may sign in from now on, and hears so. */
  async welcome(tx: EntityManager, challenge: Challenge, email: string): Promise<void> {
    const { council, kind, page, about } = await this.about(tx, challenge);
    const cause = `welcome-${challenge.id}-${email}`;
    const isApprover = oppositionAddresses(challenge.contacts).includes(email);
    const data = { council, kind, page, isApprover };
    await this.messages.post(tx, { template: 'contact-welcome', data, to: [email], cause, about });
  }

  /** The states of a challenge with who and why, as far as a role may read it. */
  async history(id: string, role: Role): Promise<ChallengeChange[]> {
    const order = { id: 'ASC' } as const;
    const changes = await this.db.manager.find(ChallengeChange, { where: { challengeId: id }, order });
    if (isStaff(role)) return changes;
    // Who said no, and why seats are asked for again, is between the peers and the office.
    const hidden = { reason: '', actor: 'system' };
    return changes.map((one) => (one.to === 'inviting' ? Object.assign(one, hidden) : one));
  }

  private async note(
    tx: EntityManager,
    actor: Actor,
    challenge: Challenge,
    from: ChallengeState | null,
    reason: string,
  ): Promise<void> {
    await tx.insert(ChallengeChange, {
      challengeId: challenge.id,
      from,
      to: challenge.state,
      actor: actor.id,
      reason,
    });
    await record(tx, actor, 'challenge.state', `challenge:${challenge.id}`, { from, to: challenge.state });
  }
}

const datesOfWindow = ({ start, days }: Window): { firstDay: string; lastDay: string } => ({
  firstDay: start,
  lastDay: lastDay(start, days),
});
