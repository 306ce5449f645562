import type { Named } from '../reference/content.js';
import { holds } from '../web/lists.js';
import { linksByCouncil } from './register-import.js';
import { sayDay } from '../calendar/phrases.js';
import type { Life } from '../calendar/window-rules.js';
import { listOr } from '../english/words.js';
import { Injectable } from '@nestjs/common';
import { In, IsNull, Not, type EntityManager } from 'typeorm';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { ReferenceService } from '../reference/reference.service.js';
import { badField, badInput, notFound } from '../web/problems.js';
import { type Relation } from './council-link.entity.js';
import { Council } from './council.entity.js';
import { Succession } from './succession.entity.js';
import { type RegisterLinks } from './register.js';
import { Database } from '../database/database.js';
import { NO_LINKS, replaceLinks, unknownCodes } from './register-import.js';

/** Who follows, or is followed, from a day on. */
export interface Following {
  id: string;
  code: string;
  name: string;
  from: string;
}

@Injectable()
export class CouncilsService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Council> {
    const council = await tx.findOneBy(Council, { id });
    if (!council) throw notFound('host body');
    return council;
  }

  /** Some bodies, by id. */
  async byId(ids: string[], tx: EntityManager = this.db.manager): Promise<Map<string, Council>> {
    const found = await tx.findBy(Council, { id: In([...new Set(ids)]) });
    return new Map(found.map((council) => [council.id, council]));
  }

  /** The body with this code of the register, if there is one. */
  withCode(code: string): Promise<Council | null> {
    return this.db.manager.findOneBy(Council, { code });
  }

  async list(
    {
      name,
      grouping,
      ...filter
    }: Record<'name' | 'region' | 'body' | 'type' | 'grouping', string | undefined>,
    after: string | null,
    take: number,
  ): Promise<Council[]> {
    const query = this.db.manager.createQueryBuilder(Council, 'c').orderBy('c.code').take(take);
    for (const [key, value] of Object.entries(filter))
      if (value !== undefined) query.andWhere(`c.${key} = :${key}`, { [key]: value });
    if (name !== undefined) query.andWhere(holds('c.name', 'name'), { name });
    if (grouping !== undefined) query.andWhere(':grouping = ANY(c.groupings)', { grouping });
    if (after !== null) query.andWhere('c.code > :after', { after });
    return query.getMany();
  }

  /** The host bodies that are there today, of some regions or of all, by name. */
  ofRegions(regions: string[] | null): Promise<Council[]> {
    const query = this.db.manager
      .createQueryBuilder(Council, 'c')
      .where('(c.valid_to IS NULL OR c.valid_to >= :today)', { today: this.db.today() })
      .orderBy('c.name');
    if (regions) query.andWhere('c.region = ANY(:regions)', { regions });
    return query.getMany();
  }

  /** The body that has followed another since, step by step, as long as it is one alone; itself where none has. */
  async heirOf(id: string, tx: EntityManager = this.db.manager): Promise<Council> {
    const next = await tx.findBy(Succession, { predecessorId: id, ends: true, appliedAt: Not(IsNull()) });
    const [only] = next;
    return only && next.length === 1 ? this.heirOf(only.successorId, tx) : this.get(id, tx);
  }

  /** The bodies that follow one, or that it follows, with the day on which that begins. */
  async followings(
    id: string,
    which: 'successors' | 'predecessors',
    tx: EntityManager = this.db.manager,
  ): Promise<Following[]> {
    const [mine, theirs] =
      which === 'successors' ? ['predecessor_id', 'successor_id'] : ['successor_id', 'predecessor_id'];
    return tx.query<Following[]>(
      `SELECT c.id, c.code, c.name, s.starts_on::text AS "from" FROM successions s JOIN councils c ON c.id = s.${theirs} WHERE s.${mine} = $1 ORDER BY c.name`,
      [id],
    );
  }

  /** The days on which a body begins and ends, with what to say of days beyond them: whose challenge it would be then. */
  async lifeOf(
    { id, name, validFrom, validTo }: Council,
    tx: EntityManager = this.db.manager,
  ): Promise<Life> {
    const names = async (which: 'successors' | 'predecessors'): Promise<string> =>
      listOr((await this.followings(id, which, tx)).map((one) => one.name));
    const other = (when: string, at: string): string => (at ? `; for ${when} days book at ${at}` : '');
    return {
      ...(validFrom === null
        ? {}
        : {
            begins: {
              on: validFrom,
              message: `${name} begins on ${sayDay(validFrom)}${other('earlier', await names('predecessors'))}`,
            },
          }),
      ...(validTo === null
        ? {}
        : {
            ends: {
              on: validTo,
              message: `${name} ends on ${sayDay(validTo)}${other('later', await names('successors'))}`,
            },
          }),
    };
  }

  /** The codes of linked bodies, nearest or most alike first. */
  async linkedCodes(id: string, relation: Relation): Promise<string[]> {
    const rows = await this.db.query<{ code: string }[]>(
      'SELECT o.code FROM council_links l JOIN councils o ON o.id = l.other_id WHERE l.council_id = $1 AND l.relation = $2 ORDER BY l.rank, o.code',
      [id, relation],
    );
    return rows.map(({ code }) => code);
  }

  /**
   * What a body adjoins, is made of and belongs to, as a person says it. Throws a 400 for codes that the register does not know, and for
   * groupings that are not on the list.
   */
  async join(
    actor: Actor,
    id: string,
    links: RegisterLinks,
    groupings: readonly string[] = [],
  ): Promise<void> {
    const lists = (await this.groupings()).map((one) => one.id);
    const stranger = groupings.find((one) => !lists.includes(one));
    if (stranger !== undefined)
      throw badField('/groupings', `found "${stranger}"; allowed: ${lists.join(', ')}`);
    await this.db.transact(async (tx) => {
      const council = await this.get(id, tx);
      const { code } = council;
      council.groupings = [...new Set(groupings)];
      await tx.save(council);
      const ids = new Map(
        (await tx.find(Council, { select: { id: true, code: true } })).map((one) => [one.code, one.id]),
      );
      const row = { row: 1, facts: { code }, links };
      const faults = unknownCodes([row], new Set(ids.keys()));
      if (faults.length > 0)
        throw badInput(
          'A body is not known.',
          faults.map(({ pointer, detail }) => ({ pointer: `/${pointer.split(', ')[1] ?? ''}`, detail })),
        );
      await replaceLinks(tx, [row], ids);
      await record(tx, actor, 'council.joined', `council:${id}`, { relations: Object.keys(links) });
    });
  }

  /** The groupings that councils may belong to. */
  groupings(): Promise<Named[]> {
    return this.reference.get('groupings');
  }

  /** What a body is linked to, by relation. */
  async linksOf(id: string): Promise<Required<RegisterLinks>> {
    return (await linksByCouncil(this.db.manager, id)).get(id) ?? NO_LINKS();
  }

  /** The council and all that it follows, so that history is whole. */
  async lineage(id: string, tx: EntityManager = this.db.manager): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      'SELECT ancestor_id AS id FROM council_lines WHERE id = $1 ORDER BY ancestor_id <> id, ancestor_id',
      [id],
    );
    return rows.map((row) => row.id);
  }
}
