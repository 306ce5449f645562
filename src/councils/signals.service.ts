import { Injectable } from '@nestjs/common';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { notFound } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import type { SignalFacts } from './pictures.dto.js';
import { requireCouncil, requireOne } from './known.js';
import { namesOf } from './names.js';
import { Signal } from './signal.entity.js';
import { ReferenceService } from '../reference/reference.service.js';
import { OF_LINE } from './succession.entity.js';
import { Database } from '../database/database.js';

/** Signals: what is known of a council in confidence. They are listed by day, and never counted, scored or ranked. */
@Injectable()
export class SignalsService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  list(
    access: Access,
    filter: { council?: string | undefined; type?: string | undefined } = {},
  ): Promise<Signal[]> {
    const rows = this.db.manager
      .createQueryBuilder(Signal, 's')
      .innerJoinAndSelect('s.council', 'h')
      .orderBy('s.observed_on', 'DESC')
      .addOrderBy('h.name')
      .addOrderBy('s.id');
    if (filter.council) rows.andWhere(`s.council_id IN ${OF_LINE}`, filter);
    if (filter.type) rows.andWhere('s.type = :type', filter);
    return narrow(rows, access, { region: 'h.region' }).getMany();
  }

  /** Those of one council with their types as people say them. */
  async named(access: Access, council: string): Promise<Signal[]> {
    const name = namesOf(await this.reference.get('signals'));
    return (await this.list(access, { council })).map((one) => Object.assign(one, { type: name(one.type) }));
  }

  async get(id: string): Promise<Signal> {
    const found = await this.db.manager.findOne(Signal, { where: { id }, relations: { council: true } });
    if (!found) throw notFound('signal');
    return found;
  }

  /** Records a signal; lead member peers and group offices may, and cannot read it afterwards. */
  async add(access: Access, councilId: string, facts: SignalFacts): Promise<Signal> {
    return this.db.transact(async (tx) => {
      await requireCouncil(tx, access, councilId);
      requireOne(await this.reference.get('signals', tx), facts.type, '/type');
      const { supportOffered = null, outcome = null, ...rest } = facts;
      const saved = await tx.save(
        tx.create(Signal, { ...rest, supportOffered, outcome, councilId, actor: access.actor.id }),
      );
      await record(tx, access.actor, 'signal.added', `signal:${saved.id}`);
      return saved;
    });
  }

  /** What was offered, and what came of it. */
  async follow(
    actor: Actor,
    id: string,
    version: number,
    said: { supportOffered: string | null; outcome: string | null },
  ): Promise<Signal> {
    return this.db.transact(async (tx) => {
      const found = await tx.findOne(Signal, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!found) throw notFound('signal');
      requireVersion(found.version, version);
      const saved = await tx.save(Object.assign(found, said));
      await record(tx, actor, 'signal.followed', `signal:${id}`, { fields: Object.keys(said) });
      return saved;
    });
  }
}
