import { linksByCouncil } from './register-import.js';
import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { ReferenceService } from '../reference/reference.service.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { runImport, type ImportReport } from '../web/imports.js';
import { badField, conflict, notFound } from '../web/problems.js';
import { noteControl } from './control.js';
import { CouncilLink, type Relation } from './council-link.entity.js';
import { Council, type Body } from './council.entity.js';
import { COUNCIL_COLUMNS, readRegister, writeRegisterRow } from './register.js';
import { Database } from '../database/database.js';
import {
  changes,
  controlChanges,
  controlFaults,
  missingFacts,
  replaceLinks,
  unknownCodes,
} from './register-import.js';

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
    filter: Record<'region' | 'body' | 'type', string | undefined>,
    after: string | null,
    take: number,
  ): Promise<Council[]> {
    const query = this.db.manager.createQueryBuilder(Council, 'c').orderBy('c.code').take(take);
    for (const [key, value] of Object.entries(filter))
      if (value !== undefined) query.andWhere(`c.${key} = :${key}`, { [key]: value });
    if (after !== null) query.andWhere('c.code > :after', { after });
    return query.getMany();
  }

  /** The host bodies that are there today, of some regions or of all, by name. */
  ofRegions(regions: string[] | null): Promise<Council[]> {
    const query = this.db.manager
      .createQueryBuilder(Council, 'c')
      .where('c.valid_to IS NULL')
      .orderBy('c.name');
    if (regions) query.andWhere('c.region = ANY(:regions)', { regions });
    return query.getMany();
  }

  /** The codes of linked bodies, nearest or most alike first. */
  async linkedCodes(id: string, relation: Relation): Promise<string[]> {
    const rows = await this.db.query<{ code: string }[]>(
      'SELECT o.code FROM council_links l JOIN councils o ON o.id = l.other_id WHERE l.council_id = $1 AND l.relation = $2 ORDER BY l.rank, o.code',
      [id, relation],
    );
    return rows.map(({ code }) => code);
  }

  /** A host body that is no council: a partnership names the bodies it is made of. */
  async addBody(
    actor: Actor,
    body: { code: string; name: string; body: Body; region: string | null; members: string[] },
  ): Promise<Council> {
    if (body.body === 'council')
      throw badField('/body', 'found "council"; councils come by the import of the register');
    return this.db.transact(async (tx) => {
      const members = await this.byCode(tx, body.members, '/members');
      const { code, name, region } = body;
      const added = await tx.save(tx.create(Council, { code, name, region, body: body.body }));
      await tx.insert(
        CouncilLink,
        members.map((member, index) => ({
          councilId: added.id,
          otherId: member.id,
          relation: 'member' as const,
          rank: index + 1,
        })),
      );
      await record(tx, actor, 'council.added', `council:${added.id}`, { body: body.body });
      return added;
    });
  }

  /**
   * Reorganisation: from a day on, a council follows others. It takes their neighbours (but not one another), their peers and
   * what is told of their challenges; they stay in the register with the day on which they ended.
   */
  async succeed(actor: Actor, id: string, predecessorCodes: string[], from: string): Promise<Council> {
    return this.db.transact(async (tx) => {
      const successor = await this.get(id, tx);
      const old = await this.byCode(tx, predecessorCodes, '/predecessors');
      if (old.some((council) => council.id === id))
        throw badField('/predecessors', 'a council cannot follow itself');
      const gone = old
        .filter((council) => council.successorId !== null && council.successorId !== id)
        .map(({ code }) => code);
      if (gone.length > 0)
        throw conflict('already-succeeded', `Another council follows ${gone.join(', ')} already.`);
      const ids = old.map((council) => council.id);
      await tx.update(Council, { id }, { validFrom: from });
      await tx.query(
        'UPDATE councils SET successor_id = $1, valid_to = $2::date - 1, version = version + 1 WHERE id = ANY($3)',
        [id, from, ids],
      );
      await tx.query(
        `INSERT INTO council_links (council_id, other_id, relation, rank)
         SELECT DISTINCT $1::uuid, other_id, relation, 0 FROM council_links WHERE council_id = ANY($2) AND relation = 'neighbour' AND other_id <> ALL($2) AND other_id <> $1
         UNION SELECT DISTINCT council_id, $1::uuid, relation, 0 FROM council_links WHERE other_id = ANY($2) AND relation = 'neighbour' AND council_id <> ALL($2) AND council_id <> $1
         ON CONFLICT DO NOTHING`,
        [id, ids],
      );
      await tx.query('UPDATE peers SET council_id = $1, version = version + 1 WHERE council_id = ANY($2)', [
        id,
        ids,
      ]);
      await record(tx, actor, 'council.succeeded', `council:${id}`, { predecessors: ids, from });
      return { ...successor, validFrom: from, elections: successor.elections };
    });
  }

  /** The council and all that it follows, so that history is whole. */
  async lineage(id: string, tx: EntityManager = this.db.manager): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `WITH RECURSIVE line AS (SELECT id FROM councils WHERE id = $1 UNION SELECT c.id FROM councils c JOIN line l ON c.successor_id = l.id) SELECT id FROM line`,
      [id],
    );
    return rows.map((row) => row.id);
  }

  /** Adds and changes host bodies from a file, all or nothing; bodies that it does not name stay as they are. */
  async import(actor: Actor, csv: string, dryRun: boolean): Promise<ImportReport> {
    const rows = readRegister(readCsv(csv, COUNCIL_COLUMNS));
    return runImport(this.db, dryRun, async (tx) => {
      const known = new Map(
        (await tx.find(Council, { order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } })).map(
          (council) => [council.code, council],
        ),
      );
      const added = rows.filter(({ facts }) => !known.has(facts.code)).length;
      const codesOf = await linksByCouncil(tx);
      const changed = rows.filter((row) => changes(row, known.get(row.facts.code), codesOf)).length;
      const turned = controlChanges(rows, known, this.db.today());
      refuseRows(missingFacts(rows, known));
      refuseRows(unknownCodes(rows, new Set([...known.keys(), ...rows.map(({ facts }) => facts.code)])));
      refuseRows(controlFaults(turned));
      for (const { council, now } of turned) await noteControl(tx, this.reference, actor, council, now);
      const saved = await tx.save(
        rows.map(({ facts }) =>
          Object.assign(known.get(facts.code) ?? tx.create(Council, { body: 'council' }), facts),
        ),
        { chunk: 200 },
      );
      const ids = new Map([...known.values(), ...saved].map((council) => [council.code, council.id]));
      await replaceLinks(tx, rows, ids);
      await record(tx, actor, 'councils.imported', 'councils', { added, changed });
      return { added, changed };
    });
  }

  async export(): Promise<string> {
    const councils = await this.db.manager.find(Council, { order: { code: 'ASC' } });
    const codesOf = await linksByCouncil(this.db.manager);
    return writeCsv(
      COUNCIL_COLUMNS,
      councils.map((council) =>
        writeRegisterRow(council, {
          neighbour: codesOf.get(`${council.id} neighbour`) ?? [],
          comparable: codesOf.get(`${council.id} comparable`) ?? [],
        }),
      ),
    );
  }

  /** Fills an empty register with the councils of England, and fire and combined authorities by name. */
  async ensureRegister(actor: Actor): Promise<void> {
    if (await this.db.manager.exists(Council)) return;
    await this.import(
      actor,
      readFileSync(new URL('./register/councils.csv', import.meta.url), 'utf8'),
      false,
    );
  }

  private async byCode(tx: EntityManager, codes: string[], pointer: string): Promise<Council[]> {
    const found = await tx.findBy(Council, { code: In(codes) });
    const missing = codes.filter((code) => !found.some((council) => council.code === code));
    if (missing.length > 0)
      throw badField(pointer, `found ${missing.join(', ')}; allowed: codes of the register`);
    return codes.flatMap((code) => found.find((council) => council.code === code) ?? []);
  }
}
