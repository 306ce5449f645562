import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import type { SkillLevels } from '../matching/problem/programme.js';
import { MessagesService } from '../messages/messages.service.js';
import type { Accreditation } from '../peers/peer.entity.js';
import { PeersService } from '../peers/peers.service.js';
import { type Access, type Actor } from '../people/access.js';
import { paths } from '../web/paths.js';
import { badField, notFound } from '../web/problems.js';
import { Database } from '../database/database.js';
import { requireVersion } from '../web/versions.js';
import { Application, type ApplicationState } from './application.entity.js';
import { ReferenceService } from '../reference/reference.service.js';

import { noteState } from './application-change.entity.js';
import { requireWords } from './known-words.js';

/** What an appraisal finds. */
export interface Appraisal {
  /** Ids of the criteria that are met. */
  criteria: string[];
  /** With the levels that were agreed; null where they stay as they are. */
  skills: SkillLevels | null;
  /** Why it goes on although a criterion is not met. */
  reason: string | null;
}

/** From an application to accreditation: each step is taken in its order, and once. */
@Injectable()
export class ApplicationSteps {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly peers: PeersService,
    private readonly messages: MessagesService,
  ) {}

  /** Appraises: every criterion of appointment is met, or it says why it goes on all the same. Levels of skills are agreed here. */
  async appraise(
    actor: Actor,
    id: string,
    version: number,
    { criteria, skills, reason }: Appraisal,
  ): Promise<Application> {
    return this.step(actor, id, version, 'appraised', async (tx, application) => {
      application.skills = skills ?? application.skills;
      await requireWords(this.reference, tx, application);
      const all = await this.reference.get('criteria', tx);
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
  async end(
    actor: Actor,
    id: string,
    version: number,
    state: 'declined' | 'withdrawn',
    reason: string,
  ): Promise<Application> {
    return this.step(actor, id, version, state, async (tx, { email }) => {
      const data = { declined: state === 'declined' };
      const about = `application:${id}`;
      await this.messages.post(tx, {
        template: 'application-ended',
        data,
        to: [email],
        cause: `ended-${id}`,
        about,
      });
      return reason;
    });
  }

  /** A place in the pool: the peer is added with what was said, accredited for the kinds, and told. */
  async accredit(
    access: Access,
    id: string,
    version: number,
    accreditations: Accreditation[],
  ): Promise<Application> {
    const { actor } = access;
    if (accreditations.length === 0)
      throw badField('/kinds', 'choose the kinds of challenge that they are accredited for');
    return this.step(actor, id, version, 'accredited', async (tx, application) => {
      const { email } = application;
      const peer = await this.peers.add(tx, actor, { ...whoIn(application), accreditations });
      application.peerId = peer.id;
      const data = { page: this.messages.address(paths.home) };
      await this.messages.post(tx, {
        template: 'peer-accredited',
        data,
        to: [email],
        cause: `accredited-${id}`,
        about: `peer:${peer.id}`,
      });
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
    return this.db.transact(async (tx) => {
      const application = await tx.findOne(Application, {
        where: { id },
        lock: { mode: 'pessimistic_write' },
      });
      if (!application) throw notFound('application');
      requireVersion(application.version, version);
      const from = application.state;
      application.become(to);
      const reason = await work(tx, application);
      const saved = await tx.save(application);
      await noteState(tx, actor, saved, from, reason);
      return saved;
    });
  }
}

/** What the pool takes over from an application. */
function whoIn({ name, email, party, positions, skills, councilId, organisation, ...rest }: Application) {
  return { name, email, class: rest.class, party, positions, skills, councilId, organisation };
}
