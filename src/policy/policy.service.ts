import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField, notFound } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import { checkContent, kindKey, type Kind, type Policies } from './content.js';
import { FIRST_KINDS, FIRST_POLICIES } from './first-content.js';
import { PolicyChange } from './policy-change.entity.js';
import { PolicyItem } from './policy.entity.js';

/** Reads and changes policy. Everything that a programme manager may set is here, and nowhere a constant. */
@Injectable()
export class PolicyService {
  constructor(private readonly source: DataSource) {}

  async get<Id extends keyof Policies>(id: Id, tx: EntityManager = this.source.manager): Promise<Policies[Id]> {
    return (await this.item(id, tx)).content as Policies[Id];
  }

  /** Throws a 400 that names the kinds there are. */
  async kind(id: string, tx: EntityManager = this.source.manager): Promise<Kind> {
    const found = await tx.findOneBy(PolicyItem, { id: kindKey(id) });
    if (found) return found.content as Kind;
    const known = (await this.kinds(tx)).map((kind) => kind.id);
    throw badField('/kind', `found "${id}"; allowed: ${known.join(', ')}`);
  }

  async kinds(tx: EntityManager = this.source.manager): Promise<(Kind & { id: string; version: number })[]> {
    const items = await tx.createQueryBuilder(PolicyItem, 'p').where(`p.id LIKE 'kind:%'`).orderBy('p.id').getMany();
    return items.map(({ id, content, version }) => ({ ...(content as Kind), id: id.slice('kind:'.length), version }));
  }

  async item(id: string, tx: EntityManager = this.source.manager): Promise<PolicyItem> {
    const found = await tx.findOneBy(PolicyItem, { id });
    if (!found) throw notFound('policy');
    return found;
  }

  history(id: string): Promise<PolicyChange[]> {
    return this.source.manager.find(PolicyChange, { where: { policyId: id }, order: { at: 'DESC' }, take: 200 });
  }

  /** Replaces a policy whole, or adds a kind. Throws BadInput for content of the wrong form, 412 where it changed meanwhile. */
  async put(actor: Actor, id: string, content: object, reason: string, version: number | null): Promise<PolicyItem> {
    if (!checkContent(id, content)) throw notFound('policy');
    return this.source.transaction(async (tx) => {
      const before = await tx.findOne(PolicyItem, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (before) requireVersion(before.version, version ?? 0);
      const saved = await tx.save(PolicyItem, tx.create(PolicyItem, { ...before, id, content }));
      await tx.insert(PolicyChange, { policyId: id, before: before?.content ?? null, after: content, actor: actor.id, reason });
      await record(tx, actor, 'policy.changed', `policy:${id}`, { version: saved.version });
      return saved;
    });
  }

  /** Fills an empty database with the first catalogue; leaves what is there alone. */
  async ensureFirstContent(): Promise<void> {
    const kinds = Object.entries(FIRST_KINDS).map(([id, content]) => ({ id: kindKey(id), content }));
    const others = Object.entries(FIRST_POLICIES).map(([id, content]) => ({ id, content: content as object }));
    for (const { id, content } of [...others, ...kinds]) checkContent(id, content);
    await this.source
      .createQueryBuilder()
      .insert()
      .into(PolicyItem)
      .values([...others, ...kinds].map((item) => ({ ...item, version: 1 })))
      .orIgnore()
      .execute();
  }
}
