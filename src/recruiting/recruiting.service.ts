import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import type { SkillLevels } from '../matching/problem/programme.js';
import { MessagesService } from '../messages/messages.service.js';
import type { Accreditation } from '../peers/peer.entity.js';
import { PeersService } from '../peers/peers.service.js';
import { SYSTEM, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { PolicyService } from '../policy/policy.service.js';
import { paths } from '../web/paths.js';
import { badField, notFound } from '../web/problems.js';
import { breaks } from '../web/transactions.js';
import { requireVersion } from '../web/versions.js';
import { ApplicationChange } from './application-change.entity.js';
import { Application, type ApplicationState } from './application.entity.js';
import { Campaign } from './campaign.entity.js';

export type ApplicationFacts = Pick<
  Application,
  'campaignId' | 'name' | 'email' | 'class' | 'party' | 'positions' | 'skills' | 'councilId' | 'organisation'
>;

/** A campaign with how far it has come. */
export interface CampaignRow extends Campaign {
  open: number;
  accredited: number;
}

/** What an appraisal finds. */
export interface Appraisal {
  /** Ids of the criteria that are met. */
  criteria: string[];
  /** With the levels that were agreed; null where they stay as they are. */
  skills: SkillLevels | null;
  /** Why it goes on although a criterion is not met. */
  reason: string | null;
}

/** Who applies without a sign-in. */
const APPLICANT: Actor = { ...SYSTEM, id: 'applicant' };

const OPEN: ApplicationState[] = ['applied', 'nominated', 'appraised', 'inducted'];

/** From application to accreditation. */
@Injectable()
export class RecruitingService {
  constructor(
    private readonly source: DataSource,
    private readonly policy: PolicyService,
    private readonly peers: PeersService,
    private readonly messages: MessagesService,
  ) {}

  async campaigns(): Promise<CampaignRow[]> {
    const campaigns = await this.source.manager.find(Campaign, { order: { until: 'DESC', title: 'ASC', id: 'ASC' } });
    const counts = await this.source.query<{ id: string; open: number; accredited: number }[]>(
      `SELECT campaign_id AS id, count(*) FILTER (WHERE state IN ('applied', 'nominated', 'appraised', 'inducted'))::int AS open,
         count(*) FILTER (WHERE state = 'accredited')::int AS accredited FROM applications WHERE campaign_id IS NOT NULL GROUP BY 1`,
    );
    const known = new Map(counts.map((row) => [row.id, row]));
    return campaigns.map((campaign) => ({
      ...campaign,
      open: known.get(campaign.id)?.open ?? 0,
      accredited: known.get(campaign.id)?.accredited ?? 0,
    }));
  }

  async startCampaign(actor: Actor, facts: Omit<Campaign, 'id' | 'actor' | 'createdAt'>): Promise<Campaign> {
    return this.source.transaction(async (tx) => {
      await this.requireWords(tx, facts);
      const saved = await tx.save(tx.create(Campaign, { ...facts, actor: actor.id }));
      await record(tx, actor, 'campaign.started', `campaign:${saved.id}`);
      return saved;
    });
  }

  /** Throws a 400 for a position or skill that is none. */
  async requireWords(tx: EntityManager, { positions, skills }: Pick<Campaign, 'positions' | 'skills'>): Promise<void> {
    const known = {
      positions: (await this.policy.get('positions', tx)).map(({ id }) => id),
      skills: (await this.policy.get('skills', tx)).map(({ id }) => id),
    };
    const position = positions.find((one) => !known.positions.includes(one));
    if (position !== undefined) throw badField('/positions', `found "${position}"; allowed: ${known.positions.join(', ')}`);
    const skill = Object.keys(skills).find((one) => !known.skills.includes(one));
    if (skill !== undefined) throw badField('/skills', `found "${skill}"; allowed: ${known.skills.join(', ')}`);
  }

  /** Throws a 400 unless there are words of the lists, positions of one class, a party of a member, and a campaign that is one. */
  async requireFacts(tx: EntityManager, facts: ApplicationFacts): Promise<void> {
    await this.requireWords(tx, facts);
    const { positions, class: peerClass, party, campaignId } = facts;
    const classes = new Map((await this.policy.get('positions', tx)).map((position) => [position.id, position.class]));
    const wrong = positions.find((position) => classes.get(position) !== peerClass);
    if (wrong !== undefined) throw badField('/positions', `"${wrong}" is no position of the class ${peerClass}`);
    if (party !== null && peerClass !== 'member') throw badField('/party', 'a party is kept for councillors only');
    if (campaignId !== null && !(await tx.existsBy(Campaign, { id: campaignId })))
      throw badField('/campaign', 'choose a campaign of the list');
  }

  list(filter: { state?: string; campaign?: string }): Promise<Application[]> {
    const rows = this.source.manager
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
    return this.source.manager.countBy(Application, { state: In(['applied', 'nominated'] satisfies ApplicationState[]) });
  }

  async get(id: string): Promise<Application> {
    const found = await this.source.manager.findOne(Application, { where: { id }, relations: { council: true, campaign: true } });
    if (!found) throw notFound('application');
    return found;
  }

  history(applicationId: string): Promise<ApplicationChange[]> {
    return this.source.manager.find(ApplicationChange, { where: { applicationId }, order: { id: 'ASC' } });
  }

  /**
   * Takes an application, or a nomination by a group office or an employer, and tells whom it is about. Throws a 400 for what the pool
   * would not take either.
   */
  apply(actor: Actor, facts: ApplicationFacts, nominatedBy: string | null): Promise<Application> {
    return this.source.transaction(async (tx) => {
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
    await this.source.transaction(work).catch((error: unknown) => {
      if (!breaks(error, 'applications_one_open')) throw error;
    });
  }

  /** Throws what `apply` would throw, for a page that is checked before it is sent. */
  async check(facts: ApplicationFacts): Promise<void> {
    await this.requireFacts(this.source.manager, facts);
    await this.requireUnknown(this.source.manager, facts.email);
  }

  /** The same inside a transaction, for a file of those who were told before: nobody is written to. */
  async applyWithin(tx: EntityManager, actor: Actor, facts: ApplicationFacts, nominatedBy: string | null): Promise<Application> {
    await this.requireFacts(tx, facts);
    await this.requireUnknown(tx, facts.email);
    return this.write(tx, actor, facts, nominatedBy);
  }

  /** Appraises: every criterion of appointment is met, or it says why it goes on all the same. Levels of skills are agreed here. */
  async appraise(actor: Actor, id: string, version: number, { criteria, skills, reason }: Appraisal): Promise<Application> {
    return this.step(actor, id, version, 'appraised', async (tx, application) => {
      application.skills = skills ?? application.skills;
      await this.requireWords(tx, application);
      const all = await this.policy.get('criteria', tx);
      const missing = all.filter((one) => !criteria.includes(one.id));
      if (missing.length > 0 && reason === null)
        throw badField(
          '/reason',
          `not met: ${missing.map(({ name }) => name.toLowerCase()).join('; ')}. Say why it goes on all the same, or decline`,
        );
      application.criteria = criteria;
      return reason ?? 'every criterion is met';
    });
  }

  async induct(actor: Actor, id: string, version: number, reason: string): Promise<Application> {
    return this.step(actor, id, version, 'inducted', () => Promise.resolve(reason));
  }

  /** Ends it; the applicant is told that, and hears the reason from whoever is in touch. */
  async end(actor: Actor, id: string, version: number, state: 'declined' | 'withdrawn', reason: string): Promise<Application> {
    return this.step(actor, id, version, state, async (tx, { email }) => {
      const data = { declined: state === 'declined' };
      const about = `application:${id}`;
      await this.messages.post(tx, { template: 'application-ended', data, to: [email], cause: `ended-${id}`, about });
      return reason;
    });
  }

  /** A place in the pool: the peer is added with what was said, accredited for the kinds, and told. */
  async accredit(access: Access, id: string, version: number, accreditations: Accreditation[]): Promise<Application> {
    const { actor } = access;
    if (accreditations.length === 0) throw badField('/kinds', 'choose the kinds of challenge that they are accredited for');
    return this.step(actor, id, version, 'accredited', async (tx, application) => {
      const { name, email, class: peerClass, party, positions, skills, councilId, organisation } = application;
      const peer = await this.peers.add(tx, actor, {
        name,
        email,
        class: peerClass,
        party,
        positions,
        skills,
        councilId,
        organisation,
        accreditations,
      });
      application.peerId = peer.id;
      const data = { page: this.messages.address(paths.home) };
      await this.messages.post(tx, { template: 'peer-accredited', data, to: [email], cause: `accredited-${id}`, about: `peer:${peer.id}` });
      return `accredited for ${accreditations.map(({ kind }) => kind).join(', ')}`;
    });
  }

  private async step(
    actor: Actor,
    id: string,
    version: number,
    to: ApplicationState,
    work: (tx: EntityManager, application: Application) => Promise<string>,
  ): Promise<Application> {
    return this.source.transaction(async (tx) => {
      const application = await tx.findOne(Application, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!application) throw notFound('application');
      requireVersion(application.version, version);
      const from = application.state;
      application.become(to);
      const reason = await work(tx, application);
      const saved = await tx.save(application);
      await this.note(tx, actor, saved, from, reason);
      return saved;
    });
  }

  private async write(tx: EntityManager, actor: Actor, facts: ApplicationFacts, nominatedBy: string | null): Promise<Application> {
    const state = nominatedBy === null ? 'applied' : 'nominated';
    const saved = await tx.save(
      tx.create(Application, { ...facts, route: state, nominatedBy, state, criteria: [], peerId: null, actor: actor.id }),
    );
    await this.note(
      tx,
      actor,
      saved,
      null,
      nominatedBy === null ? (actor === APPLICANT ? 'by the form that is open to all' : 'taken by the office') : `by ${nominatedBy}`,
    );
    return saved;
  }

  private async tellTaken(tx: EntityManager, { id, email, nominatedBy }: Application): Promise<void> {
    const data = { nominatedBy, page: this.messages.address(paths.privacy) };
    await this.messages.post(tx, { template: 'application-taken', data, to: [email], cause: `taken-${id}`, about: `application:${id}` });
  }

  private async note(
    tx: EntityManager,
    actor: Actor,
    { id, state }: Application,
    from: ApplicationState | null,
    reason: string,
  ): Promise<void> {
    await tx.insert(ApplicationChange, { applicationId: id, from, to: state, reason, actor: actor.id });
    await record(tx, actor, 'application.state', `application:${id}`, { from, to: state });
  }

  private async requireUnknown(tx: EntityManager, email: string): Promise<void> {
    const why = await this.whyKnown(tx, email);
    if (why) throw badField('/email', why);
  }

  /** Nobody applies who is in the pool already, or twice at a time. */
  private async whyKnown(tx: EntityManager, email: string): Promise<string | null> {
    const [known] = await tx.query<unknown[]>(`SELECT 1 FROM peers WHERE lower(email) = lower($1) AND state <> 'retired' LIMIT 1`, [email]);
    if (known) return 'a peer with this address is in the pool already';
    const open = await tx.findOneBy(Application, { email, state: In(OPEN) });
    return open && `an application with this address is ${open.state} already`;
  }
}
