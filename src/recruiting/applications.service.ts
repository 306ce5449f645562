import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { MessagesService } from '../messages/messages.service.js';
import { SYSTEM, type Actor } from '../people/access.js';
import { paths } from '../web/paths.js';
import { badField, notFound } from '../web/problems.js';
import { breaks, Database } from '../database/database.js';
import { ApplicationChange } from './application-change.entity.js';
import { Application, type ApplicationState, OPEN_APPLICATIONS } from './application.entity.js';
import { Campaign } from './campaign.entity.js';
import { ReferenceService } from '../reference/reference.service.js';

import { noteState } from './application-change.entity.js';
import { requireWords } from './known-words.js';
import { actorNames } from '../people/actor-names.js';

export type ApplicationFacts = Pick<
  Application,
  'campaignId' | 'name' | 'email' | 'class' | 'party' | 'positions' | 'skills' | 'councilId' | 'organisation'
>;

/** Who applies without a sign-in. */
const APPLICANT: Actor = { ...SYSTEM, id: 'applicant' };

/** A step of an application, with who took it. */
export interface NamedChange extends ApplicationChange {
  by: string | undefined;
}

/** Applications and nominations: taken, and looked at. */
@Injectable()
export class ApplicationsService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly messages: MessagesService,
  ) {}

  list(filter: { state?: string; campaign?: string }): Promise<Application[]> {
    const rows = this.db.manager
      .createQueryBuilder(Application, 'a')
      .leftJoinAndSelect('a.council', 'h')
      .leftJoinAndSelect('a.campaign', 'c')
      .orderBy('a.created_at', 'DESC')
      .addOrderBy('a.id');
    if (filter.state) rows.andWhere('a.state = :state', filter);
    if (filter.campaign) rows.andWhere('a.campaign_id::text = :campaign', filter);
    return rows.getMany();
  }

  /** How many applications and nominations nobody has appraised yet. */
  countToAppraise(): Promise<number> {
    return this.db.manager.countBy(Application, {
      state: In(['applied', 'nominated'] satisfies ApplicationState[]),
    });
  }

  async get(id: string): Promise<Application> {
    const found = await this.db.manager.findOne(Application, {
      where: { id },
      relations: { council: true, campaign: true },
    });
    if (!found) throw notFound('application');
    return found;
  }

  async history(applicationId: string): Promise<NamedChange[]> {
    const changes = await this.db.manager.find(ApplicationChange, {
      where: { applicationId },
      order: { id: 'ASC' },
    });
    const actors = changes.map(({ actor }) => actor);
    const names = await actorNames(this.db, actors);
    return changes.map((one) => ({ ...one, by: names.get(one.actor) }));
  }

  /**
   * Takes an application, or a nomination by a group office or an employer, and tells whom it is about. Throws a 400 for what the pool
   * would not take either.
   */
  apply(actor: Actor, facts: ApplicationFacts, nominatedBy: string | null): Promise<Application> {
    return this.db.transact(async (tx) => {
      const saved = await this.applyWithin(tx, actor, facts, nominatedBy);
      await this.tellTaken(tx, saved);
      return saved;
    });
  }

  /**
   * Somebody offers to be a peer, without a sign-in. Where the address is in the pool, or an application is open with it, nothing happens
   * and the answer is the same: nobody learns who is here. Throws a 400 as `apply` does.
   */
  async offer(facts: ApplicationFacts): Promise<void> {
    const work = async (tx: EntityManager): Promise<void> => {
      await this.requireFacts(tx, facts);
      if (await this.whyKnown(tx, facts.email)) return;
      await this.tellTaken(tx, await this.write(tx, APPLICANT, facts, null));
    };
    await this.db.transact(work).catch((error: unknown) => {
      if (!breaks(error, 'applications_one_open')) throw error;
    });
  }

  /** Throws what `offer` would throw, for a page that is checked before it is sent. */
  async checkOffer(facts: ApplicationFacts): Promise<void> {
    await this.requireFacts(this.db.manager, facts);
  }

  /** Throws what `apply` would throw, for a page that is checked before it is sent. */
  async check(facts: ApplicationFacts): Promise<void> {
    await this.requireFacts(this.db.manager, facts);
    await this.requireUnknown(this.db.manager, facts.email);
  }

  /** The same inside a transaction, for a file of those who were told before: nobody is written to. */
  async applyWithin(
    tx: EntityManager,
    actor: Actor,
    facts: ApplicationFacts,
    nominatedBy: string | null,
  ): Promise<Application> {
    await this.requireFacts(tx, facts);
    await this.requireUnknown(tx, facts.email);
    return this.write(tx, actor, facts, nominatedBy);
  }

  /** Throws a 400 unless there are words of the lists, positions of one class, a party of a member, and a campaign that is one. */
  private async requireFacts(tx: EntityManager, facts: ApplicationFacts): Promise<void> {
    await requireWords(this.reference, tx, facts);
    const { positions, class: peerClass, party, campaignId } = facts;
    const classes = new Map(
      (await this.reference.get('positions', tx)).map((position) => [position.id, position.class]),
    );
    const wrong = positions.find((position) => classes.get(position) !== peerClass);
    if (wrong !== undefined)
      throw badField('/positions', `"${wrong}" is no position of the class ${peerClass}`);
    if (party !== null && peerClass !== 'member')
      throw badField('/party', 'a party is kept for councillors only');
    if (campaignId !== null && !(await tx.existsBy(Campaign, { id: campaignId })))
      throw badField('/campaign', 'choose a campaign of the list');
  }

  private async write(
    tx: EntityManager,
    actor: Actor,
    facts: ApplicationFacts,
    nominatedBy: string | null,
  ): Promise<Application> {
    const state = nominatedBy === null ? 'applied' : 'nominated';
    const saved = await tx.save(
      tx.create(Application, {
        ...facts,
        route: state,
        nominatedBy,
        state,
        criteria: [],
        peerId: null,
        actor: actor.id,
      }),
    );
    await noteState(
      tx,
      actor,
      saved,
      null,
      nominatedBy === null
        ? actor === APPLICANT
          ? 'by the form that is open to all'
          : 'taken by the office'
        : `by ${nominatedBy}`,
    );
    return saved;
  }

  private async tellTaken(tx: EntityManager, { id, email, nominatedBy }: Application): Promise<void> {
    const data = { nominatedBy, page: this.messages.address(paths.privacy) };
    await this.messages.post(tx, {
      template: 'application-taken',
      data,
      to: [email],
      cause: `taken-${id}`,
      about: `application:${id}`,
    });
  }

  private async requireUnknown(tx: EntityManager, email: string): Promise<void> {
    const why = await this.whyKnown(tx, email);
    if (why) throw badField('/email', why);
  }

  /** Nobody applies who is in the pool already, or twice at a time. */
  private async whyKnown(tx: EntityManager, email: string): Promise<string | null> {
    const [known] = await tx.query<unknown[]>(
      `SELECT 1 FROM peers WHERE lower(email) = lower($1) AND state <> 'retired' LIMIT 1`,
      [email],
    );
    if (known) return 'a peer with this address is in the pool already';
    const open = await tx.findOneBy(Application, { email, state: In([...OPEN_APPLICATIONS]) });
    return open && `an application with this address is ${open.state} already`;
  }
}
